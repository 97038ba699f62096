"""Starting, stopping, suspending, extending and handing over legal periods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from portal import refs
from portal.access import Actor
from portal.audit.record import record
from portal.clocks import rules
from portal.clocks.choices import ClockState
from portal.clocks.days import demand_meant
from portal.clocks.models import Clock, Extension, Suspension
from portal.clocks.now import SHANGHAI, today
from portal.clocks.rules import Calendar, Count, Day
from portal.errors import Conflict, Refused
from portal.law.choices import Unit
from portal.law.models import DeadlineRule
from portal.law.selectors import rule_on, working_calendar

UNSUSPENDABLE = {Unit.HOUR, Unit.FIXED_DATE}


def start(
    rule: str,
    subject: models.Model | str,
    *,
    agency: models.Model | int,
    on: dt.date | dt.datetime,
    role: str,
    actor: Actor,
    due: dt.date | None = None,
) -> Clock:
    """Start a legal period on the day of its trigger (an aware instant for hour rules).

    ``rule`` is a code such as ``D24``; its version is that of the day. ``due`` sets an earlier
    internal target, or names the year of a fixed date. Refused for a rule without a period and
    for a target later than the law allows.
    """
    [clock] = start_each(rule, subject, holders=[(_key(agency), role)], on=on, actor=actor, due=due)
    return clock


@transaction.atomic
def start_each(
    rule: str,
    subject: models.Model | str,
    *,
    holders: Iterable[tuple[int, str]],
    on: dt.date | dt.datetime,
    actor: Actor,
    due: dt.date | None = None,
) -> list[Clock]:
    """Start the same period for each of these agencies and roles; rule and calendar are read once.

    Everything else as ``start`` says, in the order of the holders.
    """
    facts = _begun(rule, on, due)
    ref = subject if isinstance(subject, str) else refs.ref(subject)
    facts |= {"ref": ref, "audit_stream": _stream(subject, ref)}
    clocks = Clock.objects.bulk_create(
        [Clock(agency_id=agency, role=role, **facts) for agency, role in holders]
    )
    for clock in clocks:
        _write(clock, "clock.start", actor, changes={"due_on": [None, clock.due_on]})
    return clocks


def _begun(rule: str, on: dt.date | dt.datetime, due: dt.date | None) -> dict[str, Any]:
    """The rule of the day and what it counts."""
    first = _local_day(on)
    demand_meant(first, _("起算日期"))
    version = rule_on(rule, first)
    begin = _instant(version, on) if version.unit == Unit.HOUR else first
    counted = rules.count(version.term(), begin, working_calendar())
    legal = _named_year(version, counted.due_on, due)
    _check_target(due, legal)
    return {
        "rule": version,
        "rule_code": version.code,
        "started_on": first,
        "started_at": begin if isinstance(begin, dt.datetime) else None,
        "due_on": due or legal,
        "due_at": counted.due_at,
        "legal_due_on": legal,
        "target_on": due if due is not None and due < legal else None,
        "provisional": counted.provisional,
    }


def _instant(version: DeadlineRule, on: dt.date | dt.datetime) -> dt.datetime:
    if not isinstance(on, dt.datetime):
        raise Refused(_("规则“%(rule)s”按小时计算，请给出起算时刻。") % {"rule": version})
    return on


def _check_target(due: dt.date | None, legal: dt.date) -> None:
    if due is not None and due > legal:
        words = {"due": due.isoformat(), "legal": legal.isoformat()}
        message = _("内部时限 %(due)s 不能晚于法定期限 %(legal)s。") % words
        raise Refused(message, code="late_target")


@transaction.atomic
def stop(clock: Clock, *, on: dt.date | dt.datetime, reason: str = "", actor: Actor) -> None:
    """End a period: the step was done, or no longer needs doing. Conflict when it had ended."""
    values: dict[str, Any] = {
        "state": ClockState.STOPPED,
        "stopped_on": _local_day(on),
        "stopped_at": on if isinstance(on, dt.datetime) else None,
        "stop_reason": reason,
    }
    if not Clock.objects.filter(pk=clock.pk).open().update(**values):
        raise _conflict(clock)
    clock.suspensions.filter(until_on__isnull=True).update(until_on=_local_day(on))
    for name, value in values.items():
        setattr(clock, name, value)
    _write(clock, "clock.stop", actor, reason=reason, facts={"on": _local_day(on)})


@transaction.atomic
def suspend(clock: Clock, *, on: dt.date, reason: str, actor: Actor) -> None:
    """Stop counting from this day on, itself included. Hours and fixed dates do not stop."""
    if clock.rule.unit in UNSUSPENDABLE:
        raise Refused(_("按小时计算或固定日期的期限不能中止。"), code="not_suspendable")
    _need_reason(reason)
    if on < clock.started_on:
        raise Refused(_("中止日期不能早于起算日期。"), code="before_start")
    running = Clock.objects.filter(pk=clock.pk).running()
    if not running.update(state=ClockState.SUSPENDED):
        raise _conflict(clock)
    Suspension.objects.create(clock=clock, from_on=on, reason=reason)
    _swapped(clock, "clock.suspend", actor, reason=reason, facts={"on": on})


@transaction.atomic
def resume(clock: Clock, *, on: dt.date, reason: str, actor: Actor) -> None:
    """Count again from this day on, itself included; the due day moves by what was lost."""
    asleep = Clock.objects.filter(pk=clock.pk, state=ClockState.SUSPENDED)
    if not asleep.update(state=ClockState.RUNNING):
        raise _conflict(clock)
    span = clock.suspensions.get(until_on__isnull=True)
    if on < span.from_on:
        raise Refused(_("恢复日期不能早于中止日期。"), code="before_suspension")
    span.until_on = on
    span.save(update_fields=["until_on"])
    changes = _recount(clock, working_calendar())
    _swapped(clock, "clock.resume", actor, reason=reason, changes=changes, facts={"on": on})


@transaction.atomic
def extend(
    clock: Clock,
    *,
    until: dt.date,
    reason: str,
    approver: models.Model,
    actor: Actor,
    on: dt.date | None = None,
) -> None:
    """Move the due day by approval of a person who is not the one who asks.

    ``on`` is the day of approval, today by default. Refused for fixed dates and hours, for a day
    that is not later, and for one's own approval.
    """
    _need_reason(reason)
    demand_meant(until, _("延长至"))
    if clock.rule.unit in UNSUSPENDABLE:
        raise Refused(_("按小时计算或固定日期的期限不能延长。"), code="not_extendable")
    if approver.pk == actor.user_id:
        raise Refused(_("延长期限须由他人批准，不能自己批准自己。"), code="own_approval")
    fresh = Clock.objects.select_for_update().get(pk=clock.pk)
    if fresh.state == ClockState.STOPPED:
        raise _conflict(clock)
    if until <= fresh.legal_due_on:
        words = {"due": fresh.legal_due_on.isoformat()}
        raise Refused(_("延长后的日期须晚于现在的到期日 %(due)s。") % words, code="not_later")
    Extension.objects.create(
        clock=clock,
        until=until,
        granted_on=on or today(),
        reason=reason,
        approver_id=approver.pk,
    )
    changes, facts = _recount(clock, working_calendar()), {"approver": approver.pk}
    _swapped(clock, "clock.extend", actor, reason=reason, changes=changes, facts=facts)


@transaction.atomic
def reassign(
    clock: Clock,
    *,
    agency: models.Model | int,
    role: str,
    on: dt.date,
    reason: str,
    actor: Actor,
) -> None:
    """Hand a running period to another agency or role; it keeps counting."""
    _need_reason(reason)
    fresh = Clock.objects.select_for_update().get(pk=clock.pk)
    if fresh.state == ClockState.STOPPED:
        raise _conflict(clock)
    changes = {"agency": [fresh.agency_id, _key(agency)], "role": [fresh.role, role]}
    Clock.objects.filter(pk=clock.pk).update(agency_id=_key(agency), role=role)
    _swapped(clock, "clock.reassign", actor, reason=reason, changes=changes, facts={"on": on})


def recompute(clock: Clock, *, calendar: Calendar, actor: Actor) -> bool:
    """Count again with a changed calendar; True when the due day or its certainty moved."""
    with transaction.atomic():
        changes = _recount(clock, calendar)
        if changes:
            _swapped(clock, "clock.recompute", actor, changes=changes)
        return bool(changes)


def explain(clock: Clock, calendar: Calendar | None = None) -> list[Day]:
    """How the due day came about, one line a day."""
    counted = _count(clock, calendar or working_calendar())
    days = list(counted.days)
    if clock.rule.unit == Unit.FIXED_DATE:
        days[-1] = Day(clock.legal_due_on, 1, "fixed")
    if clock.target_on is not None:
        days.append(Day(clock.target_on, 0, "target"))
    return days


def _count(clock: Clock, calendar: Calendar) -> Count:
    begin = clock.started_at if clock.counts_hours and clock.started_at else clock.started_on
    if isinstance(begin, dt.datetime):
        begin = begin.astimezone(SHANGHAI)
    last = clock.extensions.order_by("-granted_on", "-pk").first()
    return rules.count(
        clock.rule.term(),
        begin,
        calendar,
        spans=_spans(clock.suspensions.all()),
        extended=rules.Extended(last.until, last.granted_on) if last else None,
    )


def _spans(suspensions: models.QuerySet[Suspension]) -> Sequence[rules.Span]:
    return [rules.Span(each.from_on, each.until_on) for each in suspensions]


def _recount(clock: Clock, calendar: Calendar) -> dict[str, Any]:
    """Write the due day of the present facts; what changed, by field."""
    if clock.rule.unit == Unit.FIXED_DATE:
        return {}
    fresh = Clock.objects.select_for_update().select_related("rule").get(pk=clock.pk)
    counted = _count(fresh, calendar)
    legal = counted.due_on
    after = {
        "legal_due_on": legal,
        "due_on": min(fresh.target_on, legal) if fresh.target_on else legal,
        "provisional": counted.provisional,
    }
    changes = {
        name: [getattr(fresh, name), value]
        for name, value in after.items()
        if getattr(fresh, name) != value
    }
    if changes:
        Clock.objects.filter(pk=clock.pk).update(**after)
    return changes


def _named_year(version: DeadlineRule, computed: dt.date, due: dt.date | None) -> dt.date:
    """A fixed date comes every year: ``due`` may say which one is meant."""
    fixed = (version.fixed_month, version.fixed_day)
    if version.unit == Unit.FIXED_DATE and due is not None and (due.month, due.day) == fixed:
        return due
    return computed


def _local_day(on: dt.date | dt.datetime) -> dt.date:
    if not isinstance(on, dt.datetime):
        return on
    if on.tzinfo is None:
        raise ValueError("An instant needs its time zone.")
    return on.astimezone(SHANGHAI).date()


def _stream(subject: models.Model | str, ref: str) -> str:
    root = getattr(subject, "audit_root", None)
    return str(root()) if callable(root) else ref


def _key(obj: models.Model | int) -> int:
    return obj if isinstance(obj, int) else int(obj.pk)


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("请写明理由。"), code="reason")


def _conflict(clock: Clock) -> Conflict:
    fresh = Clock.objects.get(pk=clock.pk)
    return Conflict(str(fresh.get_state_display()))


def _swapped(clock: Clock, verb: str, actor: Actor, **words: Any) -> None:
    clock.refresh_from_db()
    _write(clock, verb, actor, **words)


def _write(clock: Clock, verb: str, actor: Actor, **words: Any) -> None:
    facts = {"clock": clock.pk, "rule": clock.rule_code, **words.pop("facts", {})}
    record(actor, verb, clock.ref, stream=clock.audit_stream, facts=facts, **words)
