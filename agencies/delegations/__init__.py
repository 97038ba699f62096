"""Standing in for somebody, and handing over when a post ends (EV3, EV4)."""
