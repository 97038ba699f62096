"""Which roles a delegation lends. Pure.

A kind is enforced by the roles that it lends: who stands in acts with those and no others. Which
act is of which kind, and up to which sum, are facts of the delegation that the rooms which decide
on cases and money ask by ``selectors.may_decide``.
"""

from __future__ import annotations

from collections.abc import Collection

from agencies.accounts.rules import ADMINISTRATORS, excludes

# Nobody lends handling, legal review, reporting or administration: those are a person's own.
ROLES_LENT = {
    "approve": frozenset({"leader"}),
    "review": frozenset({"chief"}),
    "sign": frozenset({"leader", "chief"}),
    "countersign": frozenset({"liaison"}),
}


def roles_lent(giver: Collection[str], kinds: Collection[str]) -> frozenset[str]:
    """Of the giver's roles, those that these kinds of delegation lend (EV4)."""
    lent: frozenset[str] = frozenset()
    for kind in kinds:
        lent |= ROLES_LENT[kind]
    return lent & frozenset(giver)


def meets_legal_review(receiver: Collection[str], kinds: Collection[str]) -> bool:
    """Whether deciding and legal review would meet in one person (行政处罚法 art. 58; EV4)."""
    return "legal" in receiver and bool(frozenset(kinds) & {"approve", "review", "sign"})


def excluded(receiver: Collection[str], lent: Collection[str]) -> bool:
    """Whether powers of business would meet one of the three administrators (三员分立)."""
    return bool(lent) and excludes(lent, frozenset(receiver) & ADMINISTRATORS)
