"""What Escalera does, one verb per module; ports come in as keyword arguments."""
