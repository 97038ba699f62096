"""What a decision says and what it brings with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.delegations.choices import DelegationKind
from agencies.delegations.selectors import may_decide
from penalties.cases.choices import Outcome
from penalties.cases.models import Case
from penalties.cases.selectors import circumstances, printed_name
from penalties.consultations.services import demand_settled
from penalties.decisions.choices import OWN_RESULTS, TAKES_BACK, ChallengeResult
from penalties.decisions.models import Challenge, Decision, PenaltyLine
from penalties.decisions.rules import Severity, heavier, missing_parts, sum_of
from penalties.discretion.choices import MITIGATING, MONEY_KINDS, BanKind, PartyKind, PenaltyKind
from penalties.discretion.selectors import (
    Grounds,
    bound_on,
    demand_ban_length,
    demand_fine,
    demand_grounds,
    demand_kinds,
    demand_priced,
    demand_term,
)
from penalties.notices.selectors import present_notice
from penalties.notices.services import demand_defence_over, demand_reviewed
from penalties.reviews import selectors as reviews
from portal.access import Actor
from portal.clocks.days import Since
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
    """A restriction that a decision brings with it; the sharing rooms carry it out.

    ``until`` is the last day that the decision itself names, else ``years`` are the law's.
    """

    kind: str
    years: int | None
    from_on: dt.date
    basis: str
    until: dt.date | None = None


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


def steps_before(case: Case) -> list[Since]:
    """What comes before a decision, each step with its day: it is never made before them."""
    notice = present_notice(case)
    answered = case.defences.aggregate(last=Max("answered_on"))["last"]
    told: list[Since] = [(_("陈述申辩复核日期"), answered)]
    if notice is not None:
        told += [(_("告知送达日期"), notice.served_on), (_("放弃日期"), notice.waived_on)]
    return [*reviews.steps_before(case), *told]


def change_of(decision: Decision) -> Challenge | None:
    """The newest result that took the decision back, whole or in part."""
    rows = decision.challenges.filter(result__in=TAKES_BACK)
    found: Challenge | None = rows.order_by("-result_on", "-pk").first()
    return found


def stays_out(decision: Decision) -> bool:
    """Annulled, void or found unlawful: not to be published any more (处罚法 art. 48)."""
    fallen = TAKES_BACK - {ChallengeResult.CHANGED}
    return bool(decision.challenges.filter(result__in=fallen).exists())


def demand_lighter(case: Case, new_fine: Decimal) -> None:
    """A review, a suit and the bureau's own change never make a penalty heavier."""
    fine = case.fine or Decimal(0)
    if new_fine > fine:
        words = {"new": f"{new_fine:,.2f}", "fine": f"{fine:,.2f}"}
        message = _(
            "变更后的罚款 %(new)s 元高于现有罚款 %(fine)s 元。变更只能减轻；"
            "需要加重处罚的，应当重新调查、告知后另行决定。"
        )
        raise Refused(message % words, code="heavier")


def demand_own(
    decision: Decision, result: str, new_fine: Decimal | None, *, on: dt.date, actor: Actor
) -> None:
    """自行纠正: what the bureau itself may find, by whose powers reach it, within the bounds."""
    demand_power(severity_of(list(decision.lines.all())).money, on, actor)
    if result not in OWN_RESULTS:
        raise Refused(_("自行纠正只能维持、变更或者撤销本机关的决定。"), code="not_own_result")
    if new_fine == 0:
        raise Refused(_("不再罚款的，请选择“撤销”。"), code="no_fine")
    if new_fine is not None:
        case = decision.case
        conditions = circumstances(case, mitigated=not MITIGATING.isdisjoint(decision.factors))
        demand_fine(case.matter_code, case.party, case.act_on, new_fine, conditions)


def demand_power(money: Decimal, on: dt.date, actor: Actor) -> None:
    """Refused where the powers lent do not reach a sum (yuan)."""
    if actor.is_staff and not may_decide(actor, DelegationKind.APPROVE, day=on, amount=money):
        message = _("授权代办的金额上限不足以决定 %(sum)s 元的案件，请由授权人本人决定。")
        raise Refused(message % {"sum": f"{money:,.2f}"}, code="beyond_delegation")


def fine_of(decision: Decision) -> Decimal:
    """The fine in yuan; zero when there is none."""
    return sum_of([line.amount for line in decision.lines.all() if line.kind == PenaltyKind.FINE])


