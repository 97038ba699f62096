"""Time: the one reading of it, effects by date, and (in `services`) every legal period as a row.

Apps write ``from portal.clocks import effect, now, today`` and
``from portal.clocks import services as clocks``.
"""

from portal.clocks.effects import effect
from portal.clocks.now import now, today

__all__ = ["effect", "now", "today"]
