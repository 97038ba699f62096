"""Who drafts and publishes a result: 谁检查、谁录入、谁公开."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inspections.publications.choices import PublicationState
from inspections.publications.models import ResultPublication
from inspections.visits.choices import VisitState
from inspections.visits.models import Visit
from inspections.visits.permissions import MAKERS
from portal.access import Actor, Allowed, Role

YES = Allowed(yes=True)
REVIEWED = (VisitState.REVIEWED, VisitState.CLOSED)


def _is_bureau(actor: Actor, visit: Visit, *roles: str) -> bool:
    return actor.agency_id in visit.bureau_ids and actor.has(*roles)


def can_draft(actor: Actor, visit: Visit) -> Allowed:
    """Only what a second person has reviewed is published."""
    if visit.state not in REVIEWED:
        return Allowed(False, _("检查结果复核通过后才能公示。"))
    if _is_bureau(actor, visit, *MAKERS):
        return YES
    return Allowed(False, _("只有实施部门的经办人和负责人可以办理公示。"))


def can_edit(actor: Actor, publication: ResultPublication) -> Allowed:
    if publication.state != PublicationState.DRAFT:
        return Allowed(False, _("已公示的内容不能修改，请以更正版公示。"))
    return can_draft(actor, publication.visit)


def can_publish(actor: Actor, publication: ResultPublication) -> Allowed:
    """The head, and not of words of their own: two people see what becomes public."""
    if actor.user_id in publication.written_by:
        return Allowed(False, _("起草或修改公示内容的人员不能自行公示，请由另一位负责人审核公示。"))
    return can_withdraw(actor, publication)


def can_withdraw(actor: Actor, publication: ResultPublication) -> Allowed:
    if _is_bureau(actor, publication.visit, Role.CHIEF, Role.LEADER):
        return YES
    return Allowed(False, _("公示和撤回由实施部门负责人决定。"))


def can_correct(actor: Actor, publication: ResultPublication) -> Allowed:
    if publication.state != PublicationState.PUBLISHED:
        return Allowed(False, _("只有公示中的内容可以更正。"))
    return can_draft(actor, publication.visit)
