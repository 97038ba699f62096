"""The invented institutions: right codes, no two alike, the same for the same day."""

import datetime as dt
import random

import pytest

from institutions import demo
from institutions.models import Certificate, Institution
from institutions.registry.rules import decode_certificate, org_code_check_digit, read_uscc
from portal.demo import DemoPlan
from tests.factories import DISTRICT, SIBLING, district

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 21)


def load(seed: str = "a") -> list[tuple[str, str]]:
    district(DISTRICT), district(SIBLING)
    demo.load(DemoPlan("small", 60, TODAY, random.Random(seed)))
    return list(Institution.objects.order_by("pk").values_list("uscc", "name"))


def test_codes_and_certificate_numbers_are_right():
    load()
    for institution in Institution.objects.all():
        assert read_uscc(institution.uscc).ok
        assert org_code_check_digit(institution.uscc[8:16]) == institution.uscc[16]
    assert all(decode_certificate(row.number) for row in Certificate.objects.all())


def test_two_have_expired_and_three_expire_soon():
    load()
    soon = TODAY + dt.timedelta(days=90)
    assert Institution.objects.filter(certificate_valid_to__lt=TODAY).count() == 2
    assert Institution.objects.filter(certificate_valid_to__range=[TODAY, soon]).count() == 3


def test_names_are_unlike_and_the_same_every_time():
    first = load()
    assert len({name for _uscc, name in first}) == 60
    Institution.objects.all().delete()
    assert load() == first


def test_other_parts_find_institutions_of_a_district():
    load()
    here = demo.demo_institutions(DISTRICT)
    assert len(here) >= 35
    assert here == sorted(here, key=lambda row: row.uscc)
