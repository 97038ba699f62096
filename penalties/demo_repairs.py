"""The demo's credit repairs: one granted, one refused, one that waits for a second person."""

from __future__ import annotations

from penalties.demo import MARKET_ACTS, Bench, _bench
from penalties.models import PenaltyPublication
from penalties.publication.choices import PublicationKind
from penalties.repairs import services as repairs
from penalties.repairs.selectors import checks_of
from portal.demo import DemoPlan


def load(plan: DemoPlan) -> None:
    """Demo part 56: applications to end a publication of the market bureau early."""
    bench = _bench("market", plan)
    codes = [code for code, _facts, _fine in MARKET_ACTS]
    rows = PenaltyPublication.objects.in_public(plan.today).filter(
        kind=PublicationKind.DISCLOSURE,
        case__agency=bench.agency,
        case__matter_code__in=codes,
        decision__standing="in_force",
    )
    wanted = {"granted", "refused", "asked"}
    for row in rows.select_related("case__institution", "decision").order_by("pk"):
        wanted -= {_apply(bench, row, wanted)}
        if not wanted:
            return


def _apply(bench: Bench, row: PenaltyPublication, wanted: set[str]) -> str:
    """Record one application where its outcome is still wanted; what became of it."""
    paid = row.case.closed_on is not None
    fate = "granted" if paid else "refused" if "refused" in wanted else "asked"
    if fate not in wanted:
        return ""
    today = bench.today
    application = repairs.Application(
        applied_on=today,
        grounds="罚款已缴清，问题已整改。" if paid else "已申请分期缴纳罚款，请求提前停止公示。",
        harm_removed="已收回有问题的报告并重新监测。",
        list_checked_on=today,
        listed=False,
    )
    made = repairs.apply(row, application=application, actor=bench.actor("officer"))
    chief = bench.actor("chief")
    met = all(check.met for check in checks_of(made, today))
    if fate == "granted" and met:
        repairs.grant(made, opinion="符合条件，准予修复。", on=today, actor=chief)
    elif fate == "refused":
        repairs.refuse(made, opinion="罚款尚未缴清，不予修复。", on=today, actor=chief)
    return fate if fate != "granted" or met else ""
