"""What a decision says and what it brings with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from penalties.cases.models import Case
from penalties.cases.selectors import printed_name
from penalties.decisions.models import Decision, PenaltyLine
from penalties.decisions.rules import Severity, sum_of
from penalties.discretion.choices import MONEY_KINDS, PartyKind, PenaltyKind
from penalties.discretion.selectors import Grounds, bound_on
from portal.access import Actor
from portal.errors import Refused
from portal.papers.models import Paper
from portal.refs import ref

DECISIONS = ("penalty_decision", "penalty_none")
PART_LABELS = {
    "party_name": gettext_lazy("当事人"),
    "party_address": gettext_lazy("当事人地址"),
    "facts": gettext_lazy("违法事实"),
    "evidence": gettext_lazy("证据"),
    "violation": gettext_lazy("违反条款"),
    "basis": gettext_lazy("处罚依据"),
    "reasons": gettext_lazy("裁量理由和申辩复核"),
    "penalties": gettext_lazy("处罚种类和内容"),
    "performance": gettext_lazy("履行方式和期限"),
    "remedy": gettext_lazy("救济途径和期限"),
    "authority": gettext_lazy("决定机关"),
}


@dataclass(frozen=True, slots=True)
class Ban:
    """A restriction that a decision brings with it by law; the sharing rooms carry it out."""

    kind: str
    years: int | None
    from_on: dt.date
    basis: str


def decision_of(case: Case, actor: Actor) -> Decision | None:
    """The decision of a case, draft or made, when the actor sees the case whole."""
    rows = Decision.objects.visible_to(actor).filter(case=case)
    found: Decision | None = rows.select_related("decided_by__user", "drafted_by__user").first()
    return found


def decision_row(case: Case) -> Decision:
    """The decision of a case as it stands in the table, for the rules; Refused without one."""
    rows = Decision.objects.select_related("case__agency", "case__institution")
    rows = rows.prefetch_related("lines", "bases", "violated")
    found: Decision | None = rows.filter(case=case).first()
    if found is None:
        raise Refused(_("还没有拟写决定书。"), code="no_draft")
    return found


def paper_of(decision: Decision) -> Paper:
    """The decision's own paper, drafted when it was made."""
    rows = Paper.objects.of(ref(decision)).filter(kind__in=DECISIONS)
    found: Paper | None = rows.select_related("agency").order_by("-pk").first()
    if found is None:
        raise Refused(_("决定尚未作出，没有决定书。"), code="no_paper")
    return found


def document_number(decision: Decision) -> str:
    """文号 of the decision, for credit records and the public; empty before it has one."""
    rows = Paper.objects.filter(subject_ref=ref(decision), kind__in=DECISIONS)
    return rows.exclude(number="").values_list("number", flat=True).first() or ""


def grounds_of(decision: Decision) -> Grounds:
    """The provisions that the decision names, as they were chosen."""
    return Grounds(
        list(decision.bases.all()),
        list(decision.violated.all()),
        decision.basis_words,
        decision.violation_words,
    )


def citations_of(decision: Decision) -> str:
    """处罚依据 as the credit record writes it: the provisions kept with the decision.

    Decisions of before the provisions were linked have their text only.
    """
    kept = decision.cited.get("bases", [])
    return "；".join(each["citation"] for each in kept) or decision.basis


def fine_of(decision: Decision) -> Decimal:
    """The fine in yuan; zero when there is none."""
    return sum_of([line.amount for line in decision.lines.all() if line.kind == PenaltyKind.FINE])


def severity_of(lines: list[PenaltyLine]) -> Severity:
    """The lines as they are compared with what the party was told."""
    money = sum_of([line.amount for line in lines if line.kind in MONEY_KINDS])
    return Severity(money, frozenset(line.kind for line in lines))


def ban_of(decision: Decision) -> Ban | None:
    """The restriction that the violation brings (上海市检验检测条例 art. 21), if any."""
    case = decision.case
    bound = bound_on(case.matter_code, case.party, case.act_on)
    if bound is None or not bound.ban_kind or decision.decided_on is None:
        return None
    if decision.outcome != "penalty":
        return None
    return Ban(bound.ban_kind, bound.ban_years, decision.decided_on, bound.basis)


def party_facts(case: Case) -> dict[str, str]:
    """Name, code and address of the party as a new paper prints them."""
    institution = case.institution
    if case.party == PartyKind.PERSON:
        words = {"name": institution.name, "post": case.person_post}
        return {
            "party_name": case.person_name,
            "party_code": "",
            "party_address": _("%(name)s（%(post)s）") % words,
        }
    return {
        "party_name": printed_name(case),
        "party_code": institution.uscc,
        "party_address": institution.address,
    }
