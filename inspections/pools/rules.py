"""DRAW-1 §1, §2 and the freeze of §3: the forms of all inputs, quotas, feasibility. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from inspections.digests.rules import ALGS, MOST, Malformed, canon, digest

RULESET = "DRAW-1"
ANYONE = "*"  # a slot for an inspector of any department
TEN_THOUSAND = 10_000  # basis points of a whole
HEAVIEST = 10
HEX = re.compile(r"[0-9a-f]{64}")
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MOMENT = re.compile(DAY.pattern + r"T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)

Shape = Callable[[Any, str], None]  # (value, where it stands); raises Malformed


@dataclass(frozen=True, slots=True)
class Stratum:
    """A layer of the pool with its ratio in basis points and its least number."""

    name: str
    ratio_bp: int
    floor: int


@dataclass(frozen=True, slots=True)
class Member:
    """An institution of the pool; its weight is the number of its tickets."""

    id: str
    stratum: str
    weight: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in every team, for an inspector of one department."""

    name: str
    dept: str


@dataclass(frozen=True, slots=True)
class Pool:
    """The published part, read."""

    alg: str
    draw_id: str
    beacon: str
    strata: tuple[Stratum, ...]
    members: tuple[Member, ...]
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Inspector:
    """An inspector by pseudonym: visits already assigned this period and the most allowed."""

    id: str
    dept: str
    max_load: int
    prior_load: int


@dataclass(frozen=True, slots=True)
class Annex:
    """The closed part, read: inspectors, and who must not inspect whom."""

    inspectors: tuple[Inspector, ...]
    conflicts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Freeze:
    """What a freeze shows: the two hashes, quota by stratum, and what cannot be staffed."""

    annex_hash: str
    pool_hash: str
    quotas: dict[str, int]
    gaps: tuple[tuple[str, str], ...]  # (institution, slot); any gap forbids the freeze


# --- Shapes ----------------------------------------------------------------------------------


def text(value: Any, where: str) -> None:
    if not isinstance(value, str):
        raise Malformed("{where} is not a text", where=where)


def one_of(*allowed: str) -> Shape:
    def check(value: Any, where: str) -> None:
        text(value, where)
        if value not in allowed:
            raise Malformed("{where} is none of {allowed}", where=where, allowed=", ".join(allowed))

    return check


def matching(pattern: re.Pattern[str], otherwise: str) -> Shape:
    def check(value: Any, where: str) -> None:
        text(value, where)
        if not pattern.fullmatch(value):
            raise Malformed(otherwise, where=where)

    return check


def number(least: int, most: int = MOST) -> Shape:
    def check(value: Any, where: str) -> None:
        if type(value) is not int or not least <= value <= most:
            raise Malformed(
                "{where} is not an integer from {least} to {most}",
                where=where,
                least=least,
                most=most,
            )

    return check


def items(shape: Shape) -> Shape:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, list):
            raise Malformed("{where} is not a list", where=where)
        for at, each in enumerate(value):
            shape(each, f"{where}[{at}]")

    return check


