"""DRAW-1 as the ceremony and its doors use it, and the verification of a record (§7). Pure.

The rooms below hold the parts: `digests` bytes and hashes, `pools` inputs and freeze, `lots` key
and picks, `teams` inspectors, `records` execution and the record; docs/draw.md explains it all.
Secrets, times and reasons are arguments; Malformed carries the sentence of every refusal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from inspections.digests.rules import Keyed, Malformed, canon, parse
from inspections.lots.rules import (
    Attempt,
    Picks,
    check_parties,
    commitment,
    draw_order,
    opens,
    pick,
    seed,
)
from inspections.pools.rules import (
    Annex,
    Freeze,
    Pool,
    annex_hash,
    freeze,
    pool_hash,
    read_annex,
    read_public,
    read_struck,
    struck_hash,
)
from inspections.records.rules import (
    NO_SHOW,
    Json,
    Result,
    assign,
    bound_attempt,
    check_beacon,
    check_form,
    execute,
    question,
    read_teams,
    record,
    record_hash,
    replace,
    replacement,
    strata_of,
    teams_of,
    void_record,
    with_annex,
)
from inspections.teams.rules import Roster, Standing, Team

__all__ = [
    "Attempt",
    "Freeze",
    "Malformed",
    "Result",
    "Step",
    "bound_attempt",
    "canon",
    "commitment",
    "execute",
    "freeze",
    "opens",
    "parse",
    "record",
    "replace",
    "struck_hash",
    "verify",
    "void_record",
    "with_annex",
]

Words = dict[str, object]
Said = tuple[str, Words]  # a sentence with gaps, and what fills them
STAGES = ("frozen", "committed_", "revealed_", "void", "executed", "published")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a verification: PASS or FAIL, and what was seen."""

    name: str
    ok: bool
    code: str  # the English sentence with its gaps, as Malformed has it
    words: Mapping[str, object] = field(default_factory=dict)

    @property
    def line(self) -> str:
        return self.code.format(**self.words)

    def __str__(self) -> str:
        return f"{'PASS' if self.ok else 'FAIL'} {self.name}: {self.line}"


def verify(
    told: bytes | Json, annex: bytes | Json | None = None, record_hash: str | None = None
) -> list[Step]:
    """Every step of a record computed again; the record holds when all are ok.

    `told` and `annex` are the bytes of files, or values; `record_hash` is the hash published
    elsewhere (audit, public page). Bad input is a failed step, never an exception. Without an
    annex, teams are checked for order and form only.
    """
    try:
        value = _value_of(told)
        check_form(value)
    except Malformed as refusal:
        return [_failed("form", refusal)]
    case = _Case(value, annex, record_hash)
    steps = [Step("form", True, "canonical, and every field is known")]
    for name, check in VOID_CHECKS if "void" in value else CHECKS:
        try:
            code, words = check(case)
            steps.append(Step(name, True, code, words))
        except Malformed as refusal:
            steps.append(_failed(name, refusal))
            if name in GROUND:  # nothing can be computed from inputs that do not hold
                break
    return steps


def _failed(name: str, refusal: Malformed) -> Step:
    return Step(name, False, refusal.code, refusal.words)


def _value_of(told: bytes | Json) -> Any:
    if isinstance(told, bytes):
        return parse(told)
    canon(told)
    return told


class _Case:
    """A record under verification: what is told, and what follows from the rule."""

    def __init__(self, told: Json, annex: bytes | Json | None, published: str | None) -> None:
        self.told, self.apart, self.published = told, annex, published

    @cached_property
    def pool(self) -> Pool:
        return read_public(self.told["public"])

    @cached_property
    def annex_value(self) -> Json | None:
        inside: Json | None = self.told.get("annex")
        if self.apart is None:
            return inside
        apart: Json = _value_of(self.apart)
        if inside is not None and inside != apart:
            raise Malformed("the annex given is not the annex in the record")
        return apart

    @cached_property
    def annex(self) -> Annex | None:
        return None if self.annex_value is None else read_annex(self.annex_value, self.pool)

    @cached_property
    def struck(self) -> frozenset[str]:
        return read_struck(self.told.get("struck", []), self.pool)

    @cached_property
    def attempt(self) -> Attempt:
        told = self.told
        return Attempt(told["alg"], told["draw_id"], told["attempt"], told["pool_hash"])

    @cached_property
    def keyed(self) -> Keyed:
        """From the key as told: whether it is the right one is a step of its own."""
        return Keyed(self.pool.alg, bytes.fromhex(self.told["key"]))

    @cached_property
    def picks(self) -> list[Picks]:
        return pick(self.pool, self.struck, self.keyed)

    @cached_property
    def teams(self) -> list[Team]:
        """Computed with the annex; without it, as told."""
        if self.annex is None:
            return read_teams(self.told["teams"])
        return assign(self.pool, self.annex, self.picks, self.keyed)


