"""Whoever must act hears before a period ends, and those above once it is over (D24, P01)."""

import datetime as dt

import pytest

from inspections import events
from inspections.plans import services as plans
from inspections.plans.choices import PlanKind
from inspections.publications import services as publications
from inspections.reminders import services
from portal.access import AgencyKind, Role, job_actor
from portal.clocks import now
from portal.clocks.effects import registered_effects
from portal.clocks.models import Clock
from portal.inbox.models import Message
from portal.refs import ref
from tests.factories import ActorFactory, CheckItemFactory

pytestmark = pytest.mark.django_db
JOB = job_actor("clock")
DAY = dt.timedelta(days=1)


def clock_of(subject):
    return Clock.objects.get(ref=ref(subject))


def at(day):
    return now().replace(year=day.year, month=day.month, day=day.day)


def told(subject):
    """(agency, role) of everybody who got a message about it, without the earlier ones."""
    rows = Message.objects.filter(subject_ref=ref(subject), key__regex="^(remind|overdue)")
    return sorted(rows.values_list("to_agency", "role"))


def effects_of(code):
    return {spec.key for spec in registered_effects() if spec.code == code}


def test_every_clock_that_inspections_start_speaks_before_and_after():
    for code in ("D24", "D30", "P01"):
        words = " ".join(effects_of(code))
        assert all(step in words for step in ("T-7", "T-3", "T-last-working-day", "T+1"))


def test_both_bureaus_hear_that_a_result_is_to_be_public(crew):
    visit = crew.signed()
    clock = clock_of(visit)
    for _twice in range(2):
        events.result_reminder(clock, clock.due_on - 3 * DAY, at(clock.due_on - 3 * DAY), JOB)
    makers = (Role.CHIEF, Role.OFFICER)
    assert told(visit) == sorted((agency.pk, role) for agency in crew.bureaus for role in makers)
    message = Message.objects.filter(subject_ref=ref(visit), key__startswith="remind").first()
    assert message.title == f"检查结果公示期限还有 3 天：{visit.institution_name}"
    assert "待定结果" in message.body


def test_leaders_hear_what_is_late_and_nobody_of_a_reminder_that_comes_too_late(crew):
    visit = crew.signed()
    clock = clock_of(visit)
    late = clock.due_on + DAY
    events.result_reminder(clock, clock.due_on - 3 * DAY, at(late), JOB)
    assert told(visit) == []
    events.result_late(clock, late, at(late), JOB)
    assert (crew.ecology.pk, Role.LEADER) in told(visit)
    assert len(told(visit)) == 6


def test_the_period_ends_with_the_publication(crew):
    visit = crew.reviewed()
    text = publications.draft(visit, actor=crew.officer)
    publications.publish(text, actor=crew.chief)
    assert not Clock.objects.open().of(ref(visit)).exists()
    told_institution = Message.objects.filter(to_institution_id=visit.institution_id)
    assert {each.key for each in told_institution} >= {"published", "results told", "notified"}


# --- The yearly plan --------------------------------------------------------------------------


def yearly(crew, year=2026):
    return plans.create_plan(
        year=year,
        kind=PlanKind.YEARLY,
        items=[CheckItemFactory(authority=AgencyKind.MARKET)],
        title="年度检查计划",
        cooperating=crew.ecology,
        basis="国办发〔2015〕58号",
        reasons="年度监管",
        actor=crew.officer,
    )


def test_the_makers_of_a_plan_hear_before_march_ends_and_leaders_in_april(crew):
    plan = yearly(crew)
    clock = clock_of(plan)
    assert clock.due_on == dt.date(2026, 3, 31)
    events.plan_reminder(clock, clock.due_on - 15 * DAY, at(clock.due_on - 15 * DAY), JOB)
    assert told(plan) == [(crew.market.pk, Role.CHIEF), (crew.market.pk, Role.OFFICER)]
    events.plan_late(clock, clock.due_on + DAY, at(clock.due_on + DAY), JOB)
    assert (crew.ecology.pk, Role.LEADER) in told(plan)


def waiting(agency):
    rows = Message.objects.filter(subject_ref=ref(agency), key__startswith="no plan")
    return {(each.key, each.role) for each in rows}


def test_a_bureau_without_any_plan_hears_of_each_day_once(crew):
    assert services.remind_without_plan(today=dt.date(2026, 2, 1), actor=JOB) == 0
    for day in (dt.date(2026, 3, 1), dt.date(2026, 3, 2), dt.date(2026, 3, 30)):
        assert services.remind_without_plan(today=day, actor=JOB) >= 2
    keys = {key for key, _role in waiting(crew.ecology)}
    assert keys == {"no plan 2026 30", "no plan 2026 3"}
    services.remind_without_plan(today=dt.date(2026, 4, 1), actor=JOB)
    assert ("no plan 2026 late", Role.LEADER) in waiting(crew.ecology)
    assert services.remind_without_plan(today=dt.date(2026, 11, 1), actor=JOB) == 0


def test_a_bureau_that_takes_part_in_a_draft_is_left_in_peace(crew):
    lonely = ActorFactory(agency__kind=AgencyKind.MARKET, roles=[Role.OFFICER])
    yearly(crew)
    services.remind_without_plan(today=dt.date(2026, 3, 20), actor=JOB)
    assert waiting(crew.market) == waiting(crew.ecology) == set()
    rows = Message.objects.filter(to_agency=lonely.agency_id, key="no plan 2026 15")
    assert rows.exists()
