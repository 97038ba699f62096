"""The demo's cases: one in every state at both bureaus, made through the services, step by step.

The days of the steps lie in the past as the law spaces them; the audit is of today, since
nobody back-dates it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from typing import Any

from agencies.accounts.selectors import actor_from_post
from agencies.models import Agency, Inspector, Matter, Post
from institutions.demo import HOME, SIBLING, demo_institutions
from institutions.models import Institution
from penalties.cases import services as cases
from penalties.cases.choices import Source
from penalties.cases.models import Case
from penalties.cases.selectors import likely_grounds
from penalties.consultations import services as consultations
from penalties.decisions import services as decisions
from penalties.decisions.selectors import decision_row
from penalties.discretion.choices import PartyKind
from penalties.inquiries import services as inquiries
from penalties.notices import services as notices
from penalties.notices.selectors import paper_of
from penalties.performance import services as performance
from penalties.publication import services as publication
from penalties.reviews import services as reviews
from portal.access import Actor, AgencyKind, Role
from portal.clocks.now import SHANGHAI
from portal.demo import DemoPlan
from portal.papers import services as papers
from portal.papers.models import Paper
from portal.refs import ref

ROUNDS = {"small": 1, "city": 4, "province": 12}
# How many days before the demo's day each step lies; the last step of each way is left out.
FOUND, OPENED, PROVED, FINISHED, REVIEWED, TOLD, CLOSED_DEFENCE, DECIDED, SERVED, PAID, CLOSED = (
    120,
    115,
    112,
    100,
    97,
    94,
    75,
    70,
    66,
    60,
    50,
)
WAYS = (
    "verifying",
    "not_opened",
    "investigating",
    "paused",
    "investigated",
    "reviewing",
    "legal_review",
    "reviewed",
    "noticed",
    "defended",
    "deciding",
    "decided",
    "served",
    "overdue",
    "performing",
    "challenged",
    "annulled",
    "closed",
    "discussing",
)
SIBLING_WAYS = ("verifying", "investigating", "noticed", "closed")
SOURCES = Source.values
ECOLOGY_ACTS = (
    ("E04", "采样时未按规范布设点位，数据不能反映真实排放。", Decimal(40_000)),
    ("E08", "原始记录缺失，无法追溯采样和分析过程。", Decimal(25_000)),
    ("E02", "未按规定备案即在本区开展监测。", Decimal(20_000)),
    ("E09", "未采样即出具监测报告，原始记录系伪造。", Decimal(100_000)),
)
MARKET_ACTS = (
    ("M02", "实验室环境条件不能持续符合要求，仍出具报告。", Decimal(30_000)),
    ("M10", "使用未经检定的仪器出具检测报告，结果存在错误。", Decimal(20_000)),
    ("M12", "未按规定保存原始记录和报告。", Decimal(15_000)),
)


@dataclass
class Bench:
    """One bureau's people for a case, and the demo's day."""

    agency: Agency
    people: dict[str, Post]
    inspectors: list[Inspector]
    today: dt.date
    known: dict[str, Actor] = field(default_factory=dict)

    def actor(self, role: str) -> Actor:
        if role not in self.known:
            self.known[role] = actor_from_post(self.people[role].pk, source="demo")
        return self.known[role]

    def before(self, days: int) -> dt.date:
        return self.today - dt.timedelta(days=days)

    def at(self, today: dt.date) -> Bench:
        """The same people on another day."""
        return replace(self, today=today)


def load(plan: DemoPlan) -> None:
    """Demo part 50: cases of both bureaus of the home district, and some of the sibling's."""
    institutions = _cycle(demo_institutions(HOME))
    serial = count(1)
    for _round in range(ROUNDS[plan.size]):
        for code, acts in (("ecology", ECOLOGY_ACTS), ("market", MARKET_ACTS)):
            bench = _bench(code, plan)
            for number, way in enumerate(WAYS):
                act = acts[number % len(acts)]
                _make(bench, way, act, next(institutions), next(serial))
    _same_act(plan, next(institutions), next(serial))
    _sibling(plan, serial)


def _cycle(rows: list[Institution]) -> Iterator[Institution]:
    while rows:
        yield from rows


def _bench(code: str, plan: DemoPlan) -> Bench:
    agency = Agency.objects.select_related("region").get(code=code)
    posts = Post.objects.filter(agency=agency).select_related("user")
    roles = (Role.OFFICER, Role.CHIEF, Role.LEADER, Role.LEGAL)
    held = {role: posts.filter(roles__contains=[role]).order_by("pk").first() for role in roles}
    people = {str(role): post for role, post in held.items() if post is not None}
    inspectors = Inspector.objects.filter(agency=agency).order_by("pk")[:2]
    return Bench(agency, people, list(inspectors), plan.today)


