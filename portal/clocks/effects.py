"""What happens by date: functions registered under a rule's code, run once for each clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.access import Actor
    from portal.clocks.models import Clock

LAST_WORKING_DAY = "last_working_day"
Effect = Callable[["Clock", dt.date, dt.datetime, "Actor"], None]


@dataclass(frozen=True, slots=True)
class EffectSpec:
    """One registered effect. ``days`` from the due day: negative before, positive after."""

    code: str
    key: str
    function: Effect
    days: int
    last_working_day: bool


_specs: dict[str, EffectSpec] = {}


def effect(
    code: str, *, before: int | str | None = None, after: int | None = None
) -> Callable[[Effect], Effect]:
    """Run ``f(clock, legal_on, now, actor)`` at T−before or T+after of every clock of a rule.

    ``before`` is a number of calendar days or "last_working_day" (the last one before the due
    day). Each effect runs once for each clock and due day, in legal order, after any downtime;
    ``legal_on`` is its legal date, ``now`` the real time. It must be safe to repeat after a
    failure, and its function's name is lasting: rows in the database refer to it.
    """
    if (before is None) == (after is None):
        raise ValueError("An effect is either before or after the due day.")
    if isinstance(before, str) and before != LAST_WORKING_DAY:
        raise ValueError(f"before is a number of days or {LAST_WORKING_DAY!r}, not {before!r}.")

    def register(function: Effect) -> Effect:
        key = f"{code} {_words(before, after)} {function.__name__}"
        days = -before if isinstance(before, int) else after or 0
        spec = EffectSpec(code, key, function, days, before == LAST_WORKING_DAY)
        known = _specs.setdefault(key, spec)
        if known.function is not function:
            raise ValueError(f"The effect {key!r} is registered twice.")
        return function

    return register


def registered_effects() -> list[EffectSpec]:
    return sorted(_specs.values(), key=lambda spec: spec.key)


def effect_named(key: str) -> EffectSpec | None:
    return _specs.get(key)


def _words(before: int | str | None, after: int | None) -> str:
    if before == LAST_WORKING_DAY:
        return "T-last-working-day"
    return f"T-{before}" if before is not None else f"T+{after}"
