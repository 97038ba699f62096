"""Which result codes go together, and what they still ask for (regulation §5.2). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

OR, AND = "|", ";"
NO_FINDING = "01"


def open_steps(steps: str, done: Collection[str]) -> list[list[str]]:
    """The groups of alternatives of which none is done; ``a|b;c`` is (a or b) and c."""
    groups = [group.split(OR) for group in steps.split(AND) if group]
    return [group for group in groups if not set(group) & set(done)]


def binds(authority: str, kind: str, kinds: Iterable[str]) -> bool:
    """Whether a code's steps bind a bureau of this kind.

    A code of one bureau binds that bureau alone, where it takes part; of ``kinds`` of a visit the
    others may say the same of a closed door without owing the step (EV17).
    """
    return authority not in kinds or authority == kind


def clash(code: str, is_alone: bool, others: Iterable[tuple[str, bool]], findings: int) -> str:
    """Why a bureau may not add this code; "" when it may.

    ``alone``: 01 and another code exclude each other. ``findings``: 01 with findings on record.
    """
    present = list(others)
    if any(other == code for other, _alone in present):
        return "twice"
    if present and (is_alone or any(alone for _other, alone in present)):
        return "alone"
    return "findings" if code == NO_FINDING and findings else ""
