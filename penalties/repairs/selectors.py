"""What a repair asks for in one case, each condition in a sentence; panels and the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from penalties.decisions.choices import Standing
from penalties.models import Decision, PenaltyPublication
from penalties.performance.selectors import owed
from penalties.publication.permissions import REVIEWERS
from penalties.publication.selectors import by_order_45, penalty_of
from penalties.repairs import rules
from penalties.repairs.choices import TONES, Condition, RepairState
from penalties.repairs.models import Repair
from penalties.repairs.permissions import can_record
from portal.access import Actor
from portal.clocks import today
from portal.desk import WorkItem

MOST_ON_A_DESK = 50


@dataclass(frozen=True, slots=True)
class Check:
    """One condition, whether it is met, and what that rests on."""

    code: str
    met: bool
    label: str
    words: str

    @property
    def tone(self) -> str:
        return "ok" if self.met else "danger"


def situation_of(repair: Repair, on: dt.date) -> rules.Situation:
    """The facts of a day; what the portal cannot know comes from the application."""
    decision = repair.publication.decision
    penalty = penalty_of(decision)
    running = penalty.until is not None and penalty.until >= on
    return rules.Situation(
        kinds=penalty.kinds,
        earliest_end_on=repair.publication.earliest_end_on,
        performed=owed(decision.case, on) == 0 and not running,
        committed_on=repair.committed_on if repair.commitment_id else None,
        harm_removed=bool(repair.harm_removed.strip()),
        further_penalties=further_penalties(decision).count(),
        listed=repair.listed if repair.list_checked_on else None,
    )


def further_penalties(decision: Decision) -> Any:
    """Later penalties of the institution for the same kind of breach that still stand."""
    case = decision.case
    rows = Decision.objects.filter(
        case__institution_id=case.institution_id,
        case__matter_code=case.matter_code,
        outcome="penalty",
        decided_on__gt=decision.decided_on,
    )
    return rows.exclude(pk=decision.pk).exclude(standing=Standing.ANNULLED)


def checks_of(repair: Repair, on: dt.date) -> list[Check]:
    """Every condition of the publication's regime, explained."""
    facts = situation_of(repair, on)
    if by_order_45(repair.publication.decision, repair.publication.kind):
        conditions = rules.market_conditions(facts)
    else:
        conditions = rules.credit_conditions(facts, on)
    return [
        Check(code, met, str(Condition(code).label), _words(code, repair, facts, on))
        for code, met in conditions.items()
    ]


def shown_checks(repair: Repair, on: dt.date) -> list[Check]:
    """As decided on; while it is open, as of a day."""
    if not repair.checks:
        return checks_of(repair, on)
    return [
        Check(kept["code"], kept["met"], str(Condition(kept["code"]).label), kept["words"])
        for kept in repair.checks
    ]


def _words(code: str, repair: Repair, facts: rules.Situation, on: dt.date) -> str:
    sum_left = owed(repair.publication.case, on)
    told = {
        "term": _("最短公示期届满日：%(day)s。") % {"day": facts.earliest_end_on or _("未规定")},
        "performed": _("尚欠 %(owed)s 元；限制截止日：%(until)s。")
        % {
            "owed": f"{sum_left:,.2f}",
            "until": penalty_of(repair.publication.decision).until or _("无"),
        },
        "commitment": _("信用承诺日期：%(day)s；承诺书：%(file)s。")
        % {
            "day": repair.committed_on or _("未填写"),
            "file": repair.commitment.name if repair.commitment else _("未上传"),
        },
        "kind": _("责令停产停业、限制从业、降低资质等级、吊销许可证件的处罚不得提前停止公示。"),
        "harm": repair.harm_removed or _("未说明消除危害后果的情况。"),
        "same_kind": _("本处罚之后同类违法行为的处罚：%(count)d 件。")
        % {"count": facts.further_penalties},
        "listed": _listed(repair),
    }
    return str(told[code])


def _listed(repair: Repair) -> str:
    if repair.list_checked_on is None or repair.listed is None:
        return _("尚未查询国家企业信用信息公示系统。")
    words = {"day": repair.list_checked_on.isoformat()}
    if repair.listed:
        return _("%(day)s 查询：已列入。") % words
    return _("%(day)s 查询：未列入。") % words


def publication_panel(row: Any, actor: Actor) -> tuple[str, dict[str, Any]] | None:
    """The publication's page: its applications, and the way to record one."""
    rows = Repair.objects.visible_to(actor).filter(publication=row)
    may = row.is_public(today()) and bool(can_record(actor, row))
    open_one = rows.filter(state=RepairState.ASKED).exists()
    shown = [(each, TONES[each.state]) for each in rows.select_related("publication__case")]
    if not shown and not may:
        return None
    part = {"rows": shown, "may_record": may and not open_one, "publication": row}
    return "penalties/repairs/part_panel.html", part


def work_items(actor: Actor, day: dt.date) -> Iterator[WorkItem]:
    """Applications of others that wait for a decision."""
    if not actor.is_bureau or not actor.has(*REVIEWERS):
        return
    rows = Repair.objects.visible_to(actor).filter(
        state=RepairState.ASKED, publication__case__agency_id=actor.agency_id or 0
    )
    rows = rows.exclude(recorded_by=actor.user_id).select_related("publication__case")
    for row in rows.order_by("applied_on", "pk")[:MOST_ON_A_DESK]:
        yield WorkItem(_("审查信用修复申请"), str(row), row.get_absolute_url(), None, _("审查"))


def publication_of(actor: Actor, pk: int) -> PenaltyPublication | None:
    """A publication as who works on it sees it."""
    if not actor.is_staff:
        return None
    rows = PenaltyPublication.objects.visible_to(actor)
    related = ("case__agency", "case__institution", "decision__case")
    found: PenaltyPublication | None = rows.select_related(*related).filter(pk=pk).first()
    return found
