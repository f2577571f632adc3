"""What is made from a pattern: `make new-event`."""
