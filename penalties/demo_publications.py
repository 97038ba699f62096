"""What the public reads of the demo's penalties: publications in every state."""

from __future__ import annotations

import datetime as dt
from itertools import cycle

from penalties.decisions.choices import Standing
from penalties.decisions.selectors import ban_of, change_of
from penalties.demo import Bench, _bench
from penalties.models import Decision, PenaltyPublication
from penalties.publication import services as publication
from penalties.publication.choices import MAY_STAY_OUT, PublicationKind, PublicationState
from portal.access import job_actor
from portal.demo import DemoPlan

FATES = ("draft", "out", "reviewing", "out", "corrected", "out", "exempt", "out")
# 信用修复管理办法: before it the credit notices were made elsewhere, and their terms are over.
CREDIT_RULES_FROM = dt.date(2026, 4, 1)


def load(plan: DemoPlan) -> None:
    """Demo part 55: publications in every state, of each penalty that was decided."""
    rows = Decision.objects.exclude(decided_on=None).order_by("decided_on", "pk")
    rows = rows.select_related("case__agency__region", "case__institution__region")
    benches = {
        code: _bench(code, plan) for code in set(rows.values_list("case__agency__code", flat=True))
    }
    fates = cycle(FATES)
    for decision in rows:
        bench = benches[decision.case.agency.code]
        officer = bench.actor("officer")
        prepared = publication.prepare(decision, actor=officer)
        fate = _fate(decision) or next(fates) if prepared else ""
        for row in prepared:
            if row.state == PublicationState.DRAFT:
                _publish(bench, fate, row)
        if change_of(decision) is not None:
            publication.follow_change(decision, on=plan.today, actor=job_actor("demo"))
    annulled = PenaltyPublication.objects.filter(decision__standing=Standing.ANNULLED)
    for row in annulled.exclude(published_on=None).select_related("case__agency", "decision__case"):
        reason = publication.explanation(row.decision)
        leader = benches[row.case.agency.code].actor("leader")
        publication.withdraw(row, reason=reason, on=plan.today, actor=leader)


def _fate(decision: Decision) -> str:
    """What a court touched, and what carries a ban, was made public."""
    return "out" if decision.standing != Standing.IN_FORCE or ban_of(decision) else ""


def _publish(bench: Bench, fate: str, row: PenaltyPublication) -> None:
    """Prepared by the officer, reviewed by the chief, out within the legal days."""
    officer, chief = bench.actor("officer"), bench.actor("chief")
    if row.kind == PublicationKind.CREDIT and row.due_on < CREDIT_RULES_FROM:
        reason = "历史案件：信用信息已在原平台公示，公示期已满。"
        publication.withdraw(row, reason=reason, on=row.due_on, actor=chief)
        return
    ahead = row.due_on > bench.today
    if fate == "exempt" and row.breach_class in MAY_STAY_OUT and not ahead:
        reason = "轻微失信，且已及时改正。"
        publication.move(row, "exempt", reason=reason, on=row.due_on, actor=chief)
        return
    if fate == "draft" and not ahead:
        return
    publication.submit(row, actor=officer)
    if fate == "reviewing" and not ahead:
        return
    on = min(row.due_on, bench.today)
    publication.approve(row, publish_on=row.due_on, on=on, actor=chief)
    if fate == "corrected" and not ahead:
        _correct(bench, row)


def _correct(bench: Bench, row: PenaltyPublication) -> None:
    """The public text named the wrong day; it was mended a week after."""
    officer, on = bench.actor("officer"), row.due_on + dt.timedelta(days=7)
    reason = "更正违法事实的表述。"
    publication.move(row, "correct", reason=reason, on=on, actor=officer)
    row.refresh_from_db()
    texts = {name: getattr(row, name) for name in publication.TEXTS}
    texts["note"] = "更正：违法事实表述有误，现予更正。"
    publication.edit(row, texts=texts, version=row.version, actor=officer)
    row.refresh_from_db()
    publication.submit(row, actor=officer)
    publication.approve(row, publish_on=on, on=on, actor=bench.actor("chief"))
