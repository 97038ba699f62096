"""A draw made on a superior's platform, brought in by one person and confirmed by another."""
