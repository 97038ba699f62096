"""Orders to rectify, from the finding to the verified end."""
