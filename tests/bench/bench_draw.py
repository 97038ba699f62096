"""The draw at the size of a large city: 60,000 institutions, 2,000 inspectors, 2,000 tasks.

`ratios()` runs each step in a process of its own, for its own peak of memory: the draw from its
inputs to the sealed record's bytes, and the verification of those bytes by the portal and by the
stand-alone script. 100,000 conflicts lie where they hurt: on a few inspectors, for every task.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

INSTITUTIONS, INSPECTORS, CONFLICTS, TASKS = 60_000, 2_000, 100_000, 2_000
ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "deploy/verify_draw.py"


def ratios() -> dict[str, float]:
    """Promises: drawing, verifying and the script's verifying each ≤ 90 s and ≤ 1,024 MB."""
    with tempfile.TemporaryDirectory(prefix="bench-draw-") as folder:
        path = str(Path(folder) / "record.json")
        drawn, verified, alone = (_run(step, path) for step in ("draw", "verify", "script"))
    return {
        "tasks": drawn["tasks"],
        "unfilled": drawn["unfilled"],
        "draw_seconds": drawn["seconds"],
        "draw_mb": drawn["mb"],
        "verify_seconds": verified["seconds"],
        "verify_mb": verified["mb"],
        "script_seconds": alone["seconds"],
        "script_mb": alone["mb"],
    }


def _run(step: str, path: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.bench_draw", step, path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{step} failed:\n{done.stdout[-2000:]}{done.stderr[-3000:]}")
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def inputs() -> tuple[dict[str, Any], dict[str, Any]]:
    """A pool and its annex; the capacity of the inspectors is just enough."""
    chance = random.Random(20260302)
    institutions = [
        {"id": f"9131{at:014}", "stratum": chance.choice("ABCD"), "weight": chance.randint(1, 10)}
        for at in range(INSTITUTIONS)
    ]
    ratio = 10_000 * (TASKS - 4) // INSTITUTIONS + 1
    public = {
        "ruleset": "DRAW-1",
        "alg": "sha256",
        "draw_id": "bench",
        "authority": "bench",
        "for_date": "2026-03-02",
        "strata": [{"name": name, "ratio_bp": ratio, "floor": 1} for name in "ABCD"],
        "institutions": institutions,
        "excluded": [],
        "slots": [{"name": "lead", "dept": "ECO"}, {"name": "peer", "dept": "MKT"}],
        "beacon": "",
    }
    inspectors = [
        {"id": f"P{at:05}", "dept": ("ECO", "MKT")[at % 2], "max_load": 2, "prior_load": 0}
        for at in range(INSPECTORS)
    ]
    return public, {"salt": "00" * 32, "inspectors": inspectors, "conflicts": []}


def _draw(path: Path) -> dict[str, float]:
    from inspections.draws import rules

    public, annex = inputs()
    chance = random.Random(1)
    pairs: set[tuple[str, str]] = set()
    while len(pairs) < CONFLICTS:  # 20 of 2,000 inspectors bear a fifth of them
        few = chance.random() < 0.2
        person = annex["inspectors"][chance.randrange(20 if few else INSPECTORS)]
        pairs.add((person["id"], chance.choice(public["institutions"])["id"]))
    annex["conflicts"] = [list(pair) for pair in sorted(pairs)]
    started = time.monotonic()
    frozen = rules.freeze(public, annex)
    attempt = rules.bound_attempt(public, annex, 1)
    secrets = {"ECO": "01" * 32, "MKT": "02" * 32}
    shown = {party: rules.commitment(attempt, party, each) for party, each in secrets.items()}
    said: dict[str, Any] = {"commitments": shown, "reveals": secrets, "attempt": 1}
    result = rules.execute(public, annex, [], **said)
    made = rules.record(public, annex, [], result, **said, times={})
    path.write_bytes(rules.canon(rules.with_annex(made, annex)))
    return {
        "seconds": round(time.monotonic() - started, 1),
        "gaps": len(frozen.gaps),
        "tasks": len(result.teams),
        "unfilled": sum(len(team["unfilled"]) for team in result.teams),
    }


def _verify(path: Path) -> dict[str, float]:
    from inspections.draws.rules import verify

    started = time.monotonic()
    steps = verify(path.read_bytes())
    if not all(step.ok for step in steps):
        raise SystemExit("\n".join(map(str, steps)))
    return {"seconds": round(time.monotonic() - started, 1)}


def _script(path: Path) -> dict[str, float]:
    started = time.monotonic()
    subprocess.run([sys.executable, str(SCRIPT), str(path)], check=True, capture_output=True)
    return {"seconds": round(time.monotonic() - started, 1)}


def main(step: str, path: str) -> None:
    answer = {"draw": _draw, "verify": _verify, "script": _script}[step](Path(path))
    who = resource.RUSAGE_CHILDREN if step == "script" else resource.RUSAGE_SELF
    answer["mb"] = round(resource.getrusage(who).ru_maxrss / 1024)
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
