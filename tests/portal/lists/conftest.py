"""A person at the sample list, its page, and a place for exported files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from agencies.models import Agency, Post, User
from portal.access import Actor, AgencyKind
from portal.lists import definition
from tests.factories import ActorFactory
from tests.portal.lists.sample import AGENCIES, some_agencies

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    """The sample list is known while these tests run."""
    definition.register_list(AGENCIES)
    yield
    del definition._lists[AGENCIES.name]


@pytest.fixture
def actor(db: None) -> Actor:
    """An officer of the district's market bureau."""
    return ActorFactory(agency__kind=AgencyKind.MARKET)


@pytest.fixture
def partner(db: None) -> Actor:
    """An officer of a department that may not read the personal column."""
    return ActorFactory(agency__kind=AgencyKind.WATER)


@pytest.fixture
def agencies(actor: Actor) -> list[Agency]:
    return some_agencies()


@pytest.fixture
def browser(actor: Actor) -> Client:
    return signed_in(actor)


def signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend=BACKEND)
    return client


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_DIR = tmp_path
    return tmp_path / "exports"


@pytest.fixture
def end_post() -> Any:
    """End an actor's post, as a transfer would."""

    def end(actor: Actor) -> None:
        Post.objects.filter(pk=actor.post_id).update(from_on="2020-01-01", to_on="2020-01-02")

    return end
