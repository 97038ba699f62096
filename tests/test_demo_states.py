"""The demo district as `make run` loads it: every state that the chain knows stands somewhere."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models, transaction

from portal.clocks import today
from portal.demo import DemoPlan, demos, seeds
from portal.workflow import registered_workflows
from sharing.models import Restriction
from sharing.restrictions.choices import RestrictionState

pytestmark = pytest.mark.django_db
CHAIN = ("inspections", "penalties", "sharing")
# Besides the states: what a record came to. A field of this name is looked at wherever it is.
WORDS = {"state", "standing", "answer", "outcome", "result", "channel", "ground"}
# What a record of this kind never comes to, with the reason.
NEVER = {
    ("PenaltyNotice", "standing"): {"draft"},  # told of decisions that were made, never of drafts
    # The law comes approved with the portal; the demo changes no law.
    ("PenaltyBound", "state"): {"draft", "withdrawn"},
    # A superior's platform and its record are no part of the invented district.
    ("DrawImport", "state"): {"draft", "submitted", "confirmed", "discarded"},
}


@pytest.fixture(scope="module", autouse=True)
def district(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The whole demo of today, with what the worker makes of its events."""
    from portal.tasks import dispatch_events

    kept, settings.FILES_DIR = settings.FILES_DIR, tmp_path_factory.mktemp("files")
    plan = DemoPlan("small", 60, today(), random.Random("a"))
    with django_db_blocker.unblock(), transaction.atomic():
        for seed in seeds():
            seed()
        for demo in demos():
            demo(plan)
        for _round in range(3):
            dispatch_events()
        yield
        transaction.set_rollback(True)
    settings.FILES_DIR = kept


def fields() -> list[Any]:
    """Every field of the chain that says how something stands."""
    found = {
        (model, field)
        for app in CHAIN
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
        if field.choices and field.name in WORDS
    }
    known = {
        (table.model, table.model._meta.get_field("state")) for table in registered_workflows()
    }
    found |= {each for each in known if each[0]._meta.app_label in CHAIN}
    ordered = sorted(found, key=lambda each: (each[0].__name__, each[1].name))
    return [pytest.param(*each, id=f"{each[0].__name__}.{each[1].name}") for each in ordered]


@pytest.mark.parametrize(("model", "field"), fields())
def test_every_state_stands_somewhere(model: type[models.Model], field: models.Field[Any, Any]):
    wanted = {str(value) for value, _label in field.flatchoices}
    wanted -= NEVER.get((model.__name__, field.name), set())
    there = set(model._default_manager.values_list(field.name, flat=True).distinct())
    assert sorted(wanted - there) == []


def test_restrictions_are_in_force_expired_and_ended_and_one_ends_within_a_month():
    day = today()
    states = {row.state_on(day) for row in Restriction.objects.all()}
    assert states == set(RestrictionState)
    left = [(row.to_on - day).days for row in Restriction.objects.in_force(day) if row.to_on]
    assert min(left) <= 30
