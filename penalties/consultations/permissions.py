"""Who speaks for each side of a consultation, and who rules."""

from __future__ import annotations

from django.utils.translation import gettext as _

from penalties.cases.models import Case
from penalties.cases.permissions import can_handle
from penalties.consultations.models import Consultation
from portal.access import Actor, AgencyKind, Allowed, Role

YES = Allowed(yes=True)


def can_ask(actor: Actor, case: Case) -> Allowed:
    """The handler or the chief of the case that wants to go on."""
    if actor.agency_id == case.agency_id and actor.has(Role.CHIEF, Role.LEADER):
        return YES
    return can_handle(actor, case)


def can_answer(actor: Actor, row: Consultation) -> Allowed:
    """The other bureau's chief or leader speaks for it."""
    if actor.agency_id == row.peer.agency_id and actor.has(Role.CHIEF, Role.LEADER):
        return YES
    return Allowed(yes=False, why_not=_("只有对方单位的负责人或者分管领导可以答复。"))


def can_put_up(actor: Actor, row: Consultation) -> Allowed:
    """Either bureau's leader."""
    sides = {row.case.agency_id, row.peer.agency_id}
    if actor.agency_id in sides and actor.has(Role.LEADER):
        return YES
    return Allowed(yes=False, why_not=_("只有两局的分管领导可以报共同上级决定。"))


def can_rule(actor: Actor, row: Consultation) -> Allowed:
    """The leader of the common superior that it was put to."""
    if actor.agency_id == row.superior_id and actor.has(Role.LEADER):
        return YES
    return Allowed(yes=False, why_not=_("只有共同上级的分管领导可以决定。"))


def is_superior(actor: Actor) -> bool:
    """Whether the actor belongs to a body that disputes of the bureaus are put to."""
    return actor.agency_kind == AgencyKind.GOVERNMENT and actor.has(Role.LEADER)
