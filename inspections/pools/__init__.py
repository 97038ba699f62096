"""What goes into a draw: the published pool, the closed annex, the list of the struck."""
