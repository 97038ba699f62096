"""Who must not inspect whom."""
