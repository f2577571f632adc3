"""What each kind of step means: one module a kind, each a function from a visit to an outcome."""
