"""Who may go on a visit, and what its arrival needs. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEAST_OF_EACH_BUREAU = 2  # 行政处罚法 art. 42; regulation §5.4 step 3


@dataclass(frozen=True, slots=True)
class Seat:
    """An inspector of a team: for which bureau, and what decides whether it may go."""

    name: str
    bureau: str
    valid_from: dt.date
    valid_to: dt.date
    leave_from: dt.date | None = None
    leave_to: dt.date | None = None
    is_struck_off: bool = False
    is_recused: bool = False


def fault_of(seat: Seat, day: dt.date) -> str:
    """Why this inspector may not inspect on a day; "" when nothing is against it (§5.4)."""
    if seat.is_struck_off:
        return "struck_off"
    if not seat.valid_from <= day <= seat.valid_to:
        return "expired"
    if seat.leave_from and seat.leave_to and seat.leave_from <= day <= seat.leave_to:
        return "on_leave"
    return "recused" if seat.is_recused else ""


def team_faults(
    seats: Sequence[Seat], bureaus: Iterable[str], day: dt.date
) -> list[tuple[str, str]]:
    """(fault, whose) of a team on a day: every unfit inspector, every bureau with too few.

    A joint visit needs two of each bureau, since each makes its own record (§5.4 step 3).
    """
    faults = [(fault_of(seat, day), seat.name) for seat in seats]
    found = [(fault, name) for fault, name in faults if fault]
    fit = Counter(seat.bureau for seat in seats if not fault_of(seat, day))
    missing = [each for each in bureaus if fit[each] < LEAST_OF_EACH_BUREAU]
    return found + [("too_few", bureau) for bureau in missing]


def is_recused(notes: str, *, name: str, uscc: str) -> bool:
    """Whether a person's declared recusals (行政处罚法 art. 43) name this institution."""
    return any(word and word in notes for word in (name, uscc))


def printed_name(name_then: str, name_now: str) -> str:
    """EV1: earlier papers keep the old name; later ones print both."""
    return name_now if name_then == name_now else f"{name_now}（原名：{name_then}）"
