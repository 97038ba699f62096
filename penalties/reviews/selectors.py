"""What looks at a case are still due, by the law of the day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _

from penalties.cases.choices import Procedure
from penalties.cases.models import Case
from penalties.discretion.choices import WEIGHTY_KINDS, PartyKind
from penalties.reviews import rules
from penalties.reviews.choices import DiscussionPurpose, ReviewKind, ReviewResult
from penalties.reviews.models import Discussion, Review
from portal.clocks.days import Since
from portal.law.selectors import amount_on

NEVER = Decimal("Infinity")


def weight_of(case: Case, *, heard: bool = False) -> rules.Weight:
    """The case as the rules of review see it: with what is proposed at present."""
    return rules.Weight(
        market=case.procedure == Procedure.MARKET,
        money=case.proposed_fine + case.proposed_confiscation,
        weighty_kinds=not WEIGHTY_KINDS.isdisjoint(case.proposed_kinds),
        complex=case.is_complex,
        public_interest=case.public_interest,
        heard=heard,
    )


def legal_due(case: Case, *, heard: bool = False) -> list[str]:
    """Why legal review is due and not done yet: the triggers; empty when nothing is missing.

    A hearing asks for a legal review after it, whatever was reviewed before.
    """
    triggers = rules.legal_triggers(weight_of(case, heard=heard))
    passed = Review.objects.filter(
        case=case, kind=ReviewKind.LEGAL, result=ReviewResult.PASSED, superseded=False
    )
    if heard and not passed.filter(after_notice=True).exists():
        return triggers
    return [] if passed.exists() else triggers


def discussion_due(case: Case, day: dt.date) -> list[str]:
    """Why collective discussion is due and not done yet; empty when nothing is missing."""
    carried = Discussion.objects.filter(
        case=case, purpose=DiscussionPurpose.PENALTY, carried=True, superseded=False
    )
    if carried.exists():
        return []
    ecology = case.procedure == Procedure.ECOLOGY
    threshold = amount_on("discussion.ecology.amount", day) if ecology else NEVER
    return rules.discussion_triggers(weight_of(case), threshold)


def hearing_due(case: Case, day: dt.date) -> bool:
    """Whether the party must be told of its right to a hearing (处罚法 art. 63)."""
    code = "person" if case.party == PartyKind.PERSON else "organisation"
    threshold = amount_on(f"hearing.shanghai.{code}", day)
    weight = weight_of(case)
    return rules.hearing_due(weight.money, threshold, weighty_kinds=weight.weighty_kinds)


def steps_before(case: Case) -> list[Since]:
    """The opening, the reviews and discussions that count, and the hearing, each with its day:
    what comes next does not lie before them."""
    reviewed = Review.objects.filter(case=case, superseded=False)
    held = Discussion.objects.filter(case=case, purpose=DiscussionPurpose.PENALTY, superseded=False)
    return [
        (_("立案日期"), case.opened_on),
        (_("审核日期"), reviewed.aggregate(last=Max("reviewed_on"))["last"]),
        (_("讨论日期"), held.aggregate(last=Max("held_on"))["last"]),
        (_("听证举行日期"), case.heard_on),
    ]


def discussed_until(case: Case) -> dt.date | None:
    """The day to which a collective discussion lengthened the term (D09b)."""
    rows = Discussion.objects.filter(case=case, purpose=DiscussionPurpose.EXTENSION, carried=True)
    last = rows.order_by("-pk").first()
    return last.until if last else None
