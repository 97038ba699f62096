"""What the joint programme says of rosters, as pure functions (宝环保〔2024〕5号 三(五))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

YEAR, HALF = "Y", "H1"
CATCH_UP = dt.timedelta(days=31)  # a job that slept longer than this missed the period for good


@dataclass(frozen=True, slots=True)
class PeriodDates:
    """What a period covers, and the days that bound it."""

    code: str
    covers_from: dt.date
    covers_to: dt.date
    due_on: dt.date


def period_dates(kind: str, year: int) -> PeriodDates:
    """The whole year, due on 31 January of the next; or the half-year to 30 June, due that day.

    宝环保〔2024〕5号 三(五) names the two days; as fixed dates they do not move for a holiday.
    """
    first = dt.date(year, 1, 1)
    if kind == YEAR:
        return PeriodDates(f"{year}-Y", first, dt.date(year, 12, 31), dt.date(year + 1, 1, 31))
    return PeriodDates(f"{year}-H1", first, dt.date(year, 6, 30), dt.date(year, 6, 30))


def periods_to_open(day: dt.date, days_ahead: int) -> list[tuple[str, int]]:
    """The periods whose last day is near enough to open, oldest first; passed ones included.

    ``days_ahead`` is the portal's own setting, not law: how long before the last day a period
    opens. A job that slept for a month still finds the period it missed.
    """
    found = []
    for year in (day.year - 1, day.year):
        for kind in (HALF, YEAR):
            dates = period_dates(kind, year)
            opens = dates.due_on - dt.timedelta(days=days_ahead)
            if opens <= day <= dates.due_on + CATCH_UP:
                found.append((kind, year))
    return sorted(found, key=lambda each: period_dates(*each).due_on)


def previous_period(kind: str, year: int) -> tuple[str, int]:
    """The period before: each half-year follows the whole year before it, and the other way."""
    return (HALF, year) if kind == YEAR else (YEAR, year - 1)


def version_kind(*, has_version: bool, is_locked: bool, day: dt.date, due_on: dt.date) -> str:
    """Why a version is handed in on this day (values of `VersionKind`)."""
    if is_locked:
        return "correction"
    if day <= due_on:
        return "again" if has_version else "first"
    return "supplementary" if has_version else "late"


RowKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class RowChange:
    """One employment against the last period: its row now or then, and the fields that differ."""

    row: Mapping[str, Any]
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """A roster against that of the last period."""

    new: tuple[RowChange, ...]
    changed: tuple[RowChange, ...]
    gone: tuple[RowChange, ...]
    same: tuple[RowChange, ...]


def row_key(row: Mapping[str, Any]) -> RowKey:
    """What makes a row the same employment in two periods: the institution and the contract."""
    return str(row["uscc"] or ""), str(row["contract_number"] or "")


def difference(
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
    fields: Sequence[str],
) -> Difference:
    """New, changed, gone and same rows; ``fields`` are those whose change matters."""
    known = {row_key(row): row for row in before}
    new: list[RowChange] = []
    changed: list[RowChange] = []
    same: list[RowChange] = []
    for row in after:
        old = known.pop(row_key(row), None)
        if old is None:
            new.append(RowChange(row))
            continue
        differing = tuple(name for name in fields if old[name] != row[name])
        (changed if differing else same).append(RowChange(row, differing))
    gone = tuple(RowChange(row) for row in known.values())
    return Difference(tuple(new), tuple(changed), gone, tuple(same))
