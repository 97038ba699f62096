"""What follows a breach: the case, its decision, its publication."""
