"""What this app does when something happens, and when a clock says so."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_noop

from penalties.cases.models import Case
from penalties.models import Challenge, Decision
from penalties.performance.services import note_default, note_lapse
from penalties.publication.services import follow_change, prepare, withdraw_all
from penalties.pushes.services import begin as begin_push
from penalties.pushes.services import follow_change as follow_push
from portal.access import Actor, Role, job_actor
from portal.clocks import today
from portal.clocks.effects import LAST_WORKING_DAY, effect
from portal.clocks.models import Clock
from portal.clocks.now import SHANGHAI
from portal.events import CHALLENGE_CLOSED, DECISION_CHANGED, DECISION_MADE, Event, listens
from portal.inbox.sentences import sentence
from portal.inbox.services import send

# The bureau's own duties. D05–D07 and D16, D17 are the party's; D13 and D14 only permit.
DUTIES = ("D01", "D02", "D03", "D08", "D09", "D10", "D15", "D20", "D22")
OVERSEERS = (Role.CHIEF, Role.LEADER)


def _case(clock: Clock) -> Case | None:
    name, _colon, key = clock.ref.partition(":")
    if name != "case":
        return None
    return Case.objects.select_related("institution", "agency").filter(pk=int(key)).first()


def case_due_soon(clock: Clock, legal_on: dt.date, now: dt.datetime, actor: Actor) -> None:
    """Remind who has the duty, at T−7, −3 and on the last working day before."""
    case = _case(clock)
    if case is not None:
        _tell(case, clock, clock.role, f"soon {clock.rule_code} {legal_on}", late=False)


def case_overdue(clock: Clock, legal_on: dt.date, now: dt.datetime, actor: Actor) -> None:
    """Tell chief and leader on the day after."""
    case = _case(clock)
    if case is None:
        return
    for role in OVERSEERS:
        _tell(case, clock, role, f"late {clock.rule_code} {legal_on}", late=True)


def fine_overdue(clock: Clock, legal_on: dt.date, now: dt.datetime, actor: Actor) -> None:
    """The day after the last day to pay: the surcharge runs, the thirty days begin (D13)."""
    case = _case(clock)
    if case is not None and note_default(case, on=legal_on, actor=actor):
        _tell(case, clock, Role.OFFICER, f"unpaid {legal_on}", late=True)


def remedies_lapsed(clock: Clock, legal_on: dt.date, now: dt.datetime, actor: Actor) -> None:
    """The day after the last day to sue: what is owed may be taken to the court (D15)."""
    case = _case(clock)
    if case is not None:
        note_lapse(case, on=legal_on, actor=actor)


def _tell(case: Case, clock: Clock, role: str, key: str, *, late: bool) -> None:
    words = {"case": case.number, "step": clock.rule.step}
    if late:
        title = sentence(gettext_noop("逾期：%(case)s %(step)s"), **words)
    else:
        title = sentence(gettext_noop("即将到期：%(case)s %(step)s"), **words)
    body = sentence(gettext_noop("%(case)s 应于 %(due)s 前%(step)s。"), due=clock.due_on, **words)
    send(
        to_agency=case.agency_id,
        role=role,
        title=title,
        body=[body],
        url=case.get_absolute_url(),
        subject_ref=clock.ref,
        key=key,
        actor=job_actor("case.clock"),
    )


for _code in DUTIES:
    for _before in (7, 3, LAST_WORKING_DAY):
        effect(_code, before=_before)(case_due_soon)
    effect(_code, after=1)(case_overdue)
effect("D11", after=1)(fine_overdue)
effect("D17", after=1)(remedies_lapsed)


@listens(DECISION_MADE, "publications")
def publications(event: Event) -> None:
    prepare(_decision(event.pk), actor=job_actor(event.name))


@listens(DECISION_MADE, "pushes")
def pushes(event: Event) -> None:
    begin_push(_decision(event.pk), actor=job_actor(event.name))


@listens(DECISION_CHANGED, "pushes_changed")
def pushes_changed(event: Event) -> None:
    follow_push(_decision(event.pk), on=today(), actor=job_actor(event.name))


@listens(DECISION_CHANGED, "publications_changed")
def publications_changed(event: Event) -> None:
    follow_change(_decision(event.pk), on=today(), actor=job_actor(event.name))


@listens(CHALLENGE_CLOSED, "days_at_court")
def days_at_court(event: Event) -> None:
    """The result of a complaint ends it: what is owed may be taken to the court."""
    case = Challenge.objects.select_related("case").get(pk=event.pk).case
    note_lapse(case, on=today(), actor=job_actor(event.name))


def _decision(pk: int) -> Decision:
    related = ("case__agency__region", "case__institution__region")
    rows = Decision.objects.select_related(*related).prefetch_related("lines")
    found: Decision = rows.get(pk=pk)
    return found


@effect("D22", before=0)
def withdraw_on_the_last_day(
    clock: Clock, legal_on: dt.date, now: dt.datetime, actor: Actor
) -> None:
    """What people have not withdrawn by the last day, the portal does."""
    case = Case.objects.select_related("agency").get(pk=int(clock.ref.removeprefix("case:")))
    on = now.astimezone(SHANGHAI).date()
    withdraw_all(case, legal_on=legal_on, on=on, actor=actor)
