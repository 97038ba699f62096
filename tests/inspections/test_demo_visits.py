"""The invented visits: every state of visits, orders and publications, all through the services."""

import random

import pytest
from django.db import transaction

from agencies import demo as agencies_demo
from inspections import demo, demo_visits
from inspections.models import Finding, Order, ResultPublication, Visit
from inspections.plans.services import seed_check_items
from inspections.publications.choices import PublicationState
from inspections.publications.selectors import public_rows
from inspections.rectifications.choices import OrderState
from inspections.visits.choices import VisitState
from institutions import demo as institutions_demo
from portal.clocks import today
from portal.demo import DemoPlan
from portal.law.seed import seed_calendar, seed_law

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def district(django_db_setup, django_db_blocker):
    """The demo of this day, once for all these tests."""
    plan = DemoPlan("small", 60, today(), random.Random("a"))
    with django_db_blocker.unblock(), transaction.atomic():
        seed_law()
        seed_calendar()
        seed_check_items()
        agencies_demo.load_agencies(plan)
        agencies_demo.load_people(plan)
        agencies_demo.load_inspectors(plan)
        institutions_demo.load(plan)
        demo.load(plan)
        demo_visits.load(plan)
        yield
        transaction.set_rollback(True)


def test_there_is_a_visit_in_every_state():
    assert set(Visit.objects.values_list("state", flat=True)) == set(VisitState.values)


def test_there_is_an_order_in_every_state_and_one_is_late():
    assert set(Order.objects.values_list("state", flat=True)) == set(OrderState.values)
    assert Order.objects.overdue(today()).exists()


def test_the_past_is_closed_and_published():
    past = Visit.objects.filter(is_historical=True)
    assert past.count() >= 8
    assert set(past.values_list("state", flat=True)) == {VisitState.CLOSED}
    assert public_rows().count() > past.count()
    states = set(ResultPublication.objects.values_list("state", flat=True))
    assert states == set(PublicationState.values)
    assert past.filter(created_at__year=today().year - 1).exists()
    assert Finding.objects.exclude(evidence=None).exists()
