"""The ceremony of a draw: commit, reveal, void, execute, publish (DRAW-1 §3).

The server never holds a secret before its party reveals it. Each verb locks the draw's row, so
that of any number of officers at once one wins and the others read why not.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from inspections.draws import permissions, rules, selectors, workflow
from inspections.draws.choices import DrawState
from inspections.draws.models import Commitment, Draw, DrawInspector, Seat, Strike
from inspections.draws.services import iso, locked, pure, store_record, tell, times_of
from inspections.plans import workflow as plans
from institutions.models import Institution
from portal.access import Actor, demand
from portal.audit import record
from portal.clocks import now
from portal.errors import Refused
from portal.events import DRAW_EXECUTED, DRAW_PUBLISHED, announce
from portal.inbox.sentences import sentence

log = logging.getLogger(__name__)

# --- Commit and reveal ------------------------------------------------------------------------


@transaction.atomic
def commit(draw: Draw, *, value: str, actor: Actor) -> None:
    """A party shows c_X; with the first one the struck list is closed, with both it moves on."""
    draw = locked(draw, DrawState.FROZEN)
    demand(permissions.can_take_part(actor, draw))
    party = permissions.party_of(draw, actor.agency_id)
    if len(value) != 64 or not set(value) <= set("0123456789abcdef"):
        raise Refused(_("承诺值应为 64 位十六进制小写字符，请在本页生成。"), code="form")
    if draw.commitments.filter(party=party).exists():
        raise Refused(_("本单位已经承诺，不能更换。"), code="committed")
    if not draw.struck_text:
        _close_struck(draw)
    Commitment.objects.create(
        draw=draw, party=party, value=value, post_id=actor.post_id or 0, committed_at=now()
    )
    record(actor, "draw.commitment", draw, facts={"party": party, "value": value})
    if set(draw.commitments.values_list("party", flat=True)) == set(permissions.parties(draw)):
        facts = {"struck_hash": draw.struck_hash}
        workflow.draw.apply("commit", draw, actor=actor, facts=facts)
        tell(
            draw,
            sentence(
                gettext_noop("双方已承诺，请揭示随机数：%(batch)s，第 %(attempt)s 次"),
                batch=draw.batch.name,
                attempt=draw.attempt,
            ),
            "committed",
            actor,
        )


@transaction.atomic
def together(*acts: Callable[[], None]) -> None:
    """Both officers at one screen: both acts, or neither, so that a retry finds no half."""
    for act in acts:
        act()


def _close_struck(draw: Draw) -> None:
    struck = _struck(draw)
    draw.struck_text = rules.canon(struck).decode()
    draw.struck_hash = rules.struck_hash(draw.public["alg"], struck).hex()
    draw.save(update_fields=["struck_text", "struck_hash"])


def _struck(draw: Draw) -> list[dict[str, str]]:
    rows = draw.strikes.order_by("uscc")
    return [{"id": each.uscc, "reason": each.reason, "evidence": each.evidence} for each in rows]


@transaction.atomic
def reveal(draw: Draw, *, secret: str, actor: Actor) -> None:
    """A party opens its commitment; shown to the other only when both are in."""
    draw = locked(draw, DrawState.COMMITTED)
    demand(permissions.can_take_part(actor, draw))
    party = permissions.party_of(draw, actor.agency_id)
    mine = draw.commitments.filter(party=party).first()
    if mine is None:
        raise Refused(_("本单位没有承诺，不能揭示。"))
    if mine.secret:
        raise Refused(_("本单位已经揭示。"), code="revealed")
    if draw.reveal_due_at and now() > draw.reveal_due_at:
        raise Refused(_("已过揭示截止时间，本次将作废。"), code="late")
    attempt = rules.bound_attempt(draw.public, draw.annex, draw.attempt)
    if not pure(lambda: rules.opens(mine.value, attempt, party, secret.strip().lower())):
        raise Refused(_("随机数与已公开的承诺值不符，请使用承诺时保存的文件。"), code="opens")
    mine.secret, mine.revealed_at = secret.strip().lower(), now()
    mine.save(update_fields=["secret", "revealed_at"])
    record(actor, "draw.revelation", draw, facts={"party": party})
    if not draw.commitments.filter(secret="").exists():
        workflow.draw.apply("reveal", draw, actor=actor)
        tell(
            draw,
            sentence(
                gettext_noop("双方已揭示，可以执行抽取：%(batch)s，第 %(attempt)s 次"),
                batch=draw.batch.name,
                attempt=draw.attempt,
            ),
            "revealed",
            actor,
        )


@transaction.atomic
def void(draw: Draw, *, reason: str, party: str = "", actor: Actor) -> Draw:
    """End this attempt for a stated reason and begin the next with the same frozen pool.

    ``party`` names the one that missed the reveal deadline. Refused once both have revealed.
    """
    draw = locked(draw, DrawState.FROZEN, DrawState.COMMITTED)
    if draw.commitments.exclude(secret="").count() > 1:
        raise Refused(_("双方均已揭示，不能再作废。"), code="revealed")
    at = now()
    draw.void_reason, draw.void_party, draw.voided_at = reason.strip(), party, at
    reached = _reached(draw)
    told = pure(
        lambda: rules.void_record(
            draw.public,
            draw.annex,
            attempt=draw.attempt,
            void={"reason": reason.strip(), "party": party, "time": iso(at)},
            times=times_of(draw),
            **reached,
        )
    )
    store_record(draw, told)
    draw.save(update_fields=["void_reason", "void_party", "voided_at"])
    facts = {"party": party, "record_hash": draw.record_hash}
    workflow.draw.apply("void", draw, actor=actor, reason=reason, facts=facts)
    following = _next(draw)
    record(actor, "draw.reopen", following, facts={"after": draw.pk, "attempt": following.attempt})
    tell(
        following,
        sentence(
            gettext_noop("上一次抽取已作废，已开始下一次：%(batch)s，第 %(attempt)s 次"),
            batch=following.batch.name,
            attempt=following.attempt,
        ),
        "frozen",
        actor,
    )
    return following


def void_overdue(*, actor: Actor) -> int:
    """Void every attempt whose reveal deadline has passed, naming the party that is missing.

    Late or twice does no harm: each attempt is looked at again under its lock.
    """
    waiting = Draw.objects.filter(state=DrawState.COMMITTED, reveal_due_at__lt=now())
    count = 0
    for draw in waiting:
        missing = draw.commitments.filter(secret="").order_by("party").first()
        try:
            reason = _("未在揭示截止时间前揭示。")
            void(draw, reason=reason, party=missing.party if missing else "", actor=actor)
        except Refused as refusal:
            log.info("draw %s is not voided: %s", draw.pk, refusal)
        else:
            count += 1
    return count


def _reached(draw: Draw) -> dict[str, Any]:
    shown = list(draw.commitments.all())
    if not shown:
        return {}
    found: dict[str, Any] = {
        "struck": json.loads(draw.struck_text),
        "commitments": {each.party: each.value for each in shown},
    }
    revealed = {each.party: each.secret for each in shown if each.secret}
    return found | ({"reveals": revealed} if revealed else {})


def _next(draw: Draw) -> Draw:
    """The same frozen pool, strikes and people, one attempt later."""
    span = draw.reveal_due_at - draw.opened_at if draw.reveal_due_at else None
    following = Draw.objects.create(
        batch=draw.batch,
        attempt=draw.attempt + 1,
        sitting=draw.sitting,
        is_rehearsal=draw.is_rehearsal,
        state=DrawState.FROZEN,
        for_date=draw.for_date,
        reveal_due_at=now() + span if span else None,
        beacon=draw.beacon,
        public_text=draw.public_text,
        annex_text=draw.annex_text,
        annex_hash=draw.annex_hash,
        pool_hash=draw.pool_hash,
        opened_at=now(),
        frozen_at=draw.frozen_at,
    )
    for model, rows in ((Strike, draw.strikes.all()), (DrawInspector, draw.inspectors.all())):
        copies = []
        for row in rows:
            row.pk, row.draw = None, following
            copies.append(row)
        model._default_manager.bulk_create(copies)
    return following


# --- Execution --------------------------------------------------------------------------------


@transaction.atomic
def execute(draw: Draw, *, beacon_text: str = "", actor: Actor) -> None:
    """Compute the draw from what was shown; one wins of any number at once (DRAW-1 §3)."""
    draw = locked(draw, DrawState.REVEALED)
    demand(permissions.can_execute(actor, draw))
    draw.beacon_text, draw.executed_at = beacon_text.strip(), now()
    shown = list(draw.commitments.all())
    given: dict[str, Any] = {
        "commitments": {each.party: each.value for each in shown},
        "reveals": {each.party: each.secret for each in shown},
        "attempt": draw.attempt,
        "beacon": draw.beacon_text,
    }
    struck = json.loads(draw.struck_text)
    result = pure(lambda: rules.execute(draw.public, draw.annex, struck, **given))
    told = pure(
        lambda: rules.record(draw.public, draw.annex, struck, result, **given, times=times_of(draw))
    )
    store_record(draw, told)
    draw.save(update_fields=["beacon_text", "executed_at"])
    facts = {"record_hash": draw.record_hash, "pool_hash": draw.pool_hash}
    workflow.draw.apply("execute", draw, actor=actor, facts=facts)
    if not draw.is_rehearsal:
        seat_teams(draw, result.teams)
        plans.batch.apply("draw", draw.batch, actor=actor)
        announce(DRAW_EXECUTED, draw.pk, actor=actor)
        tell(
            draw,
            sentence(
                gettext_noop("双随机抽取已完成：%(batch)s，第 %(attempt)s 次"),
                batch=draw.batch.name,
                attempt=draw.attempt,
            ),
            "executed",
            actor,
        )


def seat_teams(draw: Draw, teams: list[dict[str, Any]], *, after: int = 0) -> None:
    """Keep who holds which seat; unfilled seats stand empty."""
    people = selectors.inspector_of(draw)
    usccs = [team["institution"] for team in teams]
    rows = Institution.objects.filter(uscc__in=usccs).values_list("uscc", "pk")
    keys = dict(rows)
    Seat.objects.bulk_create(
        _seat_of(draw, order, keys[team["institution"]], seat["slot"], people[seat["inspector"]])
        for order, team in enumerate(teams, start=after + 1)
        for seat in team["slots"]
    )
    Seat.objects.bulk_create(
        Seat(draw=draw, order=order, institution_id=keys[team["institution"]], slot=slot)
        for order, team in enumerate(teams, start=after + 1)
        for slot in team["unfilled"]
    )


def _seat_of(draw: Draw, order: int, institution: int, slot: str, who: DrawInspector) -> Seat:
    return Seat(
        draw=draw,
        order=order,
        institution_id=institution,
        slot=slot,
        inspector_id=who.inspector_id,
        expert_id=who.expert_id,
    )


@transaction.atomic
def publish(draw: Draw, *, actor: Actor) -> None:
    """Show the whole record to everybody, once the last visit of the batch is done (§3)."""
    draw = locked(draw, DrawState.EXECUTED)
    draw.published_at = now()
    draw.save(update_fields=["published_at"])
    workflow.draw.apply("publish", draw, actor=actor, facts={"record_hash": draw.record_hash})
    announce(DRAW_PUBLISHED, draw.pk, actor=actor)