def _need(holds: bool, otherwise: str, **words: object) -> None:
    if not holds:
        raise Malformed(otherwise, **words)


def _inputs(case: _Case) -> Said:
    told, pool = case.told, case.pool
    for name in ("ruleset", "alg", "draw_id"):
        _need(told[name] == told["public"][name], "{name} is not the one of public", name=name)
    words: Words = {"members": len(pool.members), "struck": len(case.struck)}
    if case.annex is None:
        return "{members} institutions, {struck} struck", words
    words["inspectors"] = len(case.annex.inspectors)
    return "{members} institutions, {struck} struck, {inspectors} inspectors", words


def _bound(case: _Case) -> Said:
    told, alg = case.told, case.pool.alg
    if case.annex_value is not None:
        bound = annex_hash(alg, case.annex_value).hex()
        _need(bound == told["annex_hash"], "annex_hash is not the hash of the annex")
    bound = pool_hash(alg, told["public"], bytes.fromhex(told["annex_hash"])).hex()
    _need(bound == told["pool_hash"], "pool_hash is not the hash of public and annex")
    return "pool_hash {hash}", {"hash": bound}


def _times(case: _Case) -> Said:
    """§3: the order of events is the guarantee."""
    told = case.told
    times = {name: dt.datetime.fromisoformat(each) for name, each in told["times"].items()}
    if "void" in told:
        _need("executed" not in times, "a void attempt was not executed")
        times["void"] = dt.datetime.fromisoformat(told["void"]["time"])
    latest = None
    for stage in STAGES:
        at = [each for name, each in times.items() if name.startswith(stage)]
        if at:
            _need(
                latest is None or latest <= min(at),
                "{stage} is before its turn",
                stage=stage.rstrip("_"),
            )
            latest = max(at)
    return "{count} in order", {"count": len(times)}


def _opened(case: _Case) -> Said:
    shown, reveals = case.told["commitments"], case.told["reveals"]
    check_parties(shown)
    _need(set(reveals) == set(shown), "not both parties have revealed")
    return _open_each(case, shown, reveals)


def _opened_before_void(case: _Case) -> Said:
    """§3: void from frozen, committed or revealed by one; never once both reveals are in."""
    shown, reveals = case.told.get("commitments", {}), case.told.get("reveals", {})
    _need(len(reveals) < 2, "both reveals were in, so the attempt could not become void")
    _need(not reveals or len(shown) == 2, "a reveal came before both commitments")
    _need(set(reveals) <= set(shown), "a reveal has no commitment")
    return _open_each(case, shown, reveals)


def _open_each(case: _Case, shown: Json, reveals: Json) -> Said:
    for party, secret in sorted(reveals.items()):
        fits = opens(shown[party], case.attempt, party, secret)
        _need(fits, "the reveal of {party} does not open its commitment", party=party)
    return "{shown} commitments, {opened} opened", {"shown": len(shown), "opened": len(reveals)}


def _key(case: _Case) -> Said:
    told = case.told
    check_beacon(told["public"], told["beacon"])
    reveals, beacon = told["reveals"], told["beacon"]
    made = seed(case.attempt, told["struck"], told["commitments"], reveals, beacon)
    _need(made == told["key"], "the key does not follow from pool, struck, reveals and beacon")
    return "key {hash}", {"hash": made}


