"""What Escalera tells: its own events, put on the bus with the source `escalera`."""
