"""The two known records, byte for byte, and what every edit of a record meets."""

from __future__ import annotations

import contextlib
import copy
from random import Random
from typing import Any

import pytest

from inspections.draws import rules
from inspections.draws.rules import Malformed, canon, verify
from inspections.pools.rules import quotas, read_public
from tests.inspections import ceremony
from tests.inspections.ceremony import VECTORS, all_pass, failed, public_copy, resealed

KNOWN = pytest.mark.parametrize("known", VECTORS, ids=["sha256", "sm3"])


@KNOWN
def test_the_known_record_is_made_byte_for_byte(known: dict[str, Any]):
    said = {key: known[key] for key in ("commitments", "reveals", "attempt", "beacon")}
    given = (known["public"], known["annex"], known["struck"])
    result = rules.execute(*given, **said)
    assert (result.key, result.strata, result.teams) == (
        *(known["key"], known["strata"], known["teams"]),
    )
    made = rules.record(*given, result, **said, times=known["times"])
    for told in known["replacements"]:
        asked = {key: told[key] for key in told if key not in {"in", "slots", "unfilled"}}
        made = rules.replace(made, known["annex"], asked)
    assert canon(rules.with_annex(made, known["annex"])) == canon(known)


@KNOWN
def test_the_known_record_holds_in_every_step(known: dict[str, Any]):
    names = ["form", "inputs", "pool_hash", "times", "commitments", "key", "strata", "teams"]
    steps = verify(canon(known), record_hash=known["record_hash"])
    assert [step.name for step in steps] == [*names, "replacements", "record_hash"]
    assert all_pass(steps)


@KNOWN
def test_without_the_annex_teams_are_checked_for_form_and_the_line_says_so(known: dict[str, Any]):
    steps = {step.name: step for step in verify(canon(public_copy(known)))}
    assert all_pass(list(steps.values()))
    assert "without the annex" in steps["teams"].line
    assert "without the annex" in steps["replacements"].line
    with_annex = verify(canon(public_copy(known)), canon(known["annex"]))
    assert all_pass(with_annex)
    assert "without the annex" not in "".join(step.line for step in with_annex)


@KNOWN
def test_commitments_open_for_their_own_party_draw_and_attempt_only(known: dict[str, Any]):
    attempt = rules.bound_attempt(known["public"], known["annex"], known["attempt"])
    secret, shown = known["reveals"]["ECO"], known["commitments"]["ECO"]
    assert rules.opens(shown, attempt, "ECO", secret)
    assert not rules.opens(shown, attempt, "MKT", secret)
    assert not rules.opens(shown, attempt, "ECO", known["reveals"]["MKT"])
    later = rules.bound_attempt(known["public"], known["annex"], known["attempt"] + 1)
    assert not rules.opens(shown, later, "ECO", secret)


# --- Edits -----------------------------------------------------------------------------------


def small_record() -> dict[str, Any]:
    pool = ceremony.public({"A": 3}, slots=(("lead", "ECO"),))
    return ceremony.drawn(pool, ceremony.annex({"ECO": 2}))


def test_any_edited_byte_of_a_small_record_fails():
    raw = canon(small_record())
    assert all_pass(verify(raw))
    for at in range(len(raw)):
        for other in {raw[at] ^ 1, ord("0"), ord("a"), ord('"')} - {raw[at]}:
            edited = raw[:at] + bytes([other]) + raw[at + 1 :]
            assert failed(verify(edited)), (at, chr(other))


@KNOWN
def test_sampled_edits_of_the_known_records_fail(known: dict[str, Any]):
    raw, random = canon(known), Random(7)
    for _ in range(600):
        at, size = random.randrange(len(raw)), random.choice([0, 1, 1, 2])
        edited = raw[:at] + random.randbytes(random.choice([0, 1, 1])) + raw[at + size :]
        if edited != raw:
            assert failed(verify(edited)), at


