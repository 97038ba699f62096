"""Who may do what with what leaves."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal import refs
from portal.access import Actor, Allowed, Role
from portal.outbox.choices import OPERATORS, Difference, MessageState
from portal.outbox.models import OutboxMessage

YES = Allowed(yes=True)


def can_list(actor: Actor) -> Allowed:
    yes = actor.reads_business or actor.has(Role.SYSADMIN)
    return Allowed(yes, "" if yes else _("对外报送由业务岗位、审计人员和系统管理员查看。"))


def can_read_payload(actor: Actor, message: OutboxMessage) -> Allowed:
    """Whoever sees the record it is about; the system administrator sees the envelope alone."""
    if not actor.reads_business:
        return Allowed(yes=False, why_not=_("管理员不查看业务内容。"))
    if refs.resolve(message.subject_ref, actor) is None:
        return Allowed(yes=False, why_not=_("您不能查看这条报送所属的记录。"))
    return YES


def can_see_batches(actor: Actor) -> Allowed:
    """A file holds the payloads of many records, also of those that a reader may not see."""
    yes = actor.reads_business and actor.has(*OPERATORS, Role.AUDITOR)
    why_not = _("报送文件含多项记录的全部内容，由报送单位的信用管理员、负责人和审计人员查看。")
    return Allowed(yes, "" if yes else why_not)


def can_operate(actor: Actor, agency_id: int | None) -> Allowed:
    """The sender's credit officer or chief: gathers files, enters receipts, gives up."""
    if actor.agency_id is not None and actor.agency_id == agency_id and actor.has(*OPERATORS):
        return YES
    return Allowed(yes=False, why_not=_("只有报送单位的信用管理员或负责人可以办理。"))


def can_batch(actor: Actor, message: OutboxMessage) -> Allowed:
    return can_operate(actor, message.agency_id)


def can_settle(actor: Actor, message: OutboxMessage) -> Allowed:
    """Enter what a receipt says."""
    return can_operate(actor, message.agency_id)


def can_abandon(actor: Actor, message: OutboxMessage) -> Allowed:
    """Giving up is a decision about business, so it is not the system administrator's."""
    return can_operate(actor, message.agency_id)


def can_retry(actor: Actor, message: OutboxMessage) -> Allowed:
    """The sender's operators and the system administrator; of accepted ones only what is lost."""
    if message.state == MessageState.ACCEPTED:
        lost = _can_send_again(message)
        if not lost:
            return lost
    return YES if actor.has(Role.SYSADMIN) else can_operate(actor, message.agency_id)


def _can_send_again(message: OutboxMessage) -> Allowed:
    if message.difference != Difference.UNKNOWN:
        return Allowed(yes=False, why_not=_("对方已接收，无需重发。"))
    later = OutboxMessage.objects.filter(
        channel=message.channel, order_by=message.order_by, pk__gt=message.pk
    )
    if later.exists():
        return Allowed(
            yes=False, why_not=_("同一事项已有后续报送，重发会打乱次序，请联系对方处理。")
        )
    return YES