def _make(
    bench: Bench,
    way: str,
    act: tuple[str, str, Decimal],
    institution: Institution,
    serial: int,
) -> None:
    """Walk the way until the case stands where it should."""
    case = _registered(bench, act, institution, serial, source=SOURCES[serial % len(SOURCES)])
    if way == "verifying":
        return
    leader, officer = bench.actor("leader"), bench.actor("officer")
    if way == "not_opened":
        on = bench.before(OPENED)
        cases.not_open(case, on=on, reason="经核查没有违法事实。", actor=leader)
        return
    _opened(bench, case)
    if way == "paused":
        words = {"kind": "expertise", "reason": "样品送检，等待鉴定意见。"}
        inquiries.pause(case, **words, on=bench.before(PROVED), actor=officer)
    if way in {"investigating", "paused"}:
        return
    _finished(bench, case, act[2])
    if way == "investigated":
        return
    reviews.submit(case, actor=officer)
    if way != "reviewing":
        _after_review(bench, way, case)


def _after_review(bench: Bench, way: str, case: Case) -> None:
    officer, on = bench.actor("officer"), bench.before(REVIEWED)
    reviews.pass_review(case, opinion="事实清楚，同意。", on=on, actor=bench.actor("chief"))
    if way == "discussing":
        reviews.to_discussion(case, actor=officer)
    if way in {"reviewed", "discussing"}:
        return
    if way == "legal_review" or case.procedure == AgencyKind.MARKET:
        reviews.to_legal(case, on=on, actor=officer)
    if way == "legal_review":
        return
    if case.procedure == AgencyKind.MARKET:
        reviews.pass_legal(case, opinion="程序合法。", on=on, actor=bench.actor("legal"))
    _told(bench, case)
    if way == "noticed":
        return
    notices.close_defence(case, on=bench.before(CLOSED_DEFENCE), actor=officer)
    if way != "defended":
        _decided(bench, way, case)


def _registered(
    bench: Bench,
    act: tuple[str, str, Decimal],
    institution: Institution,
    serial: int,
    **more: Any,
) -> Case:
    code, facts, _fine = act
    found = bench.before(FOUND)
    matter = Matter.objects.in_force(found).get(code=code)
    known: dict[str, Any] = {
        "source": Source.INSPECTION,
        "act_on": found - dt.timedelta(days=5 + serial % 40),
        "act_place": institution.address,
        "report_numbers": (f"演示报告-{serial:05}",),
        "party": PartyKind.ORGANISATION,
    }
    allegation = cases.Allegation(
        institution=institution, matter=matter, found_on=found, facts=facts, **{**known, **more}
    )
    handler = bench.people["officer"]
    case = cases.register(
        allegation, agency=bench.agency, handler=handler, actor=bench.actor("officer")
    )
    _staffed(bench, case)
    return case


def _staffed(bench: Bench, case: Case) -> None:
    """Two investigators from the day of the finding."""
    for number, inspector in enumerate(bench.inspectors):
        cases.add_investigator(
            case,
            inspector=inspector,
            principal=number == 0,
            on=bench.before(FOUND),
            actor=bench.actor("officer"),
        )


def _opened(bench: Bench, case: Case) -> None:
    cases.open_case(case, on=bench.before(OPENED), actor=bench.actor("leader"))
    exhibit = inquiries.Exhibit(
        kind="document",
        title="原始记录和监测报告复印件",
        obtained_at=dt.datetime.combine(bench.before(PROVED), dt.time(10), SHANGHAI),
        place=case.institution.address or "机构档案室",
        officers=(bench.inspectors[0], bench.inspectors[1]),
        proves="报告内容与原始记录的关系",
    )
    inquiries.add_evidence(case, exhibit=exhibit, actor=bench.actor("officer"))


def _finished(bench: Bench, case: Case, fine: Decimal) -> None:
    proposal = inquiries.Proposal(
        report="经调查，违法事实清楚，证据确实充分。",
        outcome="penalty",
        fine=fine,
        kinds=("fine",),
        discretion_reason="初次被查，积极配合调查，按一般情节裁量。",
    )
    inquiries.finish(
        case, proposal=proposal, on=bench.before(FINISHED), actor=bench.actor("officer")
    )


def _told(bench: Bench, case: Case) -> None:
    officer, on = bench.actor("officer"), bench.before(TOLD)
    telling = notices.Telling(
        case.facts, f"罚款 {case.proposed_fine:,.0f} 元", likely_grounds(case)
    )
    drafted = notices.draft_notice(case, telling=telling, on=on, actor=officer)
    papers.number(paper_of(drafted), on=on, actor=bench.actor("chief"))
    notices.give_notice(case, method="direct", served_on=on, actor=officer)


def _decided(bench: Bench, way: str, case: Case) -> None:
    _proposed(bench, case)
    if way == "deciding":
        return
    decisions.decide(case, on=bench.before(DECIDED), actor=bench.actor("leader"))
    if way != "decided":
        _served(bench, way, case)


