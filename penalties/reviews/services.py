"""Submitting a case, reviewing it, reviewing it legally, discussing it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.accounts.models import Post
from agencies.delegations.selectors import signature
from penalties.cases import workflow
from penalties.cases.choices import CaseState, Procedure
from penalties.cases.models import Case
from penalties.cases.permissions import can_preside, is_noticed
from penalties.cases.services import acting_post, running_clock, start_clock, stop_clock
from penalties.reviews import rules, selectors
from penalties.reviews.choices import DiscussionPurpose, ReviewKind, ReviewResult
from penalties.reviews.models import Discussion, DiscussionMember, Review
from portal.access import Actor, Role, demand
from portal.audit import record
from portal.clocks.days import Since, demand_after, demand_happened
from portal.errors import Refused

OPENED, REVIEWED = gettext_lazy("立案日期"), gettext_lazy("审核日期")
SENT, HELD = gettext_lazy("送审日期"), gettext_lazy("讨论日期")


@dataclass(frozen=True, slots=True)
class Voice:
    """One member of a discussion."""

    post: Post
    vote: str
    opinion: str


@dataclass(frozen=True, slots=True)
class Minutes:
    """What was said and concluded, by whom."""

    held_on: dt.date
    place: str
    conclusion: str
    voices: Sequence[Voice]
    until: dt.date | None = None


@transaction.atomic
def submit(case: Case, *, actor: Actor) -> None:
    """Hand the finished investigation to the case review."""
    workflow.of(case).apply("submit", case, actor=actor)


@transaction.atomic
def pass_review(case: Case, *, opinion: str, on: dt.date, actor: Actor) -> None:
    """案件审核 passes; who reviewed can no longer review legally."""
    _need(opinion)
    demand_happened(on, REVIEWED, (OPENED, case.opened_on))
    workflow.of(case).apply("pass_review", case, actor=actor, reason=opinion)
    _keep(case, ReviewKind.CASE, ReviewResult.PASSED, opinion, on, actor)
    Case.objects.filter(pk=case.pk).update(reviewed_by=actor.user_id)
    case.reviewed_by_id = actor.user_id


@transaction.atomic
def return_review(case: Case, *, opinion: str, on: dt.date, actor: Actor) -> None:
    """案件审核 sends the case back to the investigation."""
    demand_happened(on, REVIEWED, (OPENED, case.opened_on))
    workflow.of(case).apply("return_review", case, actor=actor, reason=opinion)
    _keep(case, ReviewKind.CASE, ReviewResult.RETURNED, opinion, on, actor)
    reopen(case)


@transaction.atomic
def to_legal(case: Case, *, on: dt.date, actor: Actor) -> None:
    """Send to legal review; market's ten working days begin (D08)."""
    demand_happened(on, SENT, *selectors.steps_before(case))
    workflow.of(case).apply("to_legal", case, actor=actor)
    if case.procedure == Procedure.MARKET:
        start_clock(case, "D08", on=on, role=Role.LEGAL, actor=actor)


@transaction.atomic
def pass_legal(case: Case, *, opinion: str, on: dt.date, actor: Actor) -> None:
    """法制审核 passes; the case returns to where it came from: before or after the notice."""
    _need(opinion)
    demand_happened(on, REVIEWED, *_sent(case))
    heard = case.heard_on is not None
    triggers = rules.legal_triggers(selectors.weight_of(case, heard=heard))
    name = "pass_legal_heard" if is_noticed(case) else "pass_legal"
    workflow.of(case).apply(name, case, actor=actor, reason=opinion)
    _keep(case, ReviewKind.LEGAL, ReviewResult.PASSED, opinion, on, actor, triggers)
    Case.objects.filter(pk=case.pk).update(legal_reviewed_by=actor.user_id)
    case.legal_reviewed_by_id = actor.user_id
    stop_clock(case, "D08", on=on, actor=actor)


@transaction.atomic
def return_legal(case: Case, *, opinion: str, on: dt.date, actor: Actor) -> None:
    """法制审核 sends the case back to the investigation."""
    demand_happened(on, REVIEWED, *_sent(case))
    workflow.of(case).apply("return_legal", case, actor=actor, reason=opinion)
    _keep(case, ReviewKind.LEGAL, ReviewResult.RETURNED, opinion, on, actor)
    stop_clock(case, "D08", on=on, actor=actor)
    reopen(case)


@transaction.atomic
def to_discussion(case: Case, *, actor: Actor) -> None:
    """Submit the case to the heads of the bureau."""
    workflow.of(case).apply("to_discussion", case, actor=actor)


