"""Who prepares, reviews and withdraws a publication: never one person for both."""

from __future__ import annotations

from django.utils.translation import gettext as _

from penalties.decisions.choices import Standing
from penalties.decisions.selectors import stays_out
from penalties.publication.choices import MAY_STAY_OUT
from penalties.publication.models import PenaltyPublication
from portal.access import Actor, Allowed, Role

YES = Allowed(yes=True)
REVIEWERS = (Role.CHIEF, Role.LEADER, Role.LEGAL)


def no(why: str) -> Allowed:
    return Allowed(yes=False, why_not=why)


def can_list(actor: Actor) -> Allowed:
    roles = (Role.OFFICER, Role.CREDIT, Role.AUDITOR, *REVIEWERS)
    if actor.reads_business and actor.has(*roles) and (actor.is_bureau or actor.has(Role.AUDITOR)):
        return YES
    return no(_("处罚公示由两局办案、审核、信用管理岗位和审计人员查看。"))


def _own(actor: Actor, row: PenaltyPublication) -> bool:
    return actor.is_staff and actor.agency_id == row.case.agency_id


def can_draft(actor: Actor, row: PenaltyPublication) -> Allowed:
    """The bureau's officers, credit officer and chief."""
    if _own(actor, row) and actor.has(Role.OFFICER, Role.CREDIT, Role.CHIEF):
        return YES
    return no(_("由决定机关的经办人、信用管理员或者负责人编制公示内容。"))


def can_review(actor: Actor, row: PenaltyPublication) -> Allowed:
    """A second person, who neither submitted it nor wrote a word of it."""
    if not _own(actor, row) or not actor.has(*REVIEWERS):
        return no(_("由决定机关的负责人、法制审核人员或者分管领导复核。"))
    wrote = row.writers.filter(pk=actor.user_id or 0).exists()
    if wrote or row.drafted_by_id == actor.user_id:
        return no(_("编制和复核不能由同一人进行。"))
    return YES


def can_publish(actor: Actor, row: PenaltyPublication) -> Allowed:
    """After the review: the reviewer, or the portal on the planned day."""
    if row.reviewed_by_id is None:
        return no(_("未经复核不能公示。"))
    return YES if actor.is_job else can_review(actor, row)


def can_withdraw(actor: Actor, row: PenaltyPublication) -> Allowed:
    if actor.is_job:
        return YES
    if _own(actor, row) and actor.has(*REVIEWERS):
        return YES
    return no(_("由决定机关的负责人、法制审核人员或者分管领导撤回。"))


def can_redraft(actor: Actor, row: PenaltyPublication) -> Allowed:
    """Only a decision that goes on in a changed form; one found unlawful does not."""
    if row.decision.standing != Standing.CHANGED or stays_out(row.decision):
        return no(_("决定未被变更，撤回后不能重新公示。"))
    return can_draft(actor, row)


def can_exempt(actor: Actor, row: PenaltyPublication) -> Allowed:
    """Only what the rules let stay out of public."""
    if row.breach_class not in MAY_STAY_OUT:
        return no(_("只有轻微失信或者仅受警告的处罚可以不予公示。"))
    return can_review(actor, row)


def can_end_early(actor: Actor, row: PenaltyPublication) -> Allowed:
    """Only with a repair that was granted: the room above asks for conditions and two people."""
    if _own(actor, row) and actor.has(*REVIEWERS):
        return YES
    return no(_("由决定机关的负责人、法制审核人员或者分管领导决定是否修复。"))
