"""The tables of this app, room by room."""

from sharing.bulletins.models import Bulletin, BulletinLine
from sharing.employments.models import Employment
from sharing.platforms.models import CreditRecord
from sharing.restrictions.models import Acknowledgement, PenaltyNotice, Restriction
from sharing.rosters.models import Period, Roster, RosterDraft, RosterRow, RosterVersion

__all__ = [
    "Acknowledgement",
    "Bulletin",
    "BulletinLine",
    "CreditRecord",
    "Employment",
    "PenaltyNotice",
    "Period",
    "Restriction",
    "Roster",
    "RosterDraft",
    "RosterRow",
    "RosterVersion",
]
