"""The first page of an empty portal."""
