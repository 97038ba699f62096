"""Time: the one reading of it, and (in `services`) every legal period as a row."""

from portal.clocks.now import now, today

__all__ = ["now", "today"]
