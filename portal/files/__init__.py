"""Stored files: bytes by hash, rows with who, what for and to which record they belong."""
