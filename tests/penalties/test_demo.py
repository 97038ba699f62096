"""The demo district has cases in every state that people work in, at both bureaus."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from agencies.demo import load_agencies, load_inspectors, load_people
from institutions.demo import load as load_institutions
from penalties.cases.choices import CaseState
from penalties.demo import SIBLING_WAYS, load
from penalties.discretion.services import seed_bounds
from penalties.models import Case, Consultation, Decision
from portal.demo import DemoPlan


@pytest.mark.django_db
def test_every_state_of_the_straight_way_is_there_at_both_bureaus(law: None):
    plan = DemoPlan("small", 60, dt.date(2026, 11, 20), random.Random(7))
    for part in (load_agencies, load_people, load_inspectors, load_institutions):
        part(plan)
    seed_bounds()
    load(plan)
    elsewhere = {CaseState.HEARING, CaseState.ARCHIVED}  # of the rarer turns
    for code in ("ecology", "market"):
        rows = Case.objects.filter(agency__code=code)
        assert set(rows.values_list("state", flat=True)) == set(CaseState.values) - elsewhere
    siblings = Case.objects.filter(agency__code__startswith="jiading")
    assert siblings.values("state").distinct().count() == len(SIBLING_WAYS)
    assert Consultation.objects.filter(state="asked").count() == 1
    assert Decision.objects.filter(standing="annulled").count() == 2
