"""How many are drawn, from which stratum, who is left out, who must approve. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WHOLE_BP = 10_000
BP_OF_A_PERCENT = 100
GRADES = "ABCD"  # from low to high risk, 国市监信发〔2022〕6号
UNGRADED = "U"

# 设计默认(D): no source says how to sample whom nobody has graded; as the general class.
GRADE_OF_THE_UNGRADED = "B"

LOWEST_WEIGHT, HIGHEST_WEIGHT = 1, 10

# DRAW-1 §1: each bureau's record needs two of its own officers.
JOINT_SLOTS = (
    ("eco_lead", "ECO"),
    ("eco_second", "ECO"),
    ("mkt_lead", "MKT"),
    ("mkt_second", "MKT"),
)
EXPERT_SLOT = ("expert", "EXP")


def quota(size: int, ratio_bp: int, floor: int) -> int:
    """How many of a stratum of ``size`` are drawn (DRAW-1 §4): rounded up, at least the floor."""
    drawn = -(-size * ratio_bp // WHOLE_BP)
    return min(size, max(floor, drawn))


def percent(ratio_bp: int) -> str:
    """Basis points as people write them: 12.5%."""
    whole, part = divmod(ratio_bp, BP_OF_A_PERCENT)
    return f"{whole}.{part:02}".rstrip("0").rstrip(".") + "%"


def strictest(grades: Iterable[str]) -> str:
    """Of a market class and an ecology grade the stricter counts (regulation §5.3, D); "" of none.

    What is not a grade counts as none.
    """
    return max(set(grades) & set(GRADES), default="")


def stratum_of(grades: Iterable[str], strata: Collection[str]) -> str:
    """The stratum of a batch for an institution; "" when the batch leaves its grade out.

    Without a grade: the stratum of the ungraded, or that of grade B when the batch has none.
    """
    grade = strictest(grades)
    if not grade:
        grade = UNGRADED if UNGRADED in strata else GRADE_OF_THE_UNGRADED
    return grade if grade in strata else ""


def weight_of(values: Iterable[str]) -> int:
    """The weight in the draw, 1 to 10: the highest stated, 1 when none is."""
    stated = [int(value) for value in values if value.isdecimal()]
    return min(max([LOWEST_WEIGHT, *stated]), HIGHEST_WEIGHT)


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many planned visits in so many years, the present one included."""

    visits: int
    years: int = 1

    def reached(self, years_of_visits: Iterable[int], year: int) -> bool:
        first = year - self.years + 1
        return sum(first <= each <= year for each in years_of_visits) >= self.visits


@dataclass(frozen=True, slots=True)
class Caps:
    """The yearly cap of every institution (国办发〔2024〕54号), and those of the grades (D).

    Checks upon complaints, referrals, monitored data and emergencies know no cap (§5.3); they are
    not drawn.
    """

    general: Cap
    by_grade: Mapping[str, Cap]

    def of(self, grade: str) -> tuple[Cap, ...]:
        """What binds an institution of this grade; the ungraded count as B."""
        own = self.by_grade.get(grade or GRADE_OF_THE_UNGRADED)
        return (self.general,) if own is None else (self.general, own)

    def reached(self, grade: str, years_of_visits: Collection[int], year: int) -> bool:
        return any(cap.reached(years_of_visits, year) for cap in self.of(grade))


# A status of the registry, and why it keeps an institution out of the pool (regulation §5.2: 10 to
# 14 leave the object library; §5.4 step 2).
OUT_BY_STATUS = {
    "suspended": "suspended",
    "deregistered": "deregistered",
    "revoked": "revoked",
    "moved_out": "moved_out",
}


def exclusion(status: str, *, open_checks: int, cap_reached: bool) -> str:
    """Why an institution in scope is not drawn; "" when it is in the pool (regulation §5.4)."""
    if status in OUT_BY_STATUS:
        return OUT_BY_STATUS[status]
    if open_checks:
        return "open_check"
    return "cap_reached" if cap_reached else ""


def seats(kinds: Collection[str], *, expert: bool) -> list[tuple[str, str]]:
    """(name, department) of a team's seats: two of each bureau that takes part, in order.

    ``kinds`` are the kinds of the agencies that make the plan, ``ecology`` or ``market``.
    """
    departments = {"ecology": "ECO", "market": "MKT"}
    wanted = {departments[kind] for kind in kinds}
    chosen = [seat for seat in JOINT_SLOTS if seat[1] in wanted]
    return [*chosen, EXPERT_SLOT] if expert else chosen


def still_to_approve(bureaus: Iterable[int], approved: Collection[int]) -> list[int]:
    """Agencies whose leader has not approved this submission: a joint plan needs both."""
    return [each for each in bureaus if each not in approved]


Stratum = tuple[str, int, int]  # name, ratio in basis points, floor
BATCH_COLUMNS = ("name", "regions", "kinds", "media", "on_roster", "starts_on", "ends_on")


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """What people enter of a batch; empty regions (paths), kinds and media mean all."""

    name: str
    starts_on: dt.date
    ends_on: dt.date
    strata: Sequence[Stratum]
    regions: Sequence[str] = ()
    kinds: Sequence[str] = ()
    media: Sequence[str] = ()
    on_roster: bool = False
    expert: bool = False

    def columns(self) -> dict[str, Any]:
        facts = {name: getattr(self, name) for name in BATCH_COLUMNS}
        several = {name: list(getattr(self, name)) for name in ("regions", "kinds", "media")}
        return facts | several
