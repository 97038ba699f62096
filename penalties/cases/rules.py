"""Cases: separation of people, who is competent, sameness of an act, limitation. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

FEWEST_INVESTIGATORS = 2  # 行政处罚法 art. 42: at least two officers with certificates


@dataclass(frozen=True, slots=True)
class Certified:
    """An investigator with the days of the enforcement certificate."""

    name: str
    valid_from: dt.date
    valid_to: dt.date
    struck_off: bool = False

    def valid_on(self, day: dt.date) -> bool:
        return self.valid_from <= day <= self.valid_to and not self.struck_off


@dataclass(frozen=True, slots=True)
class Act:
    """What two cases are compared by: the institution, its reports, the day and the place."""

    institution: int
    reports: frozenset[str]
    on: dt.date
    place: str = ""


def same_act(one: Act, other: Act) -> bool:
    """行政处罚法 art. 29, 生态环境法典 art. 1055: one act, one fine, the higher.

    The same report, or the same day and place. A place that one side did not write down does
    not tell two acts apart.
    """
    if one.institution != other.institution:
        return False
    if one.reports & other.reports:
        return True
    same_place = not one.place or not other.place or one.place == other.place
    return one.on == other.on and same_place


def invalid_on(people: Sequence[Certified], day: dt.date) -> list[str]:
    """The names of those whose certificate is not valid on a day."""
    return [each.name for each in people if not each.valid_on(day)]


def too_few(people: Collection[object]) -> bool:
    return len(people) < FEWEST_INVESTIGATORS


def elapsed(found_on: dt.date, limit_on: dt.date) -> bool:
    """行政处罚法 art. 36, 生态环境法典 art. 1054: found after the limitation's last day."""
    return found_on > limit_on
