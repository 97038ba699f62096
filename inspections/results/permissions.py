"""For which bureau somebody enters results."""

from __future__ import annotations

from inspections.visits.models import Visit
from portal.access import Actor


def side_of(actor: Actor, visit: Visit) -> int | None:
    """The bureau that the actor speaks for: the own one, or that of the seat on the team."""
    if actor.agency_id in visit.bureau_ids:
        return actor.agency_id
    seat = visit.members.present().filter(inspector__user=actor.user_id or 0).first()
    return seat.bureau_id if seat else None
