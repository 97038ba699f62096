"""The catalogue comes from a file; later versions are added by the legal role."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

from agencies.matters.models import Matter

MATTERS = Path(__file__).parent.parent / "seeds" / "matters.csv"


def seed_matters() -> None:
    """Add what is missing; a version that somebody edited since is left as it is."""
    with MATTERS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            from_on = dt.date.fromisoformat(row["from_on"]) if row["from_on"] else None
            facts = {
                name: row[name]
                for name in ("kind", "authority", "title", "basis", "penalty", "mark")
            }
            known = Matter.objects.filter(code=row["code"], from_on=from_on)
            if not known.exists():
                Matter.objects.create(code=row["code"], from_on=from_on, **facts)
