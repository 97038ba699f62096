"""Records of a wrong form, and the files of void attempts."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from inspections.draws import rules
from inspections.draws.rules import Malformed, canon, verify
from tests.inspections import ceremony
from tests.inspections.ceremony import VECTORS, all_pass, failed, resealed


def edited(value: dict[str, Any], path: tuple[Any, ...], new: Any) -> dict[str, Any]:
    found = copy.deepcopy(value)
    inner = found
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return found


WRONG_FORMS: dict[str, tuple[tuple[Any, ...], Any]] = {
    "unknown key": (("extra",), ""),
    "unknown key inside": (("public", "slots", 0, "extra"), ""),
    "another ruleset": (("ruleset",), "DRAW-2"),
    "attempt 0": (("attempt",), 0),
    "attempt beyond u32": (("attempt",), 2**32),
    "attempt true": (("attempt",), True),
    "negative ratio": (("public", "strata", 0, "ratio_bp"), -1),
    "negative floor": (("public", "strata", 0, "floor"), -1),
    "weight 0": (("public", "institutions", 0, "weight"), 0),
    "weight 11": (("public", "institutions", 0, "weight"), 11),
    "undeclared stratum": (("public", "institutions", 0, "stratum"), "Z"),
    "stratum twice": (("public", "strata", 1, "name"), "A"),
    "slot twice": (("public", "slots", 1, "name"), "lead"),
    "institution twice": (("public", "institutions", 0, "id"), "91310113MA1001001F"),
    "excluded and in the pool": (("public", "excluded", 0, "id"), "91310113MA1001001F"),
    "a day that does not exist": (("public", "for_date"), "2026-02-30"),
    "a day in full-width digits": (("public", "for_date"), "２０２６-03-02"),
    "negative load": (("annex", "inspectors", 0, "max_load"), -1),
    "inspector twice": (("annex", "inspectors", 0, "id"), "ECO001"),
    "conflict outside the pool": (("annex", "conflicts", 0), ["ECO000", "91310113MA19990016"]),
    "conflict of nobody": (("annex", "conflicts", 0), ["nobody", "91310113MA1001010D"]),
    "conflict twice": (("annex", "conflicts", 0), ["ECO000", "91310113MA1001025X"]),
    "conflict of three": (("annex", "conflicts", 0), ["a", "b", "c"]),
    "salt": (("annex", "salt"), "00"),
    "struck outside the pool": (("struck", 0, "id"), "91310113MA19990016"),
    "struck twice": (("struck",), [VECTORS[0]["struck"][0]] * 2),
    "upper-case hash": (("key",), VECTORS[0]["key"].upper()),
    "three parties": (("commitments", "SUP"), "00" * 32),
    "another party": (("commitments",), {"ECO": "00" * 32, "XXX": "00" * 32}),
    "one party": (("commitments",), {"ECO": VECTORS[0]["commitments"]["ECO"]}),
    "a time without offset": (("times",), {"frozen": "2026-03-02T09:00:00"}),
    "a time that does not exist": (("times",), {"frozen": "2026-03-02T25:00:00+08:00"}),
    "an unknown time": (("times",), {"started": "2026-03-02T09:00:00+08:00"}),
    "a replacement of no kind": (("replacements",), [{"kind": "other"}]),
    "a replacement that is no object": (("replacements",), [3]),
    "a list for an object": (("public",), []),
    "a text for a list": (("teams",), "x"),
}


@pytest.mark.parametrize("name", WRONG_FORMS)
def test_a_wrong_form_is_refused(name: str):
    path, new = WRONG_FORMS[name]
    forged = edited(VECTORS[0], path, new)
    assert set(failed(verify(resealed(forged)))) & {"form", "inputs", "commitments"}


def test_another_algorithm_is_refused():
    assert failed(verify(canon({**VECTORS[0], "alg": "md5"}))) == ["form"]


@pytest.mark.parametrize("value", [None, 3, "x", [], {}, {"void": 1}, 1.5, {"a": None}])
def test_what_is_no_record_fails_without_an_exception(value: Any):
    assert failed(verify(value)) == ["form"]


# --- Void attempts ---------------------------------------------------------------------------


def void_attempt(**existed: Any) -> dict[str, Any]:
    pool, closed = ceremony.public(), ceremony.annex()
    void = {"reason": "MKT 未按时揭示", "party": "MKT", "time": "2026-03-02T09:00:00+08:00"}
    times = {"frozen": "2026-03-01T09:00:00+08:00"}
    return rules.void_record(pool, closed, attempt=1, void=void, times=times, **existed)


def void_attempts() -> list[dict[str, Any]]:
    secrets = ceremony.secrets_of(1)
    shown = ceremony.commitments_of(ceremony.public(), ceremony.annex(), secrets)
    one = {"ECO": shown["ECO"]}
    return [
        void_attempt(),
        void_attempt(struck=[], commitments=one),
        void_attempt(struck=[], commitments=shown, reveals={}),
        void_attempt(struck=[], commitments=shown, reveals={"ECO": secrets["ECO"]}),
    ]


@pytest.mark.parametrize("made", void_attempts())
def test_a_void_attempt_leaves_a_file_that_holds(made: dict[str, Any]):
    assert all_pass(verify(canon(made)))
    assert all_pass(verify(canon(made), canon(ceremony.annex())))
    assert not {"key", "strata", "teams", "replacements"} & set(made)
    raw = canon(made)
    for at in range(len(raw)):
        assert failed(verify(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])), at


def test_no_void_once_both_reveals_are_in():
    secrets = ceremony.secrets_of(1)
    shown = ceremony.commitments_of(ceremony.public(), ceremony.annex(), secrets)
    with pytest.raises(Malformed, match="both reveals"):
        void_attempt(struck=[], commitments=shown, reveals=secrets)
    forged = resealed(void_attempt(struck=[], commitments=shown), reveals=secrets)
    assert failed(verify(forged)) == ["commitments"]


def test_a_void_file_that_claims_more_than_existed_fails():
    last = void_attempts()[-1]
    assert failed(verify(resealed(last, commitments={}))) == ["commitments"]
    assert failed(verify(resealed(last, reveals={"ECO": "00" * 32}))) == ["commitments"]
    assert failed(verify(resealed(last, key="00" * 32))) == ["form"]
    early = {**last["void"], "time": "2026-03-01T08:59:59+08:00"}
    assert failed(verify(resealed(last, void=early))) == ["times"]
    executed = {**last["times"], "executed": "2026-03-01T10:00:00+08:00"}
    assert failed(verify(resealed(last, times=executed))) == ["times"]
