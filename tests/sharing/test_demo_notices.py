"""The demo's penalties reach the public and the departments, in every state of both."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from agencies.demo import load_agencies, load_inspectors, load_people
from institutions.demo import load as load_institutions
from penalties.demo import load as load_cases
from penalties.demo_publications import load as load_publications
from penalties.discretion.services import seed_bounds
from penalties.models import PenaltyPublication
from portal.demo import DemoPlan
from sharing.demo_notices import load as load_notices
from sharing.models import Acknowledgement, CreditRecord, PenaltyNotice, Restriction
from sharing.restrictions.choices import Answer

TODAY = dt.date(2026, 11, 20)


@pytest.mark.django_db
def test_publications_notices_and_restrictions_are_there(law: None, run_events: Any):
    plan = DemoPlan("small", 60, TODAY, random.Random(7))
    for part in (load_agencies, load_people, load_inspectors, load_institutions):
        part(plan)
    seed_bounds()
    for part in (load_cases, load_publications, load_notices):
        part(plan)
    states = set(PenaltyPublication.objects.values_list("state", flat=True))
    assert states >= {"draft", "reviewing", "published", "withdrawn"}
    assert PenaltyPublication.objects.in_public(TODAY).exists()
    answers = set(Acknowledgement.objects.values_list("answer", flat=True))
    assert answers == {"", *Answer.values}
    assert Restriction.objects.in_force(TODAY).exists()
    before = PenaltyNotice.objects.count(), Acknowledgement.objects.count()
    run_events()  # the listeners find everything done
    assert (PenaltyNotice.objects.count(), Acknowledgement.objects.count()) == before
    assert CreditRecord.objects.exists()
