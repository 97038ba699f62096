"""Who comes instead of an absent inspector, or of an institution that cannot be visited."""
