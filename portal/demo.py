"""Data that comes with the portal: seeds (the law, the regions) and the demo district.

Apps register both in ``apps.py.ready()``; seeds are idempotent and run after every migration.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """How much to make, as of which day, with the one source of chance."""

    size: str  # small, city, province
    institutions: int  # 60, 400, 10,000
    today: dt.date
    chance: random.Random


Seed = Callable[[], None]
Demo = Callable[[DemoPlan], None]
_seeds: list[tuple[int, str, Seed]] = []
_demos: list[tuple[int, str, Demo]] = []


def register_seed(order: int, function: Seed) -> None:
    """Seeds run by order: 10 regions, 20 law, 30 calendar, then the rooms'."""
    _seeds.append((order, f"{function.__module__}.{function.__qualname__}", function))


def register_demo(order: int, function: Demo) -> None:
    """Demo parts run by order: 10 agencies, 20 accounts, 30 institutions, 40 rosters."""
    _demos.append((order, f"{function.__module__}.{function.__qualname__}", function))


def seeds() -> list[Seed]:
    return [function for _order, _name, function in sorted(_seeds)]


def demos() -> list[Demo]:
    return [function for _order, _name, function in sorted(_demos)]
