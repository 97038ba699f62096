"""The people of the access matrix: one for each `who`, in agencies that are neighbours.

A record is a function decorated with ``@record("name")`` that makes it and returns the arguments
of its URL; ``@form("name")`` does the same for the data of a POST. Both get the world, so that they
can say ``world.agency("water")`` or ``world.args("institution")``. All are made once, before the
first request.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import Client

from agencies.models import Agency, User
from portal.access import AgencyKind, Level, Role
from tests.factories import (
    AgencyFactory,
    PostFactory,
    UserFactory,
    city,
    district,
)

BACKEND = "django.contrib.auth.backends.ModelBackend"
OWN, SIBLING = "310113", "310114"

# name: (kind, level, district's code)
AGENCIES = {
    "ecology": (AgencyKind.ECOLOGY, Level.DISTRICT, OWN),
    "market": (AgencyKind.MARKET, Level.DISTRICT, OWN),
    "water": (AgencyKind.WATER, Level.DISTRICT, OWN),
    "station": (AgencyKind.MONITORING_STATION, Level.DISTRICT, OWN),
    "audit": (AgencyKind.AUDIT, Level.DISTRICT, OWN),
    "government": (AgencyKind.GOVERNMENT, Level.DISTRICT, OWN),
    "sibling_ecology": (AgencyKind.ECOLOGY, Level.DISTRICT, SIBLING),
    "sibling_market": (AgencyKind.MARKET, Level.DISTRICT, SIBLING),
    "city_ecology": (AgencyKind.ECOLOGY, Level.CITY, ""),
    "city_market": (AgencyKind.MARKET, Level.CITY, ""),
}

# who: (agency, role). `public`, `institution`, `disabled` and `moved` are made by themselves.
STAFF = {
    "officer": ("ecology", Role.OFFICER),
    "chief": ("ecology", Role.CHIEF),
    "leader": ("ecology", Role.LEADER),
    "legal": ("ecology", Role.LEGAL),
    "ecology_reporter": ("ecology", Role.REPORTER),
    "market": ("market", Role.OFFICER),
    "market_chief": ("market", Role.CHIEF),
    "market_leader": ("market", Role.LEADER),
    "market_legal": ("market", Role.LEGAL),
    "reporter": ("water", Role.REPORTER),
    "partner": ("water", Role.OFFICER),
    "partner_chief": ("water", Role.CHIEF),
    "station": ("station", Role.MONITOR),
    "government": ("government", Role.LEADER),
    "sibling": ("sibling_ecology", Role.OFFICER),
    "sibling_chief": ("sibling_ecology", Role.CHIEF),
    "sibling_market": ("sibling_market", Role.OFFICER),
    "city": ("city_ecology", Role.OFFICER),
    "city_market": ("city_market", Role.OFFICER),
    "auditor": ("audit", Role.AUDITOR),
    "sysadmin": ("ecology", Role.SYSADMIN),
    "secadmin": ("ecology", Role.SECADMIN),
    "auditadmin": ("ecology", Role.AUDITADMIN),
}
NOBODY = ("disabled", "moved")  # signed in a minute ago, meanwhile disabled or without a post
WHO = ("public", "institution", *STAFF, *NOBODY)

# Makers of records and forms.
RECORDS = (
    "tests.world",
    "tests.world_draws",
    "tests.world_inspections",
    "tests.world_kernel",
    "tests.world_papers",
    "tests.world_penalties",
    "tests.world_publication",
    "tests.world_sharing",
    "tests.world_visits",
)

Maker = Callable[["World"], Any]
_records: dict[str, Maker] = {}
_forms: dict[str, Maker] = {}


def record(name: str) -> Callable[[Maker], Maker]:
    """Register how a record of the world is made; it returns the URL's arguments as a list."""
    return _registrar(_records, name)


def form(name: str) -> Callable[[Maker], Maker]:
    """Register the valid data of a POST, as a dict."""
    return _registrar(_forms, name)


def _registrar(register: dict[str, Maker], name: str) -> Callable[[Maker], Maker]:
    def add(maker: Maker) -> Maker:
        assert name not in register, f"{name} is made twice in tests/world.py"
        register[name] = maker
        return maker

    return add


def consumed(response: Any) -> bytes:
    """The whole body of an answer, streamed or not, and its files closed.

    Closing an answer ends the request, which would end the test's own transaction.
    """
    body = b"".join(response.streaming_content) if response.streaming else response.content
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)
    return body


class World:
    """A small district with neighbours."""

    def __init__(self) -> None:
        self._agencies: dict[str, Agency] = {}
        self._users: dict[str, User] = {}
        self._made: dict[Maker, Any] = {}
        self._cookies: dict[str, str] = {}

    def build(self) -> World:
        """Everybody, signed in, and every record."""
        for module in RECORDS:
            import_module(module)
        for who in WHO:
            self.client(who)
        for maker in (*_records.values(), *_forms.values()):
            self._make(maker)
        return self

    def agency(self, name: str) -> Agency:
        if name not in self._agencies:
            kind, level, code = AGENCIES[name]
            region = district(code) if code else city()
            self._agencies[name] = AgencyFactory(
                code=f"world-{name}", kind=kind, level=level, region=region
            )
        return self._agencies[name]

    def user(self, who: str) -> User:
        if who not in self._users:
            self._users[who] = self._person(who)
        return self._users[who]

    def args(self, name: str) -> list[Any]:
        return list(self._make(_records[name]))

    def form(self, name: str) -> dict[str, Any]:
        return dict(self._make(_forms[name]))

    def client(self, who: str, *, csrf: bool = False) -> Client:
        """A fresh browser with this person's session; `public` has none."""
        browser = Client(enforce_csrf_checks=csrf)
        if who == "public":
            return browser
        if who not in self._cookies:
            browser.force_login(self.user(who), backend=BACKEND)
            self._cookies[who] = browser.cookies.output(header="", attrs=[])
            self._change(who)
        browser.cookies.load(self._cookies[who])
        return browser

    def _make(self, maker: Maker) -> Any:
        if maker not in self._made:
            self._made[maker] = maker(self)
        return self._made[maker]

    def _person(self, who: str) -> User:
        if who == "institution":
            [key] = self.args("institution")
            return UserFactory(username="world-institution", institution_id=key)
        agency, role = STAFF.get(who, ("ecology", Role.OFFICER))
        post = PostFactory(user__username=f"world-{who}", agency=self.agency(agency), roles=[role])
        return post.user

    def _change(self, who: str) -> None:
        """What happened after the sign-in."""
        user = self.user(who)
        if who == "disabled":
            User.objects.filter(pk=user.pk).update(is_active=False)
        if who == "moved":
            user.posts.update(to_on=dt.date(2020, 1, 2))
