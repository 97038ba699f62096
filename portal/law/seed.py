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


def _read(name: str) -> dict[str, Any]:
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@transaction.atomic
def seed_law() -> None:
    """Bases first, then rules and parameters that cite them."""
    _bases(_read("bases")["bases"])
    for row in _read("rules")["rules"]:
        _version(DeadlineRule, _rule(row))
    for row in _read("parameters")["parameters"]:
        _version(LawParameter, _parameter(row))


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


def _key(parts: Sequence[str]) -> dict[str, str]:
    law, number, article, item = [*parts, "", "", ""][:4]
    return {"law": law, "number": number, "article": article, "paragraph": "", "item": item}


def _basis(parts: Sequence[str] | None) -> LegalBasis | None:
    return LegalBasis.objects.get(**_key(parts)) if parts else None


def _bases(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        key = _key([row["law"], row.get("number", ""), row.get("article", ""), row.get("item", "")])
        facts = ("text", "effective_from", "effective_to", "mark", "source")
        defaults = {name: row[name] for name in facts if name in row}
        LegalBasis.objects.get_or_create(**key, defaults=defaults)
    for row in rows:
        if "by" in row:
            old = _basis(
                [row["law"], row["number"], row["article"]]
                if "article" in row
                else [row["law"], row["number"]]
            )
            if old is not None and old.superseded_by_id is None:
                old.superseded_by = _basis(row["by"])
                old.save(update_fields=["superseded_by"])


def _rule(row: dict[str, Any]) -> dict[str, Any]:
    same = ("kind", "name", "trigger", "step", "length", "unit", "limit", "rolls", "note")
    return {
        **_common(row),
        **{name: row[name] for name in same if name in row},
        "fixed_month": row.get("month"),
        "fixed_day": row.get("day"),
        "extension_length": row.get("extension"),
    }


def _parameter(row: dict[str, Any]) -> dict[str, Any]:
    same = ("kind", "name", "value", "unit", "text")
    return {**_common(row), **{name: row[name] for name in same if name in row}}


def _common(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": row["code"],
        "version": row.get("version", 1),
        "basis": _basis(row.get("basis")),
        "basis_words": row["words"],
        "mark": row["mark"],
        "effective_from": row.get("effective_from"),
        "effective_to": row.get("effective_to"),
        "state": VersionState.APPROVED,
        "seeded": True,
    }


def _version(model: type[DeadlineRule] | type[LawParameter], facts: dict[str, Any]) -> None:
    """Create a version, or refresh one that only the seed wrote and no later version ended."""
    code, version = facts.pop("code"), facts.pop("version")
    rows = model._default_manager.filter(code=code, version=version)
    touched = model._default_manager.filter(code=code, seeded=False).exists()
    if not rows.exists():
        if not touched:
            model._default_manager.create(code=code, version=version, **facts)
    elif not touched:
        rows.filter(seeded=True).update(**facts)


def _year(year: int, given: dict[str, Any]) -> None:
    edition = CalendarYear.objects.create(
        year=year, state=YearState(given["state"]), source=given["source"], seeded=True
    )
    days = [
        WorkingDay(edition=edition, on=on, working=working, name=name)
        for on, working, name in _days(given)
    ]
    WorkingDay.objects.bulk_create(days)
