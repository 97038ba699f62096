"""Who signs, and for whom."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inspections.visits.choices import VisitState
from inspections.visits.models import Visit, VisitMember
from inspections.visits.permissions import can_record
from portal.access import Actor, Allowed

YES = Allowed(yes=True)


def own_seats(actor: Actor, visit: Visit) -> list[VisitMember]:
    """The actor's own present seats on the team."""
    rows = visit.members.present().filter(inspector__user=actor.user_id or 0)
    return list(rows.select_related("inspector"))


def can_sign(actor: Actor, visit: Visit) -> Allowed:
    """An inspector signs for oneself, once, with the own account."""
    if visit.state != VisitState.RECORDED:
        return Allowed(False, _("笔录完成后才能签字。"))
    seats = own_seats(actor, visit)
    if not seats:
        return Allowed(False, _("只有本次检查组的检查人员可以签字。"))
    if any(seat.signatures.valid().exists() for seat in seats):
        return Allowed(False, _("您已签字。"))
    return YES


def can_enter_institution(actor: Actor, visit: Visit) -> Allowed:
    """The team enters the signature of the institution, or its refusal."""
    if visit.state != VisitState.RECORDED:
        return Allowed(False, _("笔录完成后才能签字。"))
    return can_record(actor, visit)
