"""What fills the ports: one folder per technology; they do not know one another."""
