"""The tables of this app, room by room."""
