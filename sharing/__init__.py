"""What departments tell each other and the public."""
