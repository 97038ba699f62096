"""The runner of effects: from facts, once each, in legal order, after any downtime.

A look plans a row for every effect that is due and not yet planned, then runs the waiting rows.
A missed or doubled look changes nothing.
"""

from __future__ import annotations

import datetime as dt
import logging
import time

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q

from portal.access import job_actor
from portal.clocks.choices import ClockState, RunState
from portal.clocks.effects import EffectSpec, effect_named, registered_effects
from portal.clocks.models import Clock, EffectRun, EffectRunQuerySet, EngineState
from portal.clocks.now import now, real_now
from portal.clocks.rules import DAY, Calendar
from portal.law.selectors import working_calendar

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
GIVE_UP_CLAIM_AFTER = dt.timedelta(minutes=15)  # longer than the hard time limit of a job
RETRY_AFTER = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
LONGEST_HOLIDAY = 15 * DAY  # the last working day before lies nearer than this
TOLERANCE = dt.timedelta(seconds=60)
PLAN_AT_ONCE = 2000
ENGINE = 1  # the key of the one row


def look(*, seconds: float = 240) -> int:
    """Plan and run what is due; how many effects ran. Stands still when time is not trustworthy."""
    at = now()
    if not _time_is_sound(at):
        return 0
    plan(at)
    ran = run(at, seconds=seconds)
    EngineState.objects.filter(pk=ENGINE).update(succeeded_at=now())
    return ran


def plan(at: dt.datetime) -> None:
    """Write a row for each effect that has become due. Two planners write the same rows."""
    calendar = working_calendar()
    for spec in registered_effects():
        while _plan_one(spec, at, calendar) == PLAN_AT_ONCE:
            pass


def run(at: dt.datetime, *, seconds: float = 240) -> int:
    """Run the waiting effects in legal order until none is left or the time is up."""
    end, ran = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        key = _claim(at)
        if key is None:
            return ran
        ran += _execute(key)
    return ran


def _plan_one(spec: EffectSpec, at: dt.datetime, calendar: Calendar) -> int:
    planned = EffectRun.objects.filter(
        clock=OuterRef("pk"), effect=spec.key, due_on=OuterRef("due_on")
    )
    reach = LONGEST_HOLIDAY if spec.last_working_day else -spec.days * DAY
    clocks = Clock.objects.running().filter(
        ~Exists(planned), rule_code=spec.code, due_on__lte=at.date() + reach
    )
    rows = []
    for clock in clocks.order_by("due_on", "pk")[:PLAN_AT_ONCE]:
        legal_on = legal_day(spec, clock.due_on, calendar)
        if legal_on < clock.started_on and spec.days <= 0:
            state = RunState.VOID  # its day had passed before the period began
        elif legal_on <= at.date() and _hour_has_come(spec, clock, at):
            state = RunState.WAITING
        else:
            continue
        rows.append(
            EffectRun(
                clock=clock,
                effect=spec.key,
                due_on=clock.due_on,
                legal_on=legal_on,
                state=state,
            )
        )
    EffectRun.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def legal_day(spec: EffectSpec, due_on: dt.date, calendar: Calendar) -> dt.date:
    """The day on which the law or the plan wants the effect."""
    if spec.last_working_day:
        return calendar.last_working_day_before(due_on)
    return due_on + spec.days * DAY


def _hour_has_come(spec: EffectSpec, clock: Clock, at: dt.datetime) -> bool:
    """Periods in hours are late from an instant, not from midnight."""
    if clock.due_at is None or spec.days < 0 or spec.last_working_day:
        return True
    return clock.due_at + spec.days * DAY < at


def _waiting(at: dt.datetime) -> EffectRunQuerySet:
    """Rows that may run now: each the first of its clock, not claimed, its pause over."""
    earlier = EffectRun.objects.filter(
        Q(legal_on__lt=OuterRef("legal_on"))
        | Q(legal_on=OuterRef("legal_on"), pk__lt=OuterRef("pk")),
        clock=OuterRef("clock"),
        state=RunState.WAITING,
    )
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=at - GIVE_UP_CLAIM_AFTER)
    rested = Q(retry_at__isnull=True) | Q(retry_at__lte=at)
    return EffectRun.objects.filter(free, rested, ~Exists(earlier), state=RunState.WAITING)


