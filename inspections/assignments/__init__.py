"""Who goes where: visits from a draw or by hand, and the seats of their teams."""
