"""Whose signature a record still needs. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

LEAST_OF_EACH_BUREAU = 2  # 行政处罚法 art. 42; regulation §5.4 step 7
WITNESSES = 2


def bureaus_missing(bureaus: Iterable[int], signed_for: Sequence[int]) -> list[int]:
    """Bureaus of which fewer than two inspectors have signed."""
    count = Counter(signed_for)
    return [each for each in bureaus if count[each] < LEAST_OF_EACH_BUREAU]


def is_complete(
    bureaus: Iterable[int], signed_for: Sequence[int], *, institution: bool, nobody_there: bool
) -> bool:
    """Two inspectors of each bureau, and the institution or the note of its refusal.

    Where nobody was met at the door there is nobody who could sign for the institution.
    """
    if bureaus_missing(bureaus, signed_for):
        return False
    return institution or nobody_there
