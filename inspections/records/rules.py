"""DRAW-1 §3, §6, §7: executing a draw, replacing, and the record's form and making. Pure.

Values are plain JSON values as the record holds them. Secrets, times and reasons are arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspections.digests.rules import ALGS, Keyed, Malformed, canon, digest
from inspections.lots.rules import PARTIES, Attempt, Picks, attempt_number, draw_order, pick, seed
from inspections.pools.rules import (
    ANNEX,
    PUBLIC,
    RULESET,
    STRUCK,
    Annex,
    Pool,
    Shape,
    annex_hash,
    fields,
    hexadecimal,
    items,
    moment,
    number,
    one_of,
    pool_hash,
    read_annex,
    read_public,
    read_struck,
    text,
)
from inspections.teams.rules import Roster, Standing, Team, fill, no_show, supplementary

Json = dict[str, Any]
NO_SHOW, SUPPLEMENTARY = "no_show", "supplementary"
NOT_HASHED = {"record_hash", "annex"}


@dataclass(frozen=True, slots=True)
class Result:
    """What one key makes of one pool, in the record's form."""

    key: str
    strata: list[Json]
    teams: list[Json]


# --- The record's form (§7) ------------------------------------------------------------------


def _by_party(value: Any, where: str) -> None:
    fields({}, dict.fromkeys(PARTIES, hexadecimal))(value, where)
    if len(value) > 2:
        raise Malformed("{where} names more than two parties", where=where)


def _replacement(value: Any, where: str) -> None:
    kind = value.get("kind") if isinstance(value, dict) else None
    shape = REPLACEMENTS[SUPPLEMENTARY if kind == SUPPLEMENTARY else NO_SHOW]
    shape(value, where)


TIMES = fields(
    {},
    {
        **dict.fromkeys(("frozen", "executed", "published"), moment),
        **{f"{step}_{party}": moment for step in ("committed", "revealed") for party in PARTIES},
    },
)
VOID = fields({"reason": text, "party": one_of("", *PARTIES), "time": moment})
_LOTS = items(fields({"id": text, "ticket": hexadecimal}))
_FILLED = items(fields({"slot": text, "inspector": text}))
_REPLACED: dict[str, Shape] = {"out": text, "in": text, "reason": text, "time": moment}
REPLACEMENTS = {
    NO_SHOW: fields({"kind": one_of(NO_SHOW), "institution": text, "slot": text, **_REPLACED}),
    SUPPLEMENTARY: fields(
        {
            "kind": one_of(SUPPLEMENTARY),
            "stratum": text,
            "slots": _FILLED,
            "unfilled": items(text),
            **_REPLACED,
        }
    ),
}
_ALWAYS: dict[str, Shape] = {
    "ruleset": one_of(RULESET),
    "alg": one_of(*ALGS),
    "draw_id": text,
    "attempt": attempt_number,
    "public": PUBLIC,
    "annex_hash": hexadecimal,
    "pool_hash": hexadecimal,
    "times": TIMES,
    "record_hash": hexadecimal,
}
_CEREMONY: dict[str, Shape] = {"commitments": _by_party, "struck": STRUCK, "reveals": _by_party}
_OUTCOME: dict[str, Shape] = {
    "beacon": text,
    "key": hexadecimal,
    "strata": items(fields({"name": text, "quota": number(0), "picked": _LOTS, "reserve": _LOTS})),
    "teams": items(fields({"institution": text, "slots": _FILLED, "unfilled": items(text)})),
    "replacements": items(_replacement),
}
EXECUTED_RECORD = fields({**_ALWAYS, **_CEREMONY, **_OUTCOME}, {"annex": ANNEX})
VOID_RECORD = fields({**_ALWAYS, "void": VOID}, {**_CEREMONY, "annex": ANNEX})


def check_form(value: Any) -> None:
    """A record of an executed draw, or of a void attempt, which stops at what exists."""
    is_void = isinstance(value, dict) and "void" in value
    (VOID_RECORD if is_void else EXECUTED_RECORD)(value, "record")


def check_beacon(public: Json, beacon: str) -> None:
    """§2: a beacon's text if and only if a beacon was announced."""
    if bool(public["beacon"]) != bool(beacon):
        raise Malformed("the beacon's text and its announcement do not go together")


# --- The record's parts ----------------------------------------------------------------------


def strata_of(picks: Sequence[Picks]) -> list[Json]:
    found = []
    for each in picks:
        picked = [{"id": lot.id, "ticket": lot.ticket.hex()} for lot in each.picked]
        reserve = [{"id": lot.id, "ticket": lot.ticket.hex()} for lot in each.reserve]
        found.append({"name": each.name, "quota": each.quota, "picked": picked, "reserve": reserve})
    return found


def slots_of(team: Team) -> list[Json]:
    return [{"slot": slot, "inspector": name} for slot, name in team.slots.items()]


def teams_of(teams: Sequence[Team]) -> list[Json]:
    return [
        {"institution": team.institution, "slots": slots_of(team), "unfilled": team.unfilled}
        for team in teams
    ]


def read_teams(value: Sequence[Json]) -> list[Team]:
    return [
        Team(
            each["institution"],
            {filled["slot"]: filled["inspector"] for filled in each["slots"]},
            list(each["unfilled"]),
        )
        for each in value
    ]


def assign(pool: Pool, annex: Annex, picks: Sequence[Picks], keyed: Keyed) -> list[Team]:
    """All teams of the original draw, in draw order."""
    return fill(Roster(annex, keyed), pool.slots, draw_order(picks))


