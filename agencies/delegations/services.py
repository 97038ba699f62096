"""Lending powers for some days, and handing over what a post leaves open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agencies.accounts.models import Post
from agencies.accounts.services import end_post
from agencies.delegations import rules, workflow
from agencies.delegations.models import Delegation, Handover, HandoverItem
from agencies.delegations.selectors import open_work, open_work_providers, roles_of
from portal.access import Actor
from portal.audit import record
from portal.clocks import now
from portal.clocks import today as this_day
from portal.errors import Refused

LONGEST = dt.timedelta(days=366)


@transaction.atomic
def delegate(
    giver: Post,
    *,
    receiver: Post,
    kinds: Collection[str],
    from_on: dt.date,
    to_on: dt.date,
    reason: str,
    actor: Actor,
    amount_limit: Decimal | None = None,
) -> Delegation:
    """Lend powers of a post to a colleague's post, for some days, by kind and limit (EV4).

    Raises Refused when the posts are not of one agency, when the giver has nothing of the kind to
    lend, or when deciding and legal review would meet in one person.
    """
    _check_posts(giver, receiver)
    _check_powers(giver, receiver, kinds)
    if to_on < from_on or to_on - from_on > LONGEST:
        raise Refused(_("授权起止日期有误：结束日期不早于开始日期，最长一年。"))
    delegation = Delegation.objects.create(
        giver=giver,
        receiver=receiver,
        kinds=sorted(kinds),
        amount_limit=amount_limit,
        from_on=from_on,
        to_on=to_on,
        reason=reason,
        given_at=now(),
    )
    facts = {
        "receiver": f"user:{receiver.user_id}",
        "kinds": sorted(kinds),
        "from": from_on,
        "to": to_on,
        "limit": amount_limit,
    }
    record(actor, "delegation.give", delegation, reason=reason, facts=facts)
    return delegation


def _check_powers(giver: Post, receiver: Post, kinds: Collection[str]) -> None:
    if not rules.roles_lent(giver.roles, kinds):
        raise Refused(_("授权人的岗位没有所选事项的权限，不能授权。"))
    held = roles_of(receiver.user_id, this_day())
    if rules.excluded(held, rules.roles_lent(giver.roles, kinds)):
        raise Refused(_("代办人是系统管理员、安全管理员或审计管理员，不得代办业务，请另选代办人。"))
    if rules.meets_legal_review(held, kinds):
        raise Refused(_("代办人承担法制审核，审批与法制审核不得为同一人，请另选代办人。"))


@transaction.atomic
def withdraw(delegation: Delegation, *, reason: str, actor: Actor) -> None:
    """Take the powers back, from the next request on; what was signed stays."""
    rows = Delegation.objects.filter(pk=delegation.pk, withdrawn_at=None)
    if rows.update(withdrawn_at=now()) != 1:
        raise Refused(_("该授权已收回。"))
    record(actor, "delegation.withdraw", delegation, reason=reason)


@transaction.atomic
def open_handover(
    giver: Post, *, receiver: Post, last_day: dt.date, reason: str, actor: Actor
) -> Handover:
    """List what the post leaves open and ask both to sign; the post ends with the second (EV3)."""
    _check_posts(giver, receiver)
    if giver.is_over(this_day()):
        raise Refused(_("该岗位已结束。"))
    handover = Handover(giver=giver, receiver=receiver, reason=reason, opened_at=now())
    handover.last_day = min(last_day, giver.to_on or last_day)
    try:
        with transaction.atomic():
            handover.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("该岗位已有进行中的工作交接。")) from error
    items = [
        HandoverItem(
            handover=handover, kind=kind, label=work.label, url=work.url, due_on=work.due_on
        )
        for kind, work in open_work(giver)
    ]
    HandoverItem.objects.bulk_create(items)
    facts = {
        "receiver": f"user:{receiver.user_id}",
        "items": len(items),
        "last_day": handover.last_day,
    }
    record(actor, "handover.open", handover, reason=reason, facts=facts)
    return handover


@transaction.atomic
def sign_giver(handover: Handover, *, actor: Actor) -> None:
    """The giver, or the chief in the giver's absence, signs the list."""
    workflow.handover.apply("hand", handover, actor=actor)
    handover.handed_at, handover.handed_by_id = now(), actor.user_id
    handover.save(update_fields=["handed_at", "handed_by"])


@transaction.atomic
def sign_receiver(handover: Handover, *, today: dt.date, actor: Actor) -> None:
    """The receiver signs: the open work passes over and the giver's post ends, unless its own
    last day came first."""
    workflow.handover.apply("receive", handover, actor=actor)
    handover.received_at = now()
    handover.save(update_fields=["received_at"])
    for provider in open_work_providers():
        provider.hand_over(handover.giver, handover.receiver, actor)
    post = Post.objects.get(pk=handover.giver_id)
    if not post.is_over(today):
        end_post(post, on=handover.last_day, reason=handover.reason, today=today, actor=actor)


def cancel(handover: Handover, *, reason: str, actor: Actor) -> None:
    """Give the handover up; the post stays as it is."""
    workflow.handover.apply("cancel", handover, actor=actor, reason=reason)


def _check_posts(giver: Post, receiver: Post) -> None:
    if giver.user_id == receiver.user_id:
        raise Refused(_("双方不能是同一人。"))
    if giver.agency_id != receiver.agency_id:
        raise Refused(_("双方须为同一单位的岗位。"))
