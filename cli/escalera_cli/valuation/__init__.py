"""`escalera value`: a log of purchases, read, fitted and shown."""
