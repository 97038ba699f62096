"""Who keeps the bounds: the legal role of a bureau, with a second person's approval."""

from __future__ import annotations

from django.utils.translation import gettext as _

from penalties.discretion.models import PenaltyBound
from portal.access import Actor, Allowed
from portal.law.permissions import can_propose, can_read

__all__ = ["can_approve", "can_propose", "can_read", "can_withdraw"]


def can_approve(actor: Actor, bound: PenaltyBound) -> Allowed:
    """A second legal reviewer, never the one who proposed."""
    allowed = can_propose(actor)
    if allowed and bound.proposed_by_id == actor.user_id:
        return Allowed(False, _("须由另一名法制审核人员复核，不能复核自己的提案。"))
    return allowed


def can_withdraw(actor: Actor, bound: PenaltyBound) -> Allowed:
    """Any legal reviewer takes back or turns down a proposal, with a reason."""
    return can_propose(actor)
