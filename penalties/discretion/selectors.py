"""The bounds of a violation on a day, and what they say in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from penalties.discretion.choices import WEIGHTY_KINDS, PenaltyKind
from penalties.discretion.models import PenaltyBound
from penalties.discretion.rules import Circumstances, Fault, Span, check_fine, span_of
from portal.errors import Refused
from portal.law.models import LegalBasis


def bound_on(code: str, party: str, day: dt.date) -> PenaltyBound | None:
    """The row of a violation for a kind of party and the day of the act."""
    rows = PenaltyBound.objects.in_force(day).filter(code=code, party=party)
    return rows.order_by(F("from_on").desc(nulls_last=True), "-pk").first()


def demand_fine(
    code: str, party: str, day: dt.date, fine: Decimal, circumstances: Circumstances
) -> None:
    """Refused, with the bounds in a sentence, unless this fine may stand on its basis."""
    if fine == 0:
        return
    bound = bound_on(code, party, day)
    if bound is None:
        words = {"code": code, "day": day.isoformat()}
        message = _(
            "事项 %(code)s 在 %(day)s 没有对该类当事人的罚款幅度，不能罚款。请核对事项和当事人。"
        )
        raise Refused(message % words, code="no_bounds")
    fault = check_fine(bound.bounds(), fine, circumstances)
    if fault is not None:
        raise Refused(why_not(bound, fine, fault), code=f"fine_{fault.code}")


def demand_kinds(code: str, party: str, day: dt.date, kinds: Collection[str]) -> None:
    """Refused for a weighty kind of penalty that the basis does not name."""
    weighty = set(kinds) & WEIGHTY_KINDS
    if not weighty:
        return
    bound = bound_on(code, party, day)
    unknown = sorted(weighty - (set(bound.other_kinds) if bound else set()))
    if unknown:
        labels = "、".join(str(PenaltyKind(kind).label) for kind in unknown)
        message = _("事项 %(code)s 的法律依据没有规定：%(kinds)s，不能作出该类处罚。")
        raise Refused(message % {"code": code, "kinds": labels}, code="kind_without_basis")


def in_words(bound: PenaltyBound, circumstances: Circumstances) -> str:
    """罚款 20,000–200,000 元, with the basis; or why there is none."""
    span = span_of(bound.bounds(), circumstances)
    if isinstance(span, Fault):
        return why_not(bound, Decimal(0), span)
    words = {"span": _span(span), "basis": bound.basis}
    return _("罚款幅度 %(span)s（%(basis)s）。") % words


def why_not(bound: PenaltyBound, fine: Decimal, fault: Fault) -> str:
    """Why a fine cannot stand, with the bounds that it should keep."""
    words = {
        "fine": f"{fine:,.2f}",
        "span": _span(fault.span) if fault.span else "",
        "basis": bound.basis,
    }
    told = {
        "above": _("罚款 %(fine)s 元超出法定幅度 %(span)s（%(basis)s），请调整。"),
        "below": _(
            "罚款 %(fine)s 元低于法定幅度 %(span)s（%(basis)s）；"
            "减轻处罚须选择行政处罚法第三十二条的情节并说明理由。"
        ),
        "needs_order": _(
            "%(basis)s：须先责令改正，逾期未改正的方可罚款（%(span)s）。请先记录责令改正和复查情况。"
        ),
        "no_fee": _("%(basis)s按检测费用的倍数计算罚款，请先填写检测费用。"),
        "no_severe": _("%(basis)s没有“情节严重”的罚款幅度，请改按一般情节处理。"),
        "no_fine": _("%(basis)s没有罚款幅度，不能罚款。"),
    }
    return told[fault.code] % words


def _span(span: Span) -> str:
    if span.low == span.high:
        return _("%(sum)s 元（固定数额）") % {"sum": f"{span.low:,.0f}"}
    return _("%(low)s–%(high)s 元") % {"low": f"{span.low:,.0f}", "high": f"{span.high:,.0f}"}


# --- The provisions that a paper names ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Grounds:
    """违反条款 and 处罚依据 as they were chosen, with what the officer adds in own words."""

    bases: Sequence[LegalBasis] = ()
    violated: Sequence[LegalBasis] = ()
    basis_words: str = ""
    violation_words: str = ""

    def texts(self) -> dict[str, Any]:
        """What a paper prints and keeps, whatever becomes of the rows later."""
        return {
            "basis": composed(self.bases, self.basis_words),
            "basis_words": self.basis_words,
            "violation": composed(self.violated, self.violation_words),
            "violation_words": self.violation_words,
            "cited": {"bases": _kept(self.bases), "violated": _kept(self.violated)},
        }


def likely_grounds(code: str, party: str, act_on: dt.date, matter_basis: str) -> Grounds:
    """The provisions of the bounds and of the matter, as of the day of the act.

    Where no duty is known by its own article, the provision that punishes also names the act.
    """
    named = LegalBasis.objects.cited_in(matter_basis).in_force(act_on)
    bound = bound_on(code, party, act_on)
    priced = bound.bases.in_force(act_on) if bound else LegalBasis.objects.none()
    duties = bound.duties.in_force(act_on) if bound else LegalBasis.objects.none()
    bases = list(priced) or list(named)
    return Grounds(bases=bases, violated=list(duties) or bases)


def demand_grounds(
    grounds: Grounds, *, act_on: dt.date, step_on: dt.date, punishes: bool = True
) -> None:
    """Refused without a chosen provision, and for one that is law on neither day.

    Who is not punished has broken nothing that the paper would have to name.
    """
    if not grounds.bases:
        message = _("请从法规库中选择处罚依据；自行填写的文字只能作为补充。")
        raise Refused(message, code="no_basis")
    if punishes and not grounds.violated:
        message = _("请从法规库中选择违反条款；自行填写的文字只能作为补充。")
        raise Refused(message, code="no_violation")
    for row in (*grounds.bases, *grounds.violated):
        if not row.is_in_force(act_on) and not row.is_in_force(step_on):
            words = {"basis": str(row), "act": act_on.isoformat(), "day": step_on.isoformat()}
            message = _("%(basis)s在行为日期 %(act)s 和本步骤日期 %(day)s 均不适用，请重新选择。")
            raise Refused(message % words, code="basis_not_in_force")


def demand_priced(code: str, party: str, act_on: dt.date, bases: Sequence[LegalBasis]) -> None:
    """Refused for a fine that cites none of the provisions which set its bounds."""
    bound = bound_on(code, party, act_on)
    priced = set(bound.bases.values_list("pk", flat=True)) if bound else set()
    if priced and priced.isdisjoint(row.pk for row in bases):
        message = _("罚款须引用规定其幅度的条款（%(basis)s），请在处罚依据中选择。")
        raise Refused(message % {"basis": bound.basis if bound else ""}, code="basis_of_bounds")


def composed(rows: Sequence[LegalBasis], words: str) -> str:
    """The printed text: title, article and text of each provision, then the officer's words."""
    lines = [f"{row.citation()}：{row.text}" if row.text else row.citation() for row in rows]
    return "\n".join([*lines, *([words.strip()] if words.strip() else [])])


def _kept(rows: Sequence[LegalBasis]) -> list[dict[str, Any]]:
    return [
        {"id": row.pk, "citation": row.citation(), "number": row.number, "text": row.text}
        for row in rows
    ]
