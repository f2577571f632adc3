"""What customers do on their own pages."""
