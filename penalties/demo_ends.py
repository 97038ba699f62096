"""The demo's cases after the decision: performance, courts, archive, and the bans of false data.

Here stand the case that one finding of a drawn visit led to, and the old ones whose bans end.
"""

from __future__ import annotations

import calendar
import datetime as dt
from decimal import Decimal
from typing import Any

from inspections.findings.models import Finding
from institutions.models import Institution
from penalties.casefiles import services as casefiles
from penalties.cases import services as cases
from penalties.cases.models import Case
from penalties.decisions import services as decisions
from penalties.decisions.choices import Channel
from penalties.decisions.selectors import decision_row
from penalties.demo import CLOSED, DECIDED, FOUND, PAID, SERVED, Bench, _make_public, _pay, _staffed
from penalties.demo_turns import FALSE_DATA, District, district
from penalties.discretion.choices import PartyKind
from penalties.origins import services as origins
from penalties.performance import services as performance
from penalties.performance.selectors import account_of
from portal.clocks.now import SHANGHAI
from portal.demo import DemoPlan
from portal.papers import services as papers

FIRST_SERIAL = 60_001
BAN_YEARS = 3  # 上海市检验检测条例 art. 21
FALSE_REPORT = ("M11", "未检测即出具数据和结果，检验检测报告系虚假报告。", Decimal(60_000))
COURT = "上海市宝山区人民法院"
FATES: tuple[tuple[str, str, str], ...] = (
    ("review", "upheld", "事实清楚，适用依据正确。"),
    ("review", "changed", "部分违法事实证据不足，罚款予以减少。"),
    ("litigation", "unlawful", "程序轻微违法，不撤销处罚决定。"),
    ("litigation", "withdrawn", "原告撤回起诉。"),
    ("own", "annulled", "当事人主体认定错误，处罚决定予以撤销。"),
    ("litigation", "", ""),
)


def load(plan: DemoPlan) -> None:
    """Demo part 54: every way in which a decision goes on, and every ban."""
    here = district(plan, FIRST_SERIAL)
    _recent(here)
    _paying(here)
    _courts(here)
    _closing(here)
    _challenges(here)
    _corrected(here)
    _persons(here)
    _bans(here)
    _from_a_finding(here)


# --- Performance --------------------------------------------------------------------------------


def _recent(here: District) -> None:
    """Decided two days ago, so that its publication is still ahead."""
    for bench in (here.ecology, here.market):
        here.decided(bench.at(here.plan.today + dt.timedelta(days=DECIDED - 2)))


def _paying(here: District) -> None:
    """By instalments, the first of them paid; paid late with its surcharge."""
    bench, leader = here.ecology, here.ecology.actor("leader")
    case = here.served(bench, 1, "left")
    half = Decimal(case.fine or 0) / 2
    days = (bench.before(30), bench.today + dt.timedelta(days=30))
    parts = [performance.Part(day, half) for day in days]
    reason = "当事人资金周转困难，提供了担保。"
    on = bench.before(SERVED - 6)
    performance.allow_instalments(case, parts=parts, on=on, reason=reason, actor=leader)
    _pay(bench, case, half, bench.before(32))
    late = here.served(here.market, 1, "mail")
    bench, officer = here.market, here.market.actor("officer")
    _pay(bench, late, Decimal(late.fine or 0), bench.before(38))
    on, number = bench.before(37), f"演示票据-{late.pk:06}-2"
    amount = account_of(late, on).surcharge
    words: dict[str, Any] = {"kind": "surcharge", "amount": amount, "receipt_number": number}
    performance.pay(late, **words, paid_on=on, actor=officer)
    _close(bench, late, "performed", bench.before(35))


def _courts(here: District) -> None:
    """Reminded; before the court with each of its answers; closed after the enforcement."""
    reminded = here.served(here.market, 0)
    _remind(here.market, reminded, here.market.before(1))
    long_ago = here.market.at(here.plan.today - dt.timedelta(days=220))
    for result in ("", "accepted", "refused", "terminated", "enforced"):
        case = here.served(long_ago, 1)
        officer = long_ago.actor("officer")
        _remind(long_ago, case, long_ago.before(SERVED - 60))
        applied_on = long_ago.today + dt.timedelta(days=130)
        made = performance.apply_to_court(case, court=COURT, applied_on=applied_on, actor=officer)
        if result:
            on = applied_on + dt.timedelta(days=25)
            words = {"result": result, "document": f"（演示）非诉{made.pk}号"}
            performance.note_court_result(made, **words, on=on, actor=officer)
        if result == "enforced":
            _close(long_ago, case, "court", applied_on + dt.timedelta(days=60))


def _remind(bench: Bench, case: Case, on: dt.date) -> None:
    officer = bench.actor("officer")
    made = performance.draft_reminder(case, on=on, actor=officer)
    if made.paper is not None:
        papers.number(made.paper, on=on, actor=bench.actor("chief"))
    performance.remind(case, served_on=on, actor=officer)


def _close(bench: Bench, case: Case, ground: str, on: dt.date) -> None:
    words = {"performed": "罚款已缴清，违法行为已改正。", "court": "人民法院已执行完毕。"}
    facts = {"ground": ground, "words": words.get(ground, "按结案理由办结。")}
    performance.close(case, **facts, on=on, actor=bench.actor("leader"))


