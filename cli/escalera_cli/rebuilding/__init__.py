"""Restores the table: where the records are found, how they are written, and what stands still meanwhile."""
