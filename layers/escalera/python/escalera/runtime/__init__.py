"""What every handler stands on: its environment, its clock, its logs, its clients."""
