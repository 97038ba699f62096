"""The tables of this app, room by room."""

from sharing.bulletins.models import Bulletin, BulletinLine
from sharing.employments.models import Employment
from sharing.rosters.models import Period, Roster, RosterDraft, RosterRow, RosterVersion

__all__ = [
    "Bulletin",
    "BulletinLine",
    "Employment",
    "Period",
    "Roster",
    "RosterDraft",
    "RosterRow",
    "RosterVersion",
]
