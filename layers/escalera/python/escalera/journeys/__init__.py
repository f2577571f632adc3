"""What a journey is: its file, its conditions, its numbered steps, and the compiled programme handlers read."""
