"""Who records an application for repair, and who decides it: never one person for both."""

from __future__ import annotations

from django.utils.translation import gettext as _

from penalties.models import PenaltyPublication
from penalties.publication.permissions import REVIEWERS
from penalties.repairs.models import Repair
from portal.access import Actor, Allowed, Role

YES = Allowed(yes=True)


def no(why: str) -> Allowed:
    return Allowed(yes=False, why_not=why)


def can_record(actor: Actor, row: PenaltyPublication) -> Allowed:
    """谁认定、谁修复: the deciding bureau's officer, credit officer or chief."""
    own = actor.is_staff and actor.agency_id == row.case.agency_id
    if own and actor.has(Role.OFFICER, Role.CREDIT, Role.CHIEF):
        return YES
    return no(_("由决定机关的经办人、信用管理员或者负责人受理修复申请（谁认定、谁修复）。"))


def can_decide(actor: Actor, row: Repair) -> Allowed:
    """A second person with the power to review publications."""
    own = actor.is_staff and actor.agency_id == row.publication.case.agency_id
    if not own or not actor.has(*REVIEWERS):
        return no(_("由决定机关的负责人、法制审核人员或者分管领导决定是否修复。"))
    if row.recorded_by_id == actor.user_id:
        return no(_("受理和决定不能由同一人进行。"))
    return YES
