"""The catalogue of regulation 1.1 and 4.1."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from agencies.matters.services import seed_matters
from agencies.models import Matter
from portal.access import AgencyKind

pytestmark = pytest.mark.django_db


def test_the_catalogue_is_complete_and_seeded_once():
    seed_matters()
    seed_matters()
    codes = set(Matter.objects.values_list("code", flat=True))
    duties = {f"EEB-{n}" for n in range(1, 4)} | {f"AMR-{n}" for n in range(1, 5)}
    violations = {f"E{n:02d}" for n in range(1, 13)} | {f"M{n:02d}" for n in range(1, 14)}
    assert codes == duties | violations
    assert Matter.objects.count() == 32


def test_each_act_has_its_competent_bureau():
    seed_matters()
    assert Matter.objects.get(code="E09").authority == AgencyKind.ECOLOGY
    assert Matter.objects.get(code="M11").authority == AgencyKind.MARKET


def test_the_version_is_chosen_by_the_day_of_the_act():
    seed_matters()
    assert not Matter.objects.in_force(dt.date(2026, 8, 14)).filter(code="E05").exists()
    assert Matter.objects.in_force(dt.date(2026, 8, 15)).filter(code="E05").exists()


def test_everybody_reads_the_catalogue(client: Client):
    seed_matters()
    assert "监测数据弄虚作假" in client.get(reverse("matter_list")).content.decode()
    page = client.get(reverse("matter_detail", args=[Matter.objects.get(code="E09").pk]))
    assert "第45条" in page.content.decode()
