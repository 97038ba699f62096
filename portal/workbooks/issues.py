"""What a reading has to say about cells, and what people answered to it."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

Tier = Literal["format", "validity", "plausible", "file", "note"]

# note: a correction we made ourselves and show; it asks for nothing.
BLOCKING: frozenset[Tier] = frozenset({"format", "validity", "plausible", "file"})


class Issue(NamedTuple):
    """One thing to mend or to confirm. `cell` is Excel's (B7), empty for the file as a whole.

    `value` is the cell as the uploader wrote it, cut to 200 characters. `field` and `key` name the
    column's field and the row's key, so that a confirmation still fits after rows have moved.
    """

    sheet: str
    cell: str
    value: str
    code: str
    tier: Tier
    message: str
    suggestion: str = ""
    field: str = ""
    key: str = ""

    def as_json(self) -> dict[str, str]:
        """The seven names of the API."""
        return {name: getattr(self, name) for name in Issue._fields[:7]}


@dataclasses.dataclass(frozen=True, slots=True)
class Confirmation:
    """A person's reason why a plausible issue is right as it stands.

    What comes from the page or the API has `cell` and `code`; what is kept for the next upload of
    the same period is made by `remember` and is found again by row key, field and value.
    """

    cell: str
    code: str
    reason: str
    field: str = ""
    key: str = ""
    value: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Settled:
    """After confirmations: what still blocks, what was confirmed and why, what fits nothing."""

    open: tuple[Issue, ...]
    confirmed: tuple[tuple[Issue, Confirmation], ...]
    unmatched: tuple[Confirmation, ...]


def remember(issue: Issue, reason: str) -> Confirmation:
    """A confirmation of this issue that survives moved rows in a later upload."""
    return Confirmation(issue.cell, issue.code, reason, issue.field, issue.key, issue.value)


def confirm(issues: Sequence[Issue], confirmations: Iterable[Confirmation]) -> Settled:
    """Apply confirmations with a reason to plausible issues; nothing else can be confirmed away."""
    by_cell: dict[tuple[str, str], Confirmation] = {}
    by_row: dict[tuple[str, ...], Confirmation] = {}
    given = list(confirmations)
    for confirmation in given:
        if not confirmation.reason.strip():
            continue
        if confirmation.field or confirmation.value:
            by_row[_identity(confirmation)] = confirmation
        else:
            by_cell[confirmation.cell, confirmation.code] = confirmation
    still_open: list[Issue] = []
    confirmed: list[tuple[Issue, Confirmation]] = []
    for issue in issues:
        answer = by_row.get(_identity(issue)) or by_cell.get((issue.cell, issue.code))
        if issue.tier == "plausible" and answer:
            confirmed.append((issue, answer))
        elif issue.tier in BLOCKING:
            still_open.append(issue)
    used = {id(answer) for _, answer in confirmed}
    unmatched = tuple(answer for answer in given if id(answer) not in used)
    return Settled(tuple(still_open), tuple(confirmed), unmatched)


def _identity(item: Issue | Confirmation) -> tuple[str, ...]:
    """Without a row key the cell itself is the only thing that tells two rows apart."""
    return (item.key or f"@{item.cell}", item.field, item.code, item.value)
