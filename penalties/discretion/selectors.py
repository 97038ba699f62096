"""The bounds of a violation on a day, and what they say in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from penalties.discretion.choices import (
    TERMLESS_KINDS,
    WEIGHTY_KINDS,
    BanKind,
    PenaltyKind,
)
from penalties.discretion.models import PenaltyBound
from penalties.discretion.rules import Circumstances, Fault, Span, check_fine, span_of
from portal.clocks.days import demand_meant
from portal.clocks.rules import add_months
from portal.errors import Refused
from portal.law.models import LegalBasis
from portal.templatetags.portal_ui import day as day_in_words


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


def demand_term(kind: str, until: dt.date | None, day: dt.date) -> None:
    """Refused for a last day of a penalty that has none, or that does not follow its decision."""
    if until is None:
        return
    label = PenaltyKind(kind).label
    if kind in TERMLESS_KINDS:
        message = _("“%(kind)s”没有期限，请删去该项的限制截止日期。")
        raise Refused(message % {"kind": label}, code="no_term")
    demand_meant(until, _("限制截止日期"))
    if until <= day:
        words = {"kind": label, "until": until.isoformat(), "day": day.isoformat()}
        message = _(
            "“%(kind)s”的限制截止日期 %(until)s 不晚于 %(day)s，"
            "限制自决定之日起计算，请改填决定之后的日期。"
        )
        raise Refused(message % words, code="until_before")


def demand_ban_length(
    code: str, party: str, act_on: dt.date, until: dt.date | None, decided_on: dt.date
) -> None:
    """Refused for an occupation ban shorter than the years that its basis names."""
    bound = bound_on(code, party, act_on)
    if until is None or bound is None or not bound.ban_years:
        return
    least = add_months(decided_on, 12 * bound.ban_years)
    if until < least:
        words = {"basis": bound.basis, "years": bound.ban_years, "least": least.isoformat()}
        message = _(
            "%(basis)s规定的从业禁止为 %(years)d 年，限制截止日期不能早于 %(least)s；"
            "不填写截止日期的，按法定年限计算。"
        )
        raise Refused(message % words, code="until_short")


def in_words(bound: PenaltyBound, circumstances: Circumstances) -> str:
    """罚款 20,000–200,000 元, with the basis; or why there is none."""
    span = span_of(bound.bounds(), circumstances)
    if isinstance(span, Fault):
        return why_not(bound, Decimal(0), span)
    words = {"span": _span(span), "basis": bound.basis}
    told = _("罚款幅度 %(span)s（%(basis)s）。") % words
    if bound.ban_kind == BanKind.OCCUPATION:
        told += _("从业禁止须作为“限制从业”列入拟处罚种类，告知听证权利后写入决定书，方可执行。")
    return told


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


def sums_in_words(bound: PenaltyBound) -> str:
    """The ranges of a row, whatever a case would make of them."""
    found = []
    if bound.fine_min is not None and bound.fine_max is not None:
        found.append(_span(Span(bound.fine_min, bound.fine_max)))
    if bound.severe_min is not None and bound.severe_max is not None:
        words = {"span": _span(Span(bound.severe_min, bound.severe_max))}
        found.append(_("情节严重 %(span)s") % words)
    if bound.fee_times_min is not None and bound.fee_times_max is not None:
        low, high = bound.fee_times_min.normalize(), bound.fee_times_max.normalize()
        times = {"low": f"{low:f}", "high": f"{high:f}"}
        found.append(_("检测费用 %(low)s–%(high)s 倍") % times)
    return "；".join(found) or _("未设罚款")


def facts_of(bound: PenaltyBound) -> list[tuple[Any, Any]]:
    """The definition grid of a version's page."""
    floor = ""
    if bound.floor_fee is not None:
        span = _span(Span(bound.floor_min or Decimal(0), bound.floor_max or Decimal(0)))
        floor = _("费用低于 %(fee)s 元的：%(span)s") % {
            "fee": f"{bound.floor_fee:,.0f}",
            "span": span,
        }
    kinds = "、".join(str(PenaltyKind(kind).label) for kind in bound.other_kinds)
    ban = f"{bound.get_ban_kind_display()} {bound.ban_years or ''}".strip()
    return [
        (_("监管事项编号"), bound.code),
        (_("处罚对象"), bound.get_party_display()),
        (_("罚款幅度"), sums_in_words(bound)),
        (_("费用较低的"), floor),
        (_("须先责令改正"), _("是") if bound.needs_order else _("否")),
        (_("其他处罚种类"), kinds),
        (_("附带限制（年）"), ban),
        (_("规定幅度的条款"), "；".join(str(row) for row in bound.bases.all())),
        (_("违反条款"), "；".join(str(row) for row in bound.duties.all())),
        (_("核对情况"), bound.get_mark_display()),
        (_("适用自"), day_in_words(bound.from_on)),
        (_("适用至"), day_in_words(bound.to_on)),
        (_("修改理由"), bound.reason),
        (_("提出人"), bound.proposed_by),
        (_("复核人"), bound.approved_by),
    ]


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
