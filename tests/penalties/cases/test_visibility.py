"""Who sees a case whole, who its head, who nothing (visibility.md)."""

from __future__ import annotations

from typing import Any

import pytest

from penalties.models import Case
from portal.access import PUBLIC, Actor, AgencyKind, Role
from tests.factories import ActorFactory, AgencyFactory
from tests.penalties.district import Ways

pytestmark = pytest.mark.django_db


def seen(actor: Actor) -> tuple[bool, bool]:
    """Whether the actor sees the only case whole, and its head."""
    return (
        Case.objects.visible_to(actor).exists(),
        Case.objects.heads_visible_to(actor).exists(),
    )


def of(kind: str, role: str, **agency: Any) -> Actor:
    return ActorFactory(agency=AgencyFactory(kind=kind, **agency), roles=[role])


@pytest.mark.parametrize(
    ("who", "whole"),
    [
        ("officer", True),
        ("second", False),  # an officer who does not handle it
        ("chief", True),
        ("leader", True),
        ("legal", True),
        ("first_inspector", True),
    ],
)
def test_the_handling_bureau(ecology: Ways, who: str, whole: bool):
    ecology.opened()
    assert seen(ecology.own.actor(who)) == (whole, whole)


def test_the_other_bureau_sees_the_head_and_the_whole_when_it_assists(ecology: Ways, market: Ways):
    case = ecology.opened()
    for who in ("officer", "chief", "leader", "legal"):
        assert seen(market.own.actor(who)) == (False, True)
    assert seen(market.own.actor("first_inspector")) == (False, False)
    Case.objects.filter(pk=case.pk).update(assisting=market.own.agency)
    assert seen(market.own.actor("officer")) == (True, True)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(AgencyKind.ECOLOGY, (True, True)), (AgencyKind.MARKET, (False, True))],
)
def test_city_bureaus(ecology: Ways, kind: str, expected: tuple[bool, bool]):
    ecology.opened()
    assert seen(of(kind, Role.OFFICER, of_city=True)) == expected


@pytest.mark.parametrize("kind", [AgencyKind.ECOLOGY, AgencyKind.MARKET])
def test_the_sibling_district_sees_nothing(ecology: Ways, kind: str):
    ecology.opened()
    assert seen(of(kind, Role.LEADER, sibling=True)) == (False, False)


def test_partners_administrators_institution_and_public_see_nothing(ecology: Ways):
    ecology.opened()
    actors = [
        of(AgencyKind.WATER, Role.CHIEF),
        of(AgencyKind.MONITORING_STATION, Role.MONITOR),
        of(AgencyKind.GOVERNMENT, Role.LEADER),
        ActorFactory(agency=ecology.own.agency, roles=[Role.SYSADMIN]),
        Actor(kind="institution", institution_id=ecology.institution.pk),
        PUBLIC,
    ]
    assert [seen(actor) for actor in actors] == [(False, False)] * len(actors)


def test_auditors_of_district_and_city_see_all(ecology: Ways):
    ecology.opened()
    assert seen(of(AgencyKind.AUDIT, Role.AUDITOR)) == (True, True)
    assert seen(of(AgencyKind.AUDIT, Role.AUDITOR, of_city=True)) == (True, True)
    assert seen(of(AgencyKind.AUDIT, Role.AUDITOR, sibling=True)) == (False, False)
