"""Draws made up for tests: inputs of any size and shape, whole ceremonies, the known records."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

from inspections.digests.rules import Keyed
from inspections.draws import rules
from inspections.records.rules import record_hash

VECTORS = json.loads(
    (Path(__file__).parent / "draws" / "draw_vectors.json").read_text(encoding="utf-8")
)
SCRIPT = Path(__file__).parents[2] / "deploy/verify_draw.py"
TIMES = {
    "frozen": "2026-03-01T09:00:00+08:00",
    "committed_ECO": "2026-03-01T10:00:00+08:00",
    "committed_MKT": "2026-03-01T10:05:00+08:00",
    "revealed_ECO": "2026-03-01T11:00:00+08:00",
    "revealed_MKT": "2026-03-01T10:30:00+08:00",
    "executed": "2026-03-01T11:00:01+08:00",
}


class FourBits(Keyed):
    """Tickets far too short: ties, and ids that decide them. The tests must notice."""

    def numbers(self, start: bytes, ends: list[bytes]) -> list[bytes]:
        return [bytes([each[0] >> 4]) for each in super().numbers(start, ends)]


def key_of(number: int) -> bytes:
    return number.to_bytes(32, "big")


def public(
    sizes: dict[str, int] | None = None,
    *,
    slots: tuple[tuple[str, str], ...] = (("lead", "ECO"), ("peer", "MKT")),
    weight: Any = 1,
    **changed: Any,
) -> dict[str, Any]:
    """A pool with strata of these sizes; a tenth of each is drawn unless changed."""
    sizes = sizes or {"A": 6, "B": 4}
    institutions = [
        {"id": f"{name}{at:03}", "stratum": name, "weight": weight(at) if callable(weight) else 1}
        for name, size in sizes.items()
        for at in range(size)
    ]
    return {
        "ruleset": "DRAW-1",
        "alg": "sha256",
        "draw_id": "2026-试-1",
        "authority": "甲局、乙局",
        "for_date": "2026-03-02",
        "strata": [{"name": name, "ratio_bp": 5000, "floor": 1} for name in sizes],
        "institutions": institutions,
        "excluded": [{"id": "Z001", "reason": "已注销"}],
        "slots": [{"name": name, "dept": dept} for name, dept in slots],
        "beacon": "",
        **changed,
    }


def annex(
    people: dict[str, int] | None = None,
    conflicts: tuple[tuple[str, str], ...] = (),
    **load: int,
) -> dict[str, Any]:
    """So many inspectors of each department, three tasks at most each unless told otherwise."""
    people = people or {"ECO": 3, "MKT": 3}
    load = {"max_load": 3, "prior_load": 0, **load}
    return {
        "salt": "5a" * 32,
        "inspectors": [
            {"id": f"{dept}{at:02}", "dept": dept, **load}
            for dept, count in people.items()
            for at in range(count)
        ],
        "conflicts": [list(pair) for pair in conflicts],
    }


def secrets_of(number: int, parties: tuple[str, str] = ("ECO", "MKT")) -> dict[str, str]:
    return {
        party: Random(f"{number}{party}").randbytes(32).hex()  # known secrets, on purpose
        for party in parties
    }


def commitments_of(
    pool: dict[str, Any], closed: dict[str, Any], secrets: dict[str, str], attempt: int = 1
) -> dict[str, str]:
    bound = rules.bound_attempt(pool, closed, attempt)
    return {party: rules.commitment(bound, party, secret) for party, secret in secrets.items()}


def drawn(
    pool: dict[str, Any],
    closed: dict[str, Any],
    *,
    number: int = 1,
    struck: list[dict[str, str]] | None = None,
    attempt: int = 1,
    beacon: str = "",
    times: dict[str, str] | None = None,
) -> dict[str, Any]:
    """A whole ceremony with known secrets; the officers' copy of its record."""
    secrets = secrets_of(number)
    said: dict[str, Any] = {
        "commitments": commitments_of(pool, closed, secrets, attempt),
        "reveals": secrets,
        "attempt": attempt,
        "beacon": beacon,
    }
    result = rules.execute(pool, closed, struck or [], **said)
    made = rules.record(pool, closed, struck or [], result, **said, times=times or TIMES)
    return rules.with_annex(made, closed)


def random_case(random: Random) -> tuple[dict[str, Any], dict[str, Any]]:
    """Any small pool and annex: weights, tight loads, dense conflicts, slots of anyone."""
    slots = random.choice(
        [
            (("lead", "ECO"),),
            (("lead", "ECO"), ("peer", "MKT")),
            (("first", "ECO"), ("second", "ECO"), ("extra", "*")),
        ]
    )
    sizes = {name: random.randint(0, 9) for name in random.choice(["A", "AB", "甲乙C"])}
    pool = public(
        sizes,
        slots=slots,
        weight=lambda at: random.randint(1, 10),
        alg=random.choice(["sha256", "sm3"]),
        draw_id=f"试-{random.randrange(1000)}",
    )
    for each in pool["strata"]:
        each.update(ratio_bp=random.choice([0, 1, 3333, 10000]), floor=random.randint(0, 3))
    closed = annex({"ECO": random.randint(0, 5), "MKT": random.randint(0, 4), "EXP": 1})
    for each in closed["inspectors"]:
        each.update(max_load=random.randint(0, 4), prior_load=random.randint(0, 3))
    share = random.choice([0, 0.2, 0.5, 0.8])
    closed["conflicts"] = [
        [person["id"], place["id"]]
        for person in closed["inspectors"]
        for place in pool["institutions"]
        if random.random() < share
    ]
    return pool, closed


def all_pass(steps: list[rules.Step]) -> bool:
    return all(step.ok for step in steps)


def failed(steps: list[rules.Step]) -> list[str]:
    return [step.name for step in steps if not step.ok]


def public_copy(value: dict[str, Any]) -> dict[str, Any]:
    return {key: each for key, each in value.items() if key != "annex"}


def resealed(value: dict[str, Any], **changed: Any) -> bytes:
    """What a forger does: edit, and write the hash anew."""
    forged = {**value, **changed}
    return rules.canon({**forged, "record_hash": record_hash(forged)})