@transaction.atomic
def _claim(at: dt.datetime) -> int | None:
    """Take the next row: counted before it runs, so that one which kills its worker stops too."""
    rows = _waiting(at).order_by("legal_on", "clock", "pk")
    row = rows.select_for_update(skip_locked=True, of=("self",)).first()
    if row is None:
        return None
    if row.attempts >= MOST_ATTEMPTS:  # its worker died each time
        EffectRun.objects.filter(pk=row.pk).update(
            state=RunState.POISON, error=row.error or "the worker ended during every attempt"
        )
        return row.pk
    EffectRun.objects.filter(pk=row.pk).update(claimed_at=now(), attempts=F("attempts") + 1)
    return row.pk


def _execute(key: int) -> bool:
    """Run one claimed effect; its work and its mark commit together."""
    try:
        with transaction.atomic():
            return _run_locked(key)
    except Exception as error:  # an effect's fault must not stop the others; it is kept and seen
        log.exception("Effect run %s failed", key)
        _failed(key, error)
        return False


def _run_locked(key: int) -> bool:
    row = EffectRun.objects.select_for_update(of=("self",)).get(pk=key)
    if row.state != RunState.WAITING:
        return False
    clock = (
        Clock.objects.select_for_update(of=("self",)).select_related("rule").get(pk=row.clock_id)
    )
    at = now()
    if clock.state == ClockState.STOPPED or clock.due_on != row.due_on:
        _finish(row, RunState.VOID, at)
        return False
    if clock.state == ClockState.SUSPENDED:
        EffectRun.objects.filter(pk=key).delete()  # planned again when the period goes on
        return False
    spec = effect_named(row.effect)
    if spec is None:
        raise LookupError(f"No function is registered for the effect {row.effect!r}.")
    spec.function(clock, row.legal_on, at, job_actor(f"effect {row.effect}"))
    _finish(row, RunState.DONE, at)
    return True


def _finish(row: EffectRun, state: str, at: dt.datetime) -> None:
    EffectRun.objects.filter(pk=row.pk).update(
        state=state, executed_at=at, late=at.date() > row.legal_on, error=""
    )


def _failed(key: int, error: Exception) -> None:
    row = EffectRun.objects.get(pk=key)
    given_up = row.attempts >= MOST_ATTEMPTS
    pause = RETRY_AFTER[min(row.attempts, len(RETRY_AFTER)) - 1]
    EffectRun.objects.filter(pk=key, state=RunState.WAITING).update(
        state=RunState.POISON if given_up else RunState.WAITING,
        claimed_at=None,
        retry_at=now() + pause,
        error=repr(error)[:2000],
    )


def _time_is_sound(at: dt.datetime) -> bool:
    """Compare with the database and with the last look; note a refusal and its reason."""
    reason = _why_time_is_wrong(at)
    state, _created = EngineState.objects.get_or_create(pk=ENGINE)
    if reason:
        log.error("The engine of effects stands still: %s", reason)
        EngineState.objects.filter(pk=ENGINE).update(
            refusal=reason, refused_at=state.refused_at if state.refusal else at
        )
        return False
    newer = Q(looked_at__isnull=True) | Q(looked_at__lt=at)
    EngineState.objects.filter(newer, pk=ENGINE).update(looked_at=at)
    EngineState.objects.filter(pk=ENGINE).update(refusal="", refused_at=None)
    return True


def _why_time_is_wrong(at: dt.datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs: dt.datetime = cursor.fetchone()[0]
    apart = abs(real_now() - theirs)
    if apart > TOLERANCE:
        return f"host and database differ by {int(apart.total_seconds())} s"
    last = EngineState.objects.filter(pk=ENGINE).values_list("looked_at", flat=True).first()
    if last is not None and at < last - TOLERANCE:
        return f"the clock went back from {last.isoformat()} to {at.isoformat()}"
    return ""
