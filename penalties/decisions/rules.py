"""What a decision must state, and that a defence never makes it heavier. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of 行政处罚法 art. 59, as they stand in a draft."""

    party_name: str = ""
    party_address: str = ""
    facts: str = ""
    evidence: str = ""
    violation: str = ""
    basis: str = ""
    reasons: str = ""
    penalties: int = 0
    performance: str = ""
    remedy: str = ""
    authority: str = ""


# Of a decision that punishes; the others have no penalty to perform.
ALWAYS = ("party_name", "party_address", "facts", "evidence", "basis", "remedy", "authority")
OF_A_PENALTY = ("violation", "reasons", "penalties", "performance")


def missing_parts(parts: Parts, *, is_penalty: bool) -> list[str]:
    """行政处罚法 art. 59: the names of the parts that a draft still lacks, in the law's order."""
    wanted = (*ALWAYS, *OF_A_PENALTY) if is_penalty else ALWAYS
    return [name for name in wanted if not _filled(getattr(parts, name))]


def _filled(value: object) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)


@dataclass(frozen=True, slots=True)
class Severity:
    """A penalty as it is compared: money in yuan, and the other kinds."""

    money: Decimal
    kinds: frozenset[str]


def heavier(decided: Severity, told: Severity) -> bool:
    """行政处罚法 art. 45: no more than the party was told of."""
    return decided.money > told.money or not decided.kinds <= told.kinds


def sum_of(amounts: Collection[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal(0))
