"""The bounds come from a file; later versions are added by the legal role."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

from penalties.discretion.models import PenaltyBound
from portal.law.models import LegalBasis

BOUNDS = Path(__file__).parent.parent / "seeds" / "bounds.csv"
SUMS = (
    "fine_min",
    "fine_max",
    "severe_min",
    "severe_max",
    "fee_times_min",
    "fee_times_max",
    "floor_fee",
    "floor_min",
    "floor_max",
)
WORDS = ("code", "party", "ban_kind", "basis", "mark")


def seed_bounds() -> None:
    """Add what is missing; a row that somebody edited since is left as it is."""
    with BOUNDS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            facts = _facts(row)
            key = {name: facts.pop(name) for name in ("code", "party", "from_on")}
            if not PenaltyBound.objects.filter(**key).exists():
                PenaltyBound.objects.create(**key, **facts)
            _link(PenaltyBound.objects.get(**key), row["duty"])


def _link(bound: PenaltyBound, duty: str) -> None:
    """Tie the row to the provisions that it cites, unless somebody did already."""
    if not bound.bases.exists():
        bound.bases.set(LegalBasis.objects.cited_in(bound.basis))
        bound.duties.set(LegalBasis.objects.cited_in(duty))


def _facts(row: dict[str, str]) -> dict[str, Any]:
    facts: dict[str, Any] = {name: row[name] for name in WORDS}
    facts |= {name: Decimal(row[name]) if row[name] else None for name in SUMS}
    for name in ("from_on", "to_on"):
        facts[name] = dt.date.fromisoformat(row[name]) if row[name] else None
    facts["needs_order"] = bool(row["needs_order"])
    facts["other_kinds"] = row["other_kinds"].split()
    facts["ban_years"] = int(row["ban_years"]) if row["ban_years"] else None
    return facts
