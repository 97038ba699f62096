"""Directories of inspectors and experts."""