def test_cut_longer_and_empty_files_fail():
    raw = canon(VECTORS[0])
    for edited in (b"", raw[:-1], raw + b"\n", b"\xef\xbb\xbf" + raw, b" " + raw, raw + raw):
        assert failed(verify(edited)) == ["form"]


@KNOWN
def test_a_strike_after_the_commitments_fails_even_when_resealed(known: dict[str, Any]):
    late = {"id": known["strata"][0]["picked"][0]["id"], "reason": "x", "evidence": ""}
    assert "key" in failed(verify(resealed(known, struck=[*known["struck"], late])))
    assert "key" in failed(verify(resealed(known, struck=known["struck"][1:])))


@KNOWN
def test_another_attempt_fails_even_when_resealed(known: dict[str, Any]):
    assert "commitments" in failed(verify(resealed(known, attempt=known["attempt"] + 1)))


def forgeries(known: dict[str, Any]) -> dict[str, tuple[dict[str, Any], str]]:
    other = copy.deepcopy(known)
    strata, teams = other["strata"], other["teams"]
    strata[2]["picked"][0], strata[2]["reserve"][0] = (
        strata[2]["reserve"][0],
        strata[2]["picked"][0],
    )
    one, two = teams[0]["slots"][0], teams[1]["slots"][0]
    one["inspector"], two["inspector"] = two["inspector"], one["inspector"]
    secret = {**known["reveals"], "ECO": "00" * 32}
    quota = copy.deepcopy(known["strata"])
    quota[0]["quota"] += 1
    return {
        "another pick": ({"strata": strata}, "strata"),
        "another quota": ({"strata": quota}, "strata"),
        "strata in another order": ({"strata": known["strata"][::-1]}, "strata"),
        "swapped inspectors": ({"teams": teams}, "teams"),
        "teams in another order": ({"teams": known["teams"][::-1]}, "teams"),
        "another secret": ({"reveals": secret}, "commitments"),
        "another key": ({"key": "00" * 32}, "key"),
        "a beacon nobody announced": ({"beacon": "" if known["beacon"] else "1"}, "key"),
        "another pool hash": ({"pool_hash": "00" * 32}, "pool_hash"),
        "another annex": ({"annex": {**known["annex"], "salt": "00" * 32}}, "pool_hash"),
        "another draw": ({"draw_id": "another"}, "inputs"),
        "published before frozen": (
            {"times": {"frozen": "2026-03-02T00:00Z", "published": "2026-03-02T07:59+08:00"}},
            "times",
        ),
    }


@KNOWN
@pytest.mark.parametrize("name", forgeries(VECTORS[0]))
def test_a_resealed_forgery_fails_where_it_lies(known: dict[str, Any], name: str):
    changed, step = forgeries(known)[name]
    assert step in failed(verify(resealed(known, **changed)))


def test_a_forged_replacement_fails():
    known = VECTORS[1]
    for at, told in enumerate(known["replacements"]):
        forged = list(known["replacements"])
        forged[at] = {**told, "in": known["annex"]["inspectors"][-1]["id"]}
        assert failed(verify(resealed(known, replacements=forged))) == ["replacements"]
    rows = known["replacements"]
    assert failed(verify(resealed(known, replacements=rows[:3] + rows[4:]))) == ["replacements"]
    assert failed(verify(resealed(known, replacements=rows[::-1]))) == ["replacements"]
    assert all_pass(verify(resealed(known, replacements=rows[:-1])))  # the version before


def test_another_record_than_the_published_one_fails():
    assert failed(verify(canon(VECTORS[0]), record_hash="00" * 32)) == ["record_hash"]


def test_another_annex_than_the_frozen_one_fails():
    first, second = VECTORS
    assert failed(verify(canon(public_copy(first)), canon(second["annex"]))) == ["inputs"]
    salted = {**first["annex"], "salt": "00" * 32}
    assert failed(verify(canon(public_copy(first)), canon(salted))) == ["pool_hash"]
    assert failed(verify(canon(first), canon(salted))) == ["inputs"]
    assert failed(verify(canon(first), b"{}"))
    assert failed(verify(canon(first), b"not json"))


