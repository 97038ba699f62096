"""Who may do what with a case. Handling, review, legal review and decision are separate people.

行政处罚法 art. 58: who reviews legally never investigated the case; EV4: nor do the two meet
in one person through a delegation, since the person counts here and not the post.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from penalties.cases.models import Case, Handling, Investigator
from portal.access import Actor, AgencyKind, Allowed, Role

YES = Allowed(yes=True)


def no(why: str) -> Allowed:
    return Allowed(yes=False, why_not=why)


def can_list(actor: Actor) -> Allowed:
    """The case list: the bureaus' posts of business, the auditor, the common superior."""
    if not actor.reads_business:
        return no(_("案件由业务岗位查看，管理员不查看业务内容。"))
    roles = (Role.OFFICER, Role.CHIEF, Role.LEADER, Role.LEGAL, Role.INSPECTOR)
    team = actor.agency_kind == AgencyKind.ENFORCEMENT_TEAM and actor.has(Role.INSPECTOR)
    if actor.has(Role.AUDITOR) or team or (actor.is_bureau and actor.has(*roles)):
        return YES
    return no(_("案件由两局办案、审核、决定的岗位和审计人员查看。"))


def can_begin(actor: Actor) -> Allowed:
    """Enter a lead for verification: an officer or chief of either bureau."""
    if actor.is_bureau and actor.has(Role.OFFICER, Role.CHIEF):
        return YES
    return no(_("只有生态环境局或者市场监督管理局的经办人、负责人可以登记案件。"))


def handled(actor: Actor, case: Case) -> bool:
    """Whether the actor ever handled or investigated the case, whatever post it acts from."""
    return handled_by(actor.user_id or 0, case)


def handled_by(person: int, case: Case) -> bool:
    """Whether a person handles the case, once handled it, or ever investigated it."""
    if case.handler.user_id == person:
        return True
    past = Handling.objects.filter(case_id=case.pk, post__user_id=person)
    people = Investigator.objects.filter(case_id=case.pk, inspector__user_id=person)
    return past.exists() or people.exists()


def _own(actor: Actor, case: Case) -> bool:
    return actor.is_staff and actor.agency_id == case.agency_id


def can_handle(actor: Actor, case: Case) -> Allowed:
    """The handler or a present investigator, of the bureau or of its enforcement team."""
    mine = Investigator.objects.of_post(actor).filter(case_id=case.pk)
    if actor.is_staff and mine.exists():
        return YES
    if not _own(actor, case):
        return no(_("只有办案单位可以办理本案。"))
    present = Investigator.objects.of_user(actor.user_id).filter(case_id=case.pk)
    if case.handler_id == actor.post_id or present.exists():
        return YES
    return no(_("只有本案经办人和办案人员可以办理。"))


def can_staff(actor: Actor, case: Case) -> Allowed:
    """Set handler and investigators: the chief; the handler proposes by entering them."""
    if _own(actor, case) and actor.has(Role.CHIEF, Role.LEADER):
        return YES
    return can_handle(actor, case)


def can_open(actor: Actor, case: Case) -> Allowed:
    """To open or not to open is the leader's decision."""
    return _leader(actor, case, _("只有本单位分管领导可以决定是否立案。"))


def can_approve(actor: Actor, case: Case) -> Allowed:
    """Grant more time, decide a recusal."""
    return _leader(actor, case, _("只有本单位分管领导可以批准。"))


def can_review(actor: Actor, case: Case) -> Allowed:
    """案件审核: the chief, who did not handle the case."""
    if not _own(actor, case) or not actor.has(Role.CHIEF):
        return no(_("只有本单位负责人可以审核案件。"))
    if handled(actor, case):
        return no(_("办案人员不能审核本人办理的案件。"))
    return YES


def can_legal(actor: Actor, case: Case) -> Allowed:
    """法制审核 (处罚法 art. 58): neither handler nor reviewer."""
    if not _own(actor, case) or not actor.has(Role.LEGAL):
        return no(_("只有本单位法制审核人员可以进行法制审核。"))
    if handled(actor, case):
        return no(_("办案人员不能对本人办理的案件进行法制审核（行政处罚法第五十八条）。"))
    if case.reviewed_by_id == actor.user_id:
        return no(_("案件审核和法制审核不能由同一人进行。"))
    return YES


def can_pass_legal(actor: Actor, case: Case) -> Allowed:
    """Before the prior notice."""
    return no(_("案件已经告知当事人。")) if is_noticed(case) else can_legal(actor, case)


def can_pass_legal_heard(actor: Actor, case: Case) -> Allowed:
    """After the prior notice."""
    return can_legal(actor, case) if is_noticed(case) else no(_("案件尚未告知当事人。"))


def can_preside(actor: Actor, case: Case) -> Allowed:
    """集体讨论: the leader presides."""
    return _leader(actor, case, _("只有本单位分管领导可以主持集体讨论。"))


def can_conclude(actor: Actor, case: Case) -> Allowed:
    return no(_("案件已经告知当事人。")) if is_noticed(case) else can_preside(actor, case)


def can_conclude_heard(actor: Actor, case: Case) -> Allowed:
    return can_preside(actor, case) if is_noticed(case) else no(_("案件尚未告知当事人。"))


def can_decide(actor: Actor, case: Case) -> Allowed:
    """The leader, who neither handled nor reviewed the case, in whatever post."""
    allowed = _leader(actor, case, _("只有本单位分管领导可以作出决定。"))
    if allowed and case.reviewed_by_id == actor.user_id:
        return no(_("案件审核人员不能对同一案件作出决定，请由其他分管领导决定。"))
    return allowed


def can_return_decision(actor: Actor, case: Case) -> Allowed:
    return can_decide(actor, case) if is_noticed(case) else no(_("案件尚未告知当事人。"))


def can_return_unheard(actor: Actor, case: Case) -> Allowed:
    return no(_("案件已经告知当事人。")) if is_noticed(case) else can_decide(actor, case)


def can_close(actor: Actor, case: Case) -> Allowed:
    return _leader(actor, case, _("只有本单位分管领导可以批准结案。"))


def is_noticed(case: Case) -> bool:
    """Whether the party was told of the intended penalty, and was not told anew since."""
    return case.noticed_on is not None


def _leader(actor: Actor, case: Case, why: str) -> Allowed:
    if not _own(actor, case) or not actor.has(Role.LEADER):
        return no(why)
    if handled(actor, case):
        return no(_("办案人员不能对本人办理的案件作出审批或者决定。"))
    if case.legal_reviewed_by_id == actor.user_id:
        return no(_("法制审核人员不能对同一案件作出决定。"))
    return YES
