"""What this app does when something happens, and when a clock says so."""

from __future__ import annotations

import datetime as dt

from inspections.assignments.services import follow_replacement, visit_drawn
from inspections.ceremonies.services import publish
from inspections.draws.choices import DrawState
from inspections.draws.models import Draw, Replacement
from inspections.rectifications.services import order_of_clock, remind, tell_overdue
from inspections.reminders import services as reminders
from portal.access import Actor, job_actor
from portal.clocks.effects import LAST_WORKING_DAY, effect
from portal.clocks.models import Clock
from portal.events import BATCH_VISITED, DRAW_EXECUTED, DRAW_REPLACED, Event, listens


@listens(DRAW_EXECUTED, "visits_of_the_draw")
def visits_of_the_draw(event: Event) -> None:
    """Each drawn institution gets its visit with its team."""
    draw = Draw.objects.select_related("batch__plan__region").get(pk=event.pk)
    visit_drawn(draw, actor=job_actor(event.name))


@listens(DRAW_REPLACED, "visits_of_the_replacement")
def visits_of_the_replacement(event: Event) -> None:
    """A visit follows the draw's answer to a replacement."""
    asked = Replacement.objects.select_related("draw__batch__plan__region").get(pk=event.pk)
    follow_replacement(asked, actor=job_actor(event.name))


@listens(BATCH_VISITED, "record_of_the_draw")
def record_of_the_draw(event: Event) -> None:
    """With the batch's last visit the whole record of its draw becomes public (DRAW-1 §3)."""
    draws = Draw.objects.filter(batch=event.pk, is_rehearsal=False, state=DrawState.EXECUTED)
    for draw in draws:
        publish(draw, actor=job_actor(event.name))


# --- By date ----------------------------------------------------------------------------------


@effect("D24", before=7)
@effect("D24", before=3)
@effect("D24", before=LAST_WORKING_DAY)
def result_reminder(clock: Clock, legal_on: dt.date, now: dt.datetime, actor: Actor) -> None:
    """Remind both bureaus of a result that is not public at T−7, −3 and the last working day."""
    visit = reminders.visit_of_clock(clock)
    if visit is not None:
        key = f"remind:{legal_on}"
        reminders.result_due_soon(visit, clock, key=key, today=now.date(), actor=actor)


@effect("D24", after=1)
def result_late(clock: Clock, legal_on: dt.date, now: dt.datetime, actor: Actor) -> None:
    """Tell both bureaus up to their leaders on the day after."""
    visit = reminders.visit_of_clock(clock)
    if visit is not None:
        reminders.result_overdue(visit, clock, key=f"overdue:{legal_on}", actor=actor)


@effect("P01", before=30)
@effect("P01", before=15)
@effect("P01", before=7)
@effect("P01", before=3)
@effect("P01", before=LAST_WORKING_DAY)
def plan_reminder(clock: Clock, legal_on: dt.date, now: dt.datetime, actor: Actor) -> None:
    """Remind the makers of a yearly plan that is not public yet."""
    plan = reminders.plan_of_clock(clock)
    if plan is not None:
        key = f"remind:{legal_on}"
        reminders.plan_due_soon(plan, clock, key=key, today=now.date(), actor=actor)


@effect("P01", after=1)
def plan_late(clock: Clock, legal_on: dt.date, now: dt.datetime, actor: Actor) -> None:
    """Tell both bureaus up to their leaders on 1 April."""
    plan = reminders.plan_of_clock(clock)
    if plan is not None:
        reminders.plan_overdue(plan, clock, key=f"overdue:{legal_on}", actor=actor)


@effect("D30", before=7)
@effect("D30", before=3)
@effect("D30", before=LAST_WORKING_DAY)
def order_reminder(clock: Clock, legal_on: dt.date, now: dt.datetime, actor: Actor) -> None:
    """Remind institution and ordering bureau at T−7, −3 and on the last working day before."""
    order = order_of_clock(clock)
    if order is not None:
        left = (order.due_on - now.date()).days
        remind(order, key=f"remind:{legal_on}", days_left=left, actor=actor)


@effect("D30", after=1)
def order_late(clock: Clock, legal_on: dt.date, now: dt.datetime, actor: Actor) -> None:
    """Tell the institution, both bureaus and the ordering leader that the period has passed."""
    order = order_of_clock(clock)
    if order is not None:
        tell_overdue(order, legal_on=legal_on, actor=actor)