# --- Whole ceremonies ------------------------------------------------------------------------


def test_random_ceremonies_with_replacements_hold():
    random = Random(11)
    for number in range(60):
        pool, closed = ceremony.random_case(random)
        if number % 3 == 0:
            pool["beacon"] = "SSQ"
        struck = [
            {"id": each["id"], "reason": "注销", "evidence": "1"}
            for each in pool["institutions"]
            if random.random() < 0.2
        ]
        made = ceremony.drawn(
            pool, closed, number=number, struck=struck, beacon="9" if pool["beacon"] else ""
        )
        made = with_random_replacements(made, random)
        assert all_pass(verify(canon(made))), number
        assert all_pass(verify(canon(public_copy(made)))), number


def with_random_replacements(made: dict[str, Any], random: Random) -> dict[str, Any]:
    """Ask for what may be asked and for what may not; the refused ones leave no trace."""
    for team in made["teams"]:
        asked = {"reason": "病假", "time": "2026-03-05T08:00:00+08:00", "out": ""}
        stratum = next(
            each["name"]
            for each in made["strata"]
            if team["institution"] in [lot["id"] for lot in each["picked"]]
        )
        if random.random() < 0.3:
            asked |= {"kind": "supplementary", "stratum": stratum, "out": team["institution"]}
        elif team["slots"]:
            gone = random.choice(team["slots"])
            asked |= {"kind": "no_show", "institution": team["institution"]}
            asked |= {"slot": gone["slot"], "out": gone["inspector"]}
        else:
            continue
        with contextlib.suppress(Malformed):  # no reserve left
            made = rules.replace(made, made["annex"], asked)
    return made


def test_a_replacement_needs_its_reason_first():
    asked = {"kind": "supplementary", "stratum": "A", "out": "A000", "reason": ""}
    with pytest.raises(Malformed, match="reason"):
        rules.replace(VECTORS[0], VECTORS[0]["annex"], asked)


def test_a_single_bureau_draws_with_the_agency_above():
    pool = ceremony.public(slots=(("first", "ECO"), ("second", "ECO")))
    closed, secrets = ceremony.annex({"ECO": 4}), ceremony.secrets_of(5, ("ECO", "SUP"))
    said: dict[str, Any] = {
        "commitments": ceremony.commitments_of(pool, closed, secrets),
        "reveals": secrets,
        "attempt": 1,
    }
    result = rules.execute(pool, closed, [], **said)
    made = rules.record(pool, closed, [], result, **said, times={})
    assert all_pass(verify(canon(made)))
    for team in made["teams"]:
        assert len({each["inspector"] for each in team["slots"]}) == 2


def test_execute_refuses_what_was_not_agreed():
    pool, closed = ceremony.public(), ceremony.annex()
    secrets = ceremony.secrets_of(1)
    commitments = ceremony.commitments_of(pool, closed, secrets)
    for reveals, attempt, beacon, words in (
        ({**secrets, "MKT": "11" * 32}, 1, "", "MKT does not open"),
        ({"ECO": secrets["ECO"]}, 1, "", "not both"),
        (secrets, 2, "", "does not open"),
        (secrets, 1, "x", "beacon"),
        ({**secrets, "MKT": "1"}, 1, "", "64 lower-case"),
    ):
        said: dict[str, Any] = {"reveals": reveals, "attempt": attempt, "beacon": beacon}
        with pytest.raises(Malformed, match=words):
            rules.execute(pool, closed, [], commitments=commitments, **said)


def test_quotas_count_the_struck_and_the_reserve_does_not_hold_them():
    pool = ceremony.public({"A": 5})
    struck = [{"id": f"A00{at}", "reason": "x", "evidence": ""} for at in range(3)]
    made = ceremony.drawn(pool, ceremony.annex(), struck=struck)
    only = made["strata"][0]
    assert (only["quota"], len(only["picked"]), only["reserve"]) == (3, 2, [])
    assert quotas(read_public(pool)) == {"A": 3}