def severity_of(lines: list[PenaltyLine]) -> Severity:
    """The lines as they are compared with what the party was told."""
    money = sum_of([line.amount for line in lines if line.kind in MONEY_KINDS])
    return Severity(money, frozenset(line.kind for line in lines))


def ban_of(decision: Decision) -> Ban | None:
    """The restriction that the decision brings, if any.

    No purchases: by law, with the decision (上海市检验检测条例 art. 21). No work in the trade: a
    penalty (处罚法 art. 9), so only where the decision states it after notice and hearing.
    """
    case = decision.case
    bound = bound_on(case.matter_code, case.party, case.act_on)
    if bound is None or not bound.ban_kind or decision.decided_on is None:
        return None
    if decision.outcome != "penalty":
        return None
    ban = Ban(bound.ban_kind, bound.ban_years, decision.decided_on, bound.basis)
    if bound.ban_kind != BanKind.OCCUPATION:
        return ban
    lines = [line for line in decision.lines.all() if line.kind == PenaltyKind.OCCUPATION]
    if not lines:
        return None
    until = max((line.until for line in lines if line.until), default=None)
    return None if until is None and ban.years is None else replace(ban, until=until)


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


# --- Whether it may be made ----------------------------------------------------------------------


def demand_sound(decision: Decision, day: dt.date) -> None:
    """Refused while a part of art. 59 is missing, a step was skipped, or a bound is broken."""
    case = decision.case
    is_penalty = decision.outcome == Outcome.PENALTY
    missing = missing_parts(decision.parts(), is_penalty=is_penalty)
    if missing:
        labels = "、".join(str(PART_LABELS[name]) for name in missing)
        message = _("决定书缺少行政处罚法第五十九条要求的内容：%(parts)s。")
        raise Refused(message % {"parts": labels}, code="missing_parts")
    if is_penalty:
        _check_penalty(decision, day)
    elif decision.lines.exists():
        raise Refused(_("不予处罚、撤案或者移送的决定不能列出处罚。"), code="no_penalty")
    else:
        grounds = grounds_of(decision)
        demand_grounds(grounds, act_on=case.act_on, step_on=day, punishes=False)
        demand_reviewed(case, day, heard=case.heard_on is not None)


def _check_penalty(decision: Decision, day: dt.date) -> None:
    case = decision.case
    notice = present_notice(case)
    if notice is None or case.noticed_on is None:
        raise Refused(_("未经处罚告知不能作出行政处罚决定，不能跳过。"), code="not_noticed")
    demand_defence_over(notice, day)
    if case.defences.filter(result="").exists():
        raise Refused(_("还有陈述申辩没有复核，请先填写复核意见。"), code="unanswered")
    demand_reviewed(case, day, heard=case.heard_on is not None)
    lines = list(decision.lines.all())
    decided = severity_of(lines)
    told = Severity(notice.fine + notice.confiscation, frozenset(notice.kinds))
    if heavier(decided, told):
        message = _(
            "处罚重于告知的内容。不得因陈述申辩加重处罚（行政处罚法第四十五条）；事实有变的，请重新调查、重新告知。"
        )
        raise Refused(message, code="heavier")
    conditions = circumstances(case, mitigated=not MITIGATING.isdisjoint(decision.factors))
    fine = sum_of([line.amount for line in lines if line.kind == PenaltyKind.FINE])
    grounds = grounds_of(decision)
    demand_grounds(grounds, act_on=case.act_on, step_on=day)
    if fine:
        demand_settled(case)
        demand_priced(case.matter_code, case.party, case.act_on, grounds.bases)
    demand_fine(case.matter_code, case.party, case.act_on, fine, conditions)
    demand_kinds(case.matter_code, case.party, case.act_on, list(decided.kinds))
    _check_terms(lines, case, day, mitigated=conditions.mitigated)


def _check_terms(
    lines: Sequence[PenaltyLine], case: Case, day: dt.date, *, mitigated: bool
) -> None:
    """What lasts ends after the decision, and a ban lasts as long as the law says."""
    for line in lines:
        demand_term(line.kind, line.until, day)
        if line.kind == PenaltyKind.OCCUPATION and not mitigated:
            demand_ban_length(case.matter_code, case.party, case.act_on, line.until, day)