def fields(shapes: Mapping[str, Shape], optional: Mapping[str, Shape] | None = None) -> Shape:
    """An object with all of ``shapes``, perhaps some of ``optional``, and nothing else."""
    known = {**shapes, **(optional or {})}

    def check(value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise Malformed("{where} is not an object", where=where)
        odd = sorted(set(value) - set(known)) or sorted(set(shapes) - set(value))
        if odd:
            otherwise = "{where} is unknown" if odd[0] in value else "{where} is missing"
            raise Malformed(otherwise, where=f"{where}.{odd[0][:40]}")
        for key, each in value.items():
            known[key](each, f"{where}.{key}")

    return check


def moment(value: Any, where: str) -> None:
    """A time in ISO form with its offset, and one that exists."""
    matching(MOMENT, "{where} is not a time with its offset")(value, where)
    try:
        dt.datetime.fromisoformat(value)
    except ValueError:
        raise Malformed("{where} is no time that exists", where=where) from None


def day(value: Any, where: str) -> None:
    matching(DAY, "{where} is not a date")(value, where)
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        raise Malformed("{where} is no date that exists", where=where) from None


def _pair(value: Any, where: str) -> None:
    items(text)(value, where)
    if len(value) != 2:
        raise Malformed("{where} is not a pair", where=where)


hexadecimal = matching(HEX, "{where} is not 64 lower-case hexadecimal digits")

PUBLIC = fields(
    {
        "ruleset": one_of(RULESET),
        "alg": one_of(*ALGS),
        "draw_id": text,
        "authority": text,
        "for_date": day,
        "strata": items(fields({"name": text, "ratio_bp": number(0), "floor": number(0)})),
        "institutions": items(fields({"id": text, "stratum": text, "weight": number(1, HEAVIEST)})),
        "excluded": items(fields({"id": text, "reason": text})),
        "slots": items(fields({"name": text, "dept": text})),
        "beacon": text,
    }
)
ANNEX = fields(
    {
        "salt": hexadecimal,
        "inspectors": items(
            fields({"id": text, "dept": text, "max_load": number(0), "prior_load": number(0)})
        ),
        "conflicts": items(_pair),
    }
)
STRUCK = items(fields({"id": text, "reason": text, "evidence": text}))


NOT_IN_POOL = "the institution {value} is not in the pool"


# --- Reading ---------------------------------------------------------------------------------


def read_public(value: Any) -> Pool:
    """The published part, or Malformed with the first thing that is wrong."""
    PUBLIC(value, "public")
    pool = Pool(
        value["alg"],
        value["draw_id"],
        value["beacon"],
        tuple(Stratum(**each) for each in value["strata"]),
        tuple(Member(**each) for each in value["institutions"]),
        tuple(Slot(**each) for each in value["slots"]),
    )
    _unique((each.name for each in pool.strata), "the stratum {value} stands twice")
    _unique((each.name for each in pool.slots), "the slot {value} stands twice")
    listed = [each["id"] for each in (*value["institutions"], *value["excluded"])]
    _unique(listed, "the institution {value} stands twice")
    names = {each.name for each in pool.strata}
    _within({each.stratum for each in pool.members}, names, "the stratum {value} is not declared")
    return pool


def read_annex(value: Any, pool: Pool) -> Annex:
    """The closed part of this pool, or Malformed."""
    ANNEX(value, "annex")
    inspectors = tuple(Inspector(**each) for each in value["inspectors"])
    conflicts = tuple((first, second) for first, second in value["conflicts"])
    _unique((each.id for each in inspectors), "the inspector {value} stands twice")
    _unique(conflicts, "the conflict {value} stands twice")
    people, members = {each.id for each in inspectors}, {each.id for each in pool.members}
    _within({each for each, _ in conflicts}, people, "the inspector {value} is not in the annex")
    _within({each for _, each in conflicts}, members, NOT_IN_POOL)
    return Annex(inspectors, conflicts)


def read_struck(value: Any, pool: Pool) -> frozenset[str]:
    """The ids struck after the freeze, or Malformed."""
    STRUCK(value, "struck")
    _unique((each["id"] for each in value), "the struck institution {value} stands twice")
    struck = frozenset(each["id"] for each in value)
    _within(struck, {each.id for each in pool.members}, NOT_IN_POOL)
    return struck


def _unique(values: Iterable[object], otherwise: str) -> None:
    twice = next((each for each, count in Counter(values).items() if count > 1), None)
    if twice is not None:
        raise Malformed(otherwise, value=str(twice)[:80])


def _within(used: Iterable[str], declared: set[str], otherwise: str) -> None:
    strange = sorted(set(used) - declared)
    if strange:
        raise Malformed(otherwise, value=strange[0][:80])


# --- The freeze ------------------------------------------------------------------------------


def annex_hash(alg: str, annex: Any) -> bytes:
    return digest(alg, "DRAW1/annex", canon(annex))


def pool_hash(alg: str, public: Any, annex_digest: bytes) -> bytes:
    return digest(alg, "DRAW1/pool", digest(alg, "DRAW1/public", canon(public)), annex_digest)


def struck_hash(alg: str, struck: Any) -> bytes:
    return digest(alg, "DRAW1/struck", canon(struck))


def quota(members: int, ratio_bp: int, floor: int) -> int:
    """§4: the ratio of the stratum rounded up, at least the floor, at most everybody."""
    return min(members, max(floor, -(-members * ratio_bp // TEN_THOUSAND)))


def quotas(pool: Pool) -> dict[str, int]:
    """Quota by stratum, in public order; the struck count as members."""
    sizes = Counter(each.stratum for each in pool.members)
    return {each.name: quota(sizes[each.name], each.ratio_bp, each.floor) for each in pool.strata}


def gaps(pool: Pool, annex: Annex) -> tuple[tuple[str, str], ...]:
    """Pool institutions and slots for which no inspector of that department may go (§3)."""
    dept = {each.id: each.dept for each in annex.inspectors}
    size = Counter(dept.values())
    barred: dict[str, Counter[str]] = {each.id: Counter() for each in pool.members}
    for inspector, institution in annex.conflicts:
        barred[institution][dept[inspector]] += 1
    size[ANYONE], found = len(dept), []
    for member in pool.members:
        held = barred[member.id]
        for slot in pool.slots:
            kept = held.total() if slot.dept == ANYONE else held[slot.dept]
            if size[slot.dept] <= kept:
                found.append((member.id, slot.name))
    return tuple(found)


def freeze(public: Any, annex: Any) -> Freeze:
    """Check both parts and say what they bind; Malformed when they are not DRAW-1's inputs."""
    canon(public), canon(annex)
    pool = read_public(public)
    closed = read_annex(annex, pool)
    bound = annex_hash(pool.alg, annex)
    return Freeze(
        bound.hex(),
        pool_hash(pool.alg, public, bound).hex(),
        quotas(pool),
        gaps(pool, closed),
    )
