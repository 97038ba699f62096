"""The words that a period sends out before it ends and once it is over (D24, P01).

An order's own period (D30) speaks in the room of rectifications.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_noop

from agencies.models import Agency
from inspections.plans.choices import PlanKind, PlanState
from inspections.plans.models import Plan
from inspections.plans.selectors import due_of_year
from inspections.visits.choices import VisitState
from inspections.visits.models import Visit
from portal.access import Actor, Level, Role
from portal.access.choices import BUREAUS
from portal.clocks.models import Clock
from portal.inbox.sentences import Sentence, label, sentence, verbatim
from portal.inbox.services import send
from portal.refs import ref

# Officers prepare what chiefs publish; leaders hear of what is late.
MAKERS = (Role.OFFICER, Role.CHIEF)
OVERSEERS = (*MAKERS, Role.LEADER)
# T−n of a plan that nobody has begun: a plan in the making has its clock.
DAYS_BEFORE = (30, 15, 7, 3)
STILL_NEWS = dt.timedelta(days=30)  # a portal opened late in the year accuses nobody of March
GONE = (PlanState.DISCARDED, PlanState.WITHDRAWN, PlanState.REPLACED)


# --- The result of a visit (D24) --------------------------------------------------------------


def visit_of_clock(clock: Clock) -> Visit | None:
    """The visit whose result is to be public; None for a D24 of another room."""
    name, _colon, key = clock.ref.partition(":")
    return Visit.objects.filter(pk=int(key)).first() if name == "visit" else None


def result_due_soon(visit: Visit, clock: Clock, *, key: str, today: dt.date, actor: Actor) -> None:
    """Remind both bureaus: whoever inspects enters and publishes (国发〔2019〕5号)."""
    left = (clock.due_on - today).days
    if left < 0:
        return  # after a standstill: the bulletin of the day after says it
    title = sentence(
        gettext_noop("检查结果公示期限还有 %(days)s 天：%(visit)s"),
        days=left,
        visit=visit.institution_name,
    )
    _tell(visit, visit.bureau_ids, MAKERS, title, [_where_it_stands(visit)], key, actor)


def result_overdue(visit: Visit, clock: Clock, *, key: str, actor: Actor) -> None:
    """Tell the leaders of both bureaus too that the result is not public in time."""
    title = sentence(
        gettext_noop("检查结果逾期未公示：%(visit)s，期限为 %(due)s"),
        visit=visit.institution_name,
        due=clock.due_on,
    )
    _tell(visit, visit.bureau_ids, OVERSEERS, title, [_where_it_stands(visit)], key, actor)


def _where_it_stands(visit: Visit) -> Sentence:
    return sentence(
        gettext_noop("检查目前的状态：%(state)s。复核通过后，由实施部门起草并公示检查结果。"),
        state=label(VisitState(visit.state).label),
    )


# --- The yearly plan (P01) --------------------------------------------------------------------


def plan_of_clock(clock: Clock) -> Plan | None:
    name, _colon, key = clock.ref.partition(":")
    return Plan.objects.filter(pk=int(key)).first() if name == "plan" else None


def plan_due_soon(plan: Plan, clock: Clock, *, key: str, today: dt.date, actor: Actor) -> None:
    """Remind the makers of a yearly plan that is not public yet."""
    left = (clock.due_on - today).days
    if left < 0:
        return
    title = sentence(
        gettext_noop("年度检查计划公布期限还有 %(days)s 天：%(plan)s"), days=left, plan=plan.title
    )
    _tell(plan, [plan.initiating_id], MAKERS, title, [_state_of(plan)], key, actor)


def plan_overdue(plan: Plan, clock: Clock, *, key: str, actor: Actor) -> None:
    """Tell both bureaus up to their leaders."""
    title = sentence(
        gettext_noop("年度检查计划逾期未公布：%(plan)s，期限为 %(due)s"),
        plan=plan.title,
        due=clock.due_on,
    )
    _tell(plan, plan.bureau_ids, OVERSEERS, title, [_state_of(plan)], key, actor)


def _state_of(plan: Plan) -> Sentence:
    words = gettext_noop("计划目前的状态：%(state)s。")
    return sentence(words, state=label(PlanState(plan.state).label))


def remind_without_plan(*, today: dt.date, actor: Actor) -> int:
    """Urge the district bureaus that take part in no yearly plan, not even a draft.

    Such a bureau has no clock. It hears once of each day in DAYS_BEFORE and once when the day is
    over, however often this runs. How many bureaus were told.
    """
    due = due_of_year(today.year)
    if due is None or today > due + STILL_NEWS:
        return 0
    left = (due - today).days
    steps = [days for days in DAYS_BEFORE if left <= days]
    if not steps:
        return 0
    late = left < 0
    key = f"no plan {today.year} {'late' if late else min(steps)}"
    waiting = _bureaus_without_plan(today.year)
    for bureau in waiting:
        _urge(bureau, due, late=late, key=key, actor=actor)
    return len(waiting)


def _bureaus_without_plan(year: int) -> list[Agency]:
    plans = Plan.objects.filter(kind=PlanKind.YEARLY, year=year).exclude(state__in=GONE)
    busy = {key for plan in plans for key in plan.bureau_ids}
    rows = Agency.objects.active().of_kind(*BUREAUS).filter(level=Level.DISTRICT)
    return list(rows.exclude(pk__in=busy).order_by("pk"))


def _urge(bureau: Agency, due: dt.date, *, late: bool, key: str, actor: Actor) -> None:
    year = str(due.year)
    soon = gettext_noop("%(year)s 年度检查计划尚未制定，须在 %(due)s 前公布")
    title = sentence(soon, year=year, due=due)
    if late:
        over = gettext_noop("%(year)s 年度检查计划尚未制定，公布期限 %(due)s 已过")
        title = sentence(over, year=year, due=due)
    for role in OVERSEERS if late else MAKERS:
        send(
            to_agency=bureau,
            role=role,
            title=title,
            body=[verbatim("国办发〔2024〕54号")],
            url=reverse("plan_create") if role in MAKERS else reverse("plan_list"),
            subject_ref=ref(bureau),
            key=key,
            actor=actor,
        )


def _tell(
    subject: Model,
    agencies: Iterable[int],
    roles: Iterable[str],
    title: Sentence,
    body: list[Sentence],
    key: str,
    actor: Actor,
) -> None:
    for agency in agencies:
        for role in roles:
            send(
                to_agency=agency,
                role=role,
                title=title,
                body=body,
                url=subject.get_absolute_url(),  # type: ignore[attr-defined]  # plans and visits have pages
                subject_ref=ref(subject),
                key=key,
                actor=actor,
            )
