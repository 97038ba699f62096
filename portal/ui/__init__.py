"""How pages look: the frame, components, formats of dates and numbers."""