@transaction.atomic
def discuss(case: Case, *, minutes: Minutes, actor: Actor) -> Discussion:
    """Record the discussion; carried it goes on, otherwise back to the investigation."""
    demand(can_preside(actor, case))
    if case.state != CaseState.DISCUSSING:
        raise Refused(_("案件尚未提交集体讨论。"), code="wrong_state")
    demand_happened(minutes.held_on, HELD, *selectors.steps_before(case))
    triggers = selectors.discussion_due(case, minutes.held_on) or ["review"]
    held = _minute(case, DiscussionPurpose.PENALTY, minutes, triggers, actor)
    table = workflow.of(case)
    facts = {"discussion": held.pk, "members": len(minutes.voices)}
    if held.carried:
        name = "conclude_heard" if is_noticed(case) else "conclude"
        table.apply(name, case, actor=actor, reason=minutes.conclusion, facts=facts)
    else:
        reason = minutes.conclusion
        table.apply("return_discussion", case, actor=actor, reason=reason, facts=facts)
        reopen(case)
    return held


@transaction.atomic
def discuss_extension(case: Case, *, minutes: Minutes, actor: Actor) -> Discussion:
    """集体讨论 decides on a reasonable second extension (D09b)."""
    demand(can_preside(actor, case))
    if minutes.until is None:
        raise Refused(_("请写明延长至哪一日。"), code="until")
    demand_happened(minutes.held_on, HELD, (OPENED, case.opened_on))
    demand_after(minutes.until, _("办案期限延长至"), (HELD, minutes.held_on))
    held = _minute(case, DiscussionPurpose.EXTENSION, minutes, [], actor)
    facts = {"discussion": held.pk, "until": minutes.until, "carried": held.carried}
    record(actor, "case.discuss_extension", case, reason=minutes.conclusion, facts=facts)
    return held


def _sent(case: Case) -> list[Since]:
    """Legal review follows the steps before it and, where its period runs, the sending."""
    clock = running_clock(case, "D08")
    sent: list[Since] = [(SENT, clock.started_on)] if clock is not None else []
    return [*selectors.steps_before(case), *sent]


def reopen(case: Case) -> None:
    """Back at the investigation: earlier answers no longer count, the notice must be given anew."""
    case.reviews.update(superseded=True)
    case.discussions.filter(purpose=DiscussionPurpose.PENALTY).update(superseded=True)
    Case.objects.filter(pk=case.pk).update(noticed_on=None, heard_on=None)
    case.noticed_on = case.heard_on = None


def _minute(
    case: Case, purpose: str, minutes: Minutes, triggers: Sequence[str], actor: Actor
) -> Discussion:
    voices = list(minutes.voices)
    if rules.too_small(voices):
        message = _("集体讨论的成员不得少于 %(fewest)d 人，并逐一记录表决和发言要点。")
        raise Refused(message % {"fewest": rules.FEWEST_MEMBERS}, code="too_few")
    if len({voice.post.user_id for voice in voices}) != len(voices):
        raise Refused(_("同一人员只能表决一次。"), code="twice")
    if any(voice.post.agency_id != case.agency_id for voice in voices):
        raise Refused(_("集体讨论的成员须是本单位人员。"), code="foreign")
    if not all(voice.opinion.strip() for voice in voices):
        raise Refused(_("请写明每名成员的发言要点。"), code="opinion")
    held = Discussion.objects.create(
        case=case,
        purpose=purpose,
        triggers=list(triggers),
        after_notice=is_noticed(case),
        held_on=minutes.held_on,
        place=minutes.place,
        presided_by_id=acting_post(actor),
        conclusion=minutes.conclusion,
        carried=rules.carried([voice.vote for voice in voices]),
        until=minutes.until,
    )
    DiscussionMember.objects.bulk_create(
        DiscussionMember(discussion=held, post=v.post, vote=v.vote, opinion=v.opinion)
        for v in voices
    )
    return held


def _keep(
    case: Case,
    kind: str,
    result: str,
    opinion: str,
    on: dt.date,
    actor: Actor,
    triggers: Sequence[str] = (),
) -> None:
    Review.objects.create(
        case=case,
        kind=kind,
        result=result,
        opinion=opinion,
        triggers=list(triggers),
        after_notice=is_noticed(case),
        reviewer_id=_person(actor),
        signature=signature(actor),
        reviewed_on=on,
    )


def _need(opinion: str) -> None:
    if not opinion.strip():
        raise Refused(_("请写明审核意见。"), code="opinion")


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise PermissionDenied(_("须由在岗人员办理。"))
    return actor.user_id