def _proposed(bench: Bench, case: Case) -> None:
    """The draft of a fine, laid before the leader."""
    officer = bench.actor("officer")
    words = decisions.Draft(
        outcome="penalty",
        facts=case.facts,
        evidence="原始记录和监测报告复印件、现场检查笔录。",
        grounds=likely_grounds(case),
        reasons=case.discretion_reason,
        performance="自收到本决定书之日起十五日内将罚款缴至指定银行。",
        remedy="可以在六十日内申请行政复议，或者在六个月内提起行政诉讼。",
        lines=(decisions.Line("fine", f"罚款 {case.proposed_fine:,.0f} 元", case.proposed_fine),),
    )
    decisions.draft(case, words=words, actor=officer)
    decisions.propose(case, on=bench.before(DECIDED), actor=officer)


def _deliver(bench: Bench, case: Case, served_on: dt.date, method: str = "direct") -> None:
    """The decision gets its number and reaches the party."""
    [paper] = Paper.objects.filter(subject_ref=ref(decision_row(case)))
    papers.number(paper, on=bench.before(DECIDED), actor=bench.actor("chief"))
    receiver = case.institution.legal_representative or "机构工作人员"
    witness = "居委会工作人员" if method == "left" else ""
    delivery = decisions.Delivery(method, served_on, receiver, "机构办公室", witness)
    decisions.serve(case, delivery=delivery, actor=bench.actor("officer"))


def _served(bench: Bench, way: str, case: Case) -> None:
    recent = way in {"served", "performing"}
    _deliver(bench, case, bench.before(5 if recent else SERVED))
    fine = Decimal(case.fine or 0)
    if way == "performing":
        _pay(bench, case, fine / 2, bench.before(2))
    if way in {"challenged", "annulled"}:
        _challenged(bench, way, case)
    if way == "closed":
        _pay(bench, case, fine, bench.before(PAID))
        facts = {"ground": "performed", "words": "罚款已缴清，违法行为已改正。"}
        performance.close(case, **facts, on=bench.before(CLOSED), actor=bench.actor("leader"))


def _pay(bench: Bench, case: Case, amount: Decimal, on: dt.date) -> None:
    performance.pay(
        case,
        kind="fine",
        amount=amount,
        paid_on=on,
        receipt_number=f"演示票据-{case.pk:06}",
        actor=bench.actor("officer"),
    )


def _make_public(bench: Bench, case: Case) -> None:
    """Out on the last legal day, before others changed or annulled the decision."""
    for row in publication.prepare(decision_row(case), actor=bench.actor("officer")):
        publication.submit(row, actor=bench.actor("officer"))
        on, chief = row.due_on, bench.actor("chief")
        publication.approve(row, publish_on=on, on=on, actor=chief)


def _challenged(bench: Bench, way: str, case: Case) -> None:
    """One before the district government; one that a court annulled."""
    officer = bench.actor("officer")
    _make_public(bench, case)
    litigation = way == "annulled"
    challenge = decisions.file_challenge(
        decision_row(case),
        channel="litigation" if litigation else "review",
        body="上海市宝山区人民法院" if litigation else "上海市宝山区人民政府",
        filed_on=bench.before(PAID),
        actor=officer,
    )
    if litigation:
        decisions.close_challenge(
            challenge,
            result="annulled",
            result_on=bench.before(3),
            document="（演示）行初1号",
            reason="主要证据不足。",
            actor=officer,
        )


def _same_act(plan: DemoPlan, institution: Institution, serial: int) -> None:
    """Both bureaus on one report: the market bureau has been asked who proceeds with the fine."""
    ecology, market = _bench("ecology", plan), _bench("market", plan)
    own = _registered(ecology, ECOLOGY_ACTS[0], institution, serial)
    peer = _registered(market, MARKET_ACTS[1], institution, serial)
    for bench, case in ((ecology, own), (market, peer)):
        _opened(bench, case)
    consultations.ask(
        own,
        peer=peer,
        fining=ecology.agency,
        opinion="两案系同一份报告，本局罚款幅度较高且先立案，建议由本局处以罚款。",
        on=ecology.before(PROVED),
        actor=ecology.actor("officer"),
    )


def _sibling(plan: DemoPlan, serial: Iterator[int]) -> None:
    """Cases of the neighbouring district: nobody here sees more than their heads."""
    institutions = _cycle(demo_institutions(SIBLING))
    for code, acts in (("jiading-ecology", ECOLOGY_ACTS), ("jiading-market", MARKET_ACTS)):
        bench = _bench(code, plan)
        for number, way in enumerate(SIBLING_WAYS):
            _make(bench, way, acts[number % len(acts)], next(institutions), next(serial))