def _strata(case: _Case) -> Said:
    made = strata_of(case.picks)
    _need(len(made) == len(case.told["strata"]), "strata are missing or too many")
    for right, told in zip(made, case.told["strata"], strict=True):
        name = right["name"]
        _need(told["name"] == name, "the stratum {name} is not in public order", name=name)
        for part in ("quota", "picked", "reserve"):
            otherwise = "{part} of the stratum {name} is not what is drawn"
            _need(told[part] == right[part], otherwise, part=part, name=name)
    count = sum(len(each.picked) for each in case.picks)
    return "{count} institutions drawn by their tickets", {"count": count}


def _teams(case: _Case) -> Said:
    told = case.told["teams"]
    order = [each["institution"] for each in told]
    _need(order == draw_order(case.picks), "the teams are not those of the drawn institutions")
    for each in told:
        _form_of_team(case, each)
    if case.annex is None:
        count = len(told)
        return "{count} teams in order and form only: without the annex not drawn again", {
            "count": count
        }
    for right, each in zip(teams_of(case.teams), told, strict=True):
        otherwise = "the team for {institution} is not what is drawn"
        _need(right == each, otherwise, institution=each["institution"][:80])
    return "{count} teams drawn again with the annex", {"count": len(told)}


def _form_of_team(case: _Case, team: Json) -> None:
    """Declared order, every slot once, filled or not, nobody twice."""
    filled = {each["slot"]: each["inspector"] for each in team["slots"]}
    declared = [each.name for each in case.pool.slots]
    in_order = [name for name in declared if name in filled]
    left = [name for name in declared if name not in filled]
    said = [each["slot"] for each in team["slots"]]
    fits = said == in_order and team["unfilled"] == left
    _need(fits and len(set(filled.values())) == len(filled), "a team has not the declared form")


def _replacements(case: _Case) -> Said:
    """§6: replayed in order from the original draw."""
    told = case.told["replacements"]
    standing = Standing(case.pool.slots, case.picks, case.teams)
    if case.annex is None:
        for each in told:
            _follow(case, standing, each)
        return "{count} in form only: without the annex not computed again", {"count": len(told)}
    roster = Roster(case.annex, case.keyed)
    roster.carry(case.teams)
    for at, each in enumerate(told, 1):
        right = replacement(standing, roster, question(each))
        _need(right == each, "replacement {at} is not what the rule answers", at=at)
    return "{count} computed again", {"count": len(told)}


def _follow(case: _Case, standing: Standing, told: Json) -> None:
    if told["kind"] == NO_SHOW:
        team = standing.leave(told["institution"], told["slot"], told["out"])
        fits = told["in"] != told["out"] and told["in"] not in team.slots.values()
        _need(fits, "an inspector comes who is already in the team")
        if told["in"]:
            team.slots[told["slot"]] = told["in"]
        return
    called = standing.call(told["stratum"], told["out"])
    _need(called == told["in"], "{name} is not the next reserve", name=told["in"][:80])
    _form_of_team(case, told)
    for each in told["slots"]:
        standing.teams[called].slots[each["slot"]] = each["inspector"]


def _record_hash(case: _Case) -> Said:
    made = record_hash(case.told)
    _need(made == case.told["record_hash"], "record_hash is not the hash of this record")
    if case.published is None:
        return "record_hash {hash}: compare it with the published one", {"hash": made}
    _need(made == case.published.strip(), "this is not the record whose hash was published")
    return "record_hash {hash}, as published", {"hash": made}


Check = Callable[[_Case], Said]
_FIRST: list[tuple[str, Check]] = [("inputs", _inputs), ("pool_hash", _bound), ("times", _times)]
_LAST: list[tuple[str, Check]] = [("record_hash", _record_hash)]
CHECKS: list[tuple[str, Check]] = [
    *_FIRST,
    ("commitments", _opened),
    ("key", _key),
    ("strata", _strata),
    ("teams", _teams),
    ("replacements", _replacements),
    *_LAST,
]
VOID_CHECKS = [*_FIRST, ("commitments", _opened_before_void), *_LAST]
GROUND = {"inputs"}