# --- The ceremony (§3) -----------------------------------------------------------------------


def bound_attempt(public: Json, annex: Json, attempt: int) -> Attempt:
    """What the commitments of one attempt at this pool are bound to."""
    attempt_number(attempt, "attempt")
    pool = read_public(public)
    hashed = pool_hash(pool.alg, public, annex_hash(pool.alg, annex))
    return Attempt(pool.alg, pool.draw_id, attempt, hashed.hex())


def execute(
    public: Json,
    annex: Json,
    struck: list[Json],
    *,
    commitments: Mapping[str, str],
    reveals: Mapping[str, str],
    attempt: int,
    beacon: str = "",
) -> Result:
    """The draw: the same answer for the same arguments, whoever asks, however often.

    Malformed when an input has not DRAW-1's form or a reveal does not open its commitment.
    """
    canon([public, annex, struck, beacon])
    pool = read_public(public)
    closed, out = read_annex(annex, pool), read_struck(struck, pool)
    check_beacon(public, beacon)
    key = seed(bound_attempt(public, annex, attempt), struck, commitments, reveals, beacon)
    keyed = Keyed(pool.alg, bytes.fromhex(key))
    picks = pick(pool, out, keyed)
    return Result(key, strata_of(picks), teams_of(assign(pool, closed, picks, keyed)))


def record(
    public: Json,
    annex: Json,
    struck: list[Json],
    result: Result,
    *,
    commitments: Mapping[str, str],
    reveals: Mapping[str, str],
    attempt: int,
    times: Mapping[str, str],
    beacon: str = "",
) -> Json:
    """The record of an executed draw; `with_annex` makes the officers' copy of it."""
    found = _frozen_part(public, annex, attempt, times)
    found |= {
        "commitments": dict(commitments),
        "struck": struck,
        "reveals": dict(reveals),
        "beacon": beacon,
        "key": result.key,
        "strata": result.strata,
        "teams": result.teams,
        "replacements": [],
    }
    return sealed(found)


def void_record(
    public: Json,
    annex: Json,
    *,
    attempt: int,
    void: Mapping[str, str],
    times: Mapping[str, str],
    struck: list[Json] | None = None,
    commitments: Mapping[str, str] | None = None,
    reveals: Mapping[str, str] | None = None,
) -> Json:
    """The file of a void attempt: what existed, and `void` with its reason, party and time.

    Its party is the one that defaulted, "" when none did. No void once both reveals are in (§3).
    """
    if reveals is not None and len(reveals) > 1:
        raise Malformed("both reveals are in, so the attempt cannot become void")
    found = _frozen_part(public, annex, attempt, times)
    reached = {"struck": struck, "commitments": commitments, "reveals": reveals}
    for name, value in reached.items():
        if value is not None:
            found[name] = value if isinstance(value, list) else dict(value)
    found["void"] = dict(void)
    return sealed(found)


def _frozen_part(public: Json, annex: Json, attempt: int, times: Mapping[str, str]) -> Json:
    bound = bound_attempt(public, annex, attempt)
    return {
        "ruleset": RULESET,
        "alg": bound.alg,
        "draw_id": bound.draw_id,
        "attempt": attempt,
        "public": public,
        "annex_hash": annex_hash(bound.alg, annex).hex(),
        "pool_hash": bound.pool_hash,
        "times": dict(times),
    }


def record_hash(value: Json) -> str:
    """H over the record without its own hash and without the annex (§2)."""
    hashed = {key: each for key, each in value.items() if key not in NOT_HASHED}
    return digest(value["alg"], "DRAW1/record", canon(hashed)).hex()


def sealed(value: Json) -> Json:
    """A new version of a record: its form checked, its hash written."""
    found = {**value, "record_hash": ""}
    found["record_hash"] = record_hash(found)
    check_form(found)
    return found


def with_annex(value: Json, annex: Json) -> Json:
    """The officers' copy; its hash is the published record's."""
    return {**value, "annex": annex}


# --- Replacements (§6) -----------------------------------------------------------------------


def replacement(standing: Standing, roster: Roster, asked: Json) -> Json:
    """One replacement computed: `asked` with what the rule answers."""
    if asked["kind"] == NO_SHOW:
        found = no_show(standing, roster, asked["institution"], asked["slot"], asked["out"])
        return {**asked, "in": found}
    team = supplementary(standing, roster, asked["stratum"], asked["out"])
    called = {"in": team.institution, "slots": slots_of(team), "unfilled": list(team.unfilled)}
    return {**asked, **called}


def question(told: Json) -> Json:
    """The part of a replacement that was recorded before its answer."""
    return {key: each for key, each in told.items() if key not in {"in", "slots", "unfilled"}}


def replace(value: Json, annex: Json, asked: Json) -> Json:
    """The next version of a record, with one more replacement.

    `asked` is {kind: "no_show", institution, slot, out, reason, time} or {kind: "supplementary",
    stratum, out, reason, time}; the reason must be recorded before this is called.
    """
    if not asked.get("reason"):
        raise Malformed("a replacement needs its reason first")
    pool = read_public(value["public"])
    keyed = Keyed(pool.alg, bytes.fromhex(value["key"]))
    picks = pick(pool, read_struck(value["struck"], pool), keyed)
    teams = read_teams(value["teams"])
    roster = Roster(read_annex(annex, pool), keyed)
    roster.carry(teams)
    standing = Standing(pool.slots, picks, teams)
    for told in value["replacements"]:
        replacement(standing, roster, question(told))
    answered = replacement(standing, roster, asked)
    return sealed({**value, "replacements": [*value["replacements"], answered]})