def _closing(here: District) -> None:
    """A party that is gone; archived after the closing, and after no case was opened."""
    gone = Institution.objects.current().filter(
        status="deregistered", region_id=here.market.agency.region_id
    )
    bench = here.market
    case = here.served(bench, 2, institution=gone.order_by("uscc").first())
    if case.institution.status == "deregistered":
        _close(bench, case, "gone", bench.before(CLOSED))
    bench = here.ecology
    paid = here.served(bench, 2)
    _pay(bench, paid, Decimal(paid.fine or 0), bench.before(PAID))
    _close(bench, paid, "performed", bench.before(CLOSED))
    _archive(bench, paid, "short")
    unfounded = here.lead(bench, source="transfer")
    on, reason = bench.before(110), "移送材料不足以证明违法，且无法补充。"
    cases.not_open(unfounded, on=on, reason=reason, actor=bench.actor("leader"))
    _archive(bench, unfounded, "long")


def _archive(bench: Bench, case: Case, retention: str) -> None:
    officer = bench.actor("officer")
    for title, volume, pages in (
        ("现场检查笔录", "main", 4),
        ("监测报告和原始记录复印件", "main", 36),
        ("内部审批材料", "secondary", 6),
    ):
        facts: dict[str, Any] = {"title": title, "volume": volume, "page_count": pages}
        casefiles.file_paper(case, kind="other", **facts, actor=officer)
    casefiles.archive(
        case,
        retention=retention,
        missing_reason="部分文书在纸质案卷中，已核对。",
        on=bench.before(CLOSED - 20),
        actor=officer,
    )


# --- Reviews, courts, slips of the pen ----------------------------------------------------------


def _challenges(here: District) -> None:
    """Each result of a review, a suit, the bureau's own correction; one suit is pending."""
    for number, (channel, result, reason) in enumerate(FATES):
        bench = (here.ecology, here.market)[number % 2]
        case = here.served(bench, number % 3)
        _challenge(bench, case, channel, result, reason)
    annulled = here.served(here.market, 2)
    _challenge(here.market, annulled, "review", "annulled", "违反法定程序。")
    banned = here.served(here.market, act=FALSE_REPORT, fee=Decimal(8_000))
    _challenge(here.market, banned, "litigation", "void", "决定书未加盖印章，确认无效。")
    for case in (annulled, banned):
        _close(here.market, case, "annulled", here.market.before(1))


def _challenge(bench: Bench, case: Case, channel: str, result: str, reason: str) -> None:
    bodies = {
        Channel.REVIEW: "上海市宝山区人民政府",
        Channel.LITIGATION: COURT,
        Channel.OWN: bench.agency.name,
    }
    officer = bench.actor("officer")
    _make_public(bench, case)
    made = decisions.file_challenge(
        decision_row(case),
        channel=channel,
        body=bodies[Channel(channel)],
        filed_on=bench.before(55),
        actor=officer,
    )
    if result:
        fine = Decimal(case.fine or 0)
        decisions.close_challenge(
            made,
            result=result,
            result_on=bench.before(2),
            document=f"（演示）{bench.today.year}第{made.pk}号",
            reason=reason,
            new_fine=fine - 5_000 if result == "changed" else None,
            actor=bench.actor("leader") if channel == Channel.OWN else officer,
        )


def _corrected(here: District) -> None:
    """A slip of the pen in a served decision, mended by a correction."""
    bench = here.ecology
    case = here.served(bench, 1)
    words = {"wrong": "十五日内", "right": "十五个自然日内", "reason": "原文漏写期间单位。"}
    leader, on = bench.actor("leader"), bench.before(40)
    decisions.correct(decision_row(case), **words, on=on, actor=leader)


# --- False data and false reports ---------------------------------------------------------------


def _persons(here: District) -> None:
    """Who ordered the false data is fined and may not work in the trade for five years."""
    act = (*FALSE_DATA[:2], Decimal(20_000))
    person: dict[str, Any] = {
        "party": PartyKind.PERSON,
        "person_name": "郁清越",
        "person_post": "技术负责人",
    }
    here.served(here.ecology, act=act, **person)


def _bans(here: District) -> None:
    """False reports of three years ago: one ban ends in three weeks, one ended lately."""
    today = here.plan.today
    for ends_on in (today + dt.timedelta(days=21), today - dt.timedelta(days=40)):
        bench = here.market.at(_years_before(ends_on) + dt.timedelta(days=DECIDED))
        case = here.served(bench, act=FALSE_REPORT, fee=Decimal(8_000))
        _pay(bench, case, Decimal(case.fine or 0), bench.before(PAID))
        _close(bench, case, "performed", bench.before(CLOSED))


def _years_before(day: dt.date) -> dt.date:
    """The day of a decision whose ban has this last day."""
    year = day.year - BAN_YEARS
    return dt.date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def _from_a_finding(here: District) -> None:
    """The chain: a finding of a drawn visit, its case, the penalty and the ban of three years."""
    rows = Finding.objects.filter(matter__code=FALSE_DATA[0], agency=here.ecology.agency)
    finding = rows.filter(case_ref="").select_related("visit__institution", "matter").first()
    if finding is None:
        return
    found_on = finding.found_at.astimezone(SHANGHAI).date()
    bench = here.ecology.at(found_on + dt.timedelta(days=FOUND))
    officer = bench.actor("officer")
    allegation = cases.Allegation(
        institution=finding.visit.institution,
        matter=finding.matter,
        source="inspection",
        found_on=found_on,
        act_on=found_on,
        facts=finding.facts,
        act_place=finding.visit.place,
        report_numbers=(f"演示报告-{next(here.serial):05}",),
    )
    handler = bench.people["officer"]
    case = origins.case_of_finding(
        finding, allegation, agency=bench.agency, handler=handler, actor=officer
    )
    _staffed(bench, case)
    case = here.served(bench, case=case, fine=FALSE_DATA[2])
    _pay(bench, case, Decimal(case.fine or 0), bench.before(PAID))
    _close(bench, case, "performed", bench.before(CLOSED))
