"""The law that comes with the portal, loaded from the files beside this module.

Safe to run again: a version that is there is left alone when a person touched it, and brought up
to the file when only the seed wrote it.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction

from portal.clocks.rules import Calendar, DayException
from portal.law.choices import VersionState, YearState
from portal.law.models import CalendarYear, DeadlineRule, LawParameter, LegalBasis, WorkingDay

FOLDER = Path(__file__).parent / "seeds"
DAY = dt.timedelta(days=1)
Key = tuple[str, str, str, str, str]  # law, number, article, paragraph, item


def _read(name: str) -> dict[str, Any]:
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@transaction.atomic
def seed_law() -> None:
    """Bases first, then rules and parameters that cite them."""
    bases = Bases()
    bases.load(_read("bases")["bases"])
    _versions(DeadlineRule, [_rule(row, bases) for row in _read("rules")["rules"]])
    parameters = _read("parameters")["parameters"]
    _versions(LawParameter, [_parameter(row, bases) for row in parameters])


@transaction.atomic
def seed_calendar() -> None:
    """The years of the file; a year that has any calendar in force is left alone."""
    for year, given in _read("calendar").items():
        if not CalendarYear.objects.in_force().filter(year=int(year)).exists():
            _year(int(year), given)


def calendar_of_file() -> Calendar:
    """The seeded years as a value, without a database."""
    years = {int(year): given for year, given in _read("calendar").items()}
    exceptions = {
        on: DayException(working, name)
        for given in years.values()
        for on, working, name in _days(given)
    }
    official = {year for year, given in years.items() if given["state"] == YearState.OFFICIAL}
    return Calendar(exceptions, frozenset(official), frozenset(years))


def _days(given: dict[str, Any]) -> Iterator[tuple[dt.date, bool, str]]:
    """Every day of a year's file: the day, whether it is worked, its name."""
    for name, first, last in given["off"]:
        for number in range((last - first).days + 1):
            yield first + DAY * number, False, name
    for name, on in given["work"]:
        yield on, True, name


def _key(basis: LegalBasis) -> Key:
    return basis.law, basis.number, basis.article, basis.paragraph, basis.item


class Bases:
    """The legal bases of the files, found by what a row cites."""

    def __init__(self) -> None:
        self.known = {_key(basis): basis for basis in LegalBasis.objects.all()}

    def load(self, rows: list[dict[str, Any]]) -> None:
        """Add what is missing; a text that stands in the portal is never changed."""
        missing = [row for row in rows if self._parts(row) not in self.known]
        made = LegalBasis.objects.bulk_create(LegalBasis(**self._facts(row)) for row in missing)
        self.known.update({_key(basis): basis for basis in made})
        for row in missing:
            if "by" in row:
                old = self.known[self._parts(row)]
                LegalBasis.objects.filter(pk=old.pk).update(superseded_by=self.cited(row["by"]))

    def cited(self, parts: Sequence[str] | None) -> LegalBasis | None:
        """The basis of a citation [law, number, article, item]; KeyError when none is listed."""
        if not parts:
            return None
        law, number, article, item = [*parts, "", "", ""][:4]
        return self.known[law, number, article, "", item]

    def _parts(self, row: dict[str, Any]) -> Key:
        named = (row.get(name, "") for name in ("number", "article", "paragraph", "item"))
        number, article, paragraph, item = named
        return row["law"], number, article, paragraph, item

    def _facts(self, row: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in row.items() if name != "by"}


def _rule(row: dict[str, Any], bases: Bases) -> dict[str, Any]:
    same = ("kind", "name", "trigger", "step", "length", "unit", "limit", "rolls", "note")
    return {
        **_common(row, bases),
        **{name: row[name] for name in same if name in row},
        "fixed_month": row.get("month"),
        "fixed_day": row.get("day"),
        "extension_length": row.get("extension"),
    }


def _parameter(row: dict[str, Any], bases: Bases) -> dict[str, Any]:
    same = ("kind", "name", "value", "unit", "text")
    return {**_common(row, bases), **{name: row[name] for name in same if name in row}}


def _common(row: dict[str, Any], bases: Bases) -> dict[str, Any]:
    return {
        "code": row["code"],
        "version": row.get("version", 1),
        "basis": bases.cited(row.get("basis")),
        "basis_words": row["words"],
        "mark": row["mark"],
        "effective_from": row.get("effective_from"),
        "effective_to": row.get("effective_to"),
        "state": VersionState.APPROVED,
        "seeded": True,
    }


def _versions(model: type[DeadlineRule] | type[LawParameter], rows: list[dict[str, Any]]) -> None:
    """Create missing versions and refresh those that only the seed ever wrote."""
    rules: Any = model._default_manager
    touched = set(rules.filter(seeded=False).values_list("code", flat=True))
    known = set(rules.values_list("code", "version"))
    ours = [row for row in rows if row["code"] not in touched]
    rules.bulk_create(model(**row) for row in ours if (row["code"], row["version"]) not in known)
    for row in ours:
        if (row["code"], row["version"]) in known:
            facts = {name: value for name, value in row.items() if name not in ("code", "version")}
            rules.filter(code=row["code"], version=row["version"]).update(**facts)


def _year(year: int, given: dict[str, Any]) -> None:
    edition = CalendarYear.objects.create(
        year=year, state=YearState(given["state"]), source=given["source"], seeded=True
    )
    days = [
        WorkingDay(edition=edition, on=on, working=working, name=name)
        for on, working, name in _days(given)
    ]
    WorkingDay.objects.bulk_create(days)
