"""The demo's rarer turns: what may happen to a case beside its straight way, once each.

Hearings, defences, holds, pauses, extensions, consultations, decisions without a penalty. What
follows a decision stands in demo_ends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

from agencies.accounts.selectors import actor_from_post
from agencies.models import Post
from institutions.demo import HOME, demo_institutions
from institutions.models import Institution
from penalties.cases.models import Case
from penalties.cases.selectors import likely_grounds
from penalties.consultations import services as consultations
from penalties.consultations.models import Consultation
from penalties.decisions import services as decisions
from penalties.demo import (
    CLOSED_DEFENCE,
    DECIDED,
    ECOLOGY_ACTS,
    MARKET_ACTS,
    OPENED,
    PROVED,
    REVIEWED,
    SERVED,
    TOLD,
    Bench,
    _bench,
    _cycle,
    _deliver,
    _finished,
    _opened,
    _proposed,
    _registered,
    _told,
)
from penalties.inquiries import services as inquiries
from penalties.inquiries.choices import HoldDecision, PauseReason
from penalties.notices import services as notices
from penalties.notices.choices import DefenceResult
from penalties.notices.models import Hearing
from penalties.performance import services as performance
from penalties.reviews import services as reviews
from portal.demo import DemoPlan

FALSE_DATA = ECOLOGY_ACTS[3]
NO_PENALTY = ("no_penalty", "withdrawn", "referred", "referred_crime")
FIRST_SERIAL = 50_001  # so that no report of these is one of demo.py's


@dataclass
class District:
    """The demo's day, both bureaus, and institutions that are not yet in a case of this part."""

    plan: DemoPlan
    ecology: Bench
    market: Bench
    waiting: Iterator[Institution]
    serial: Iterator[int]

    def acts(self, bench: Bench) -> tuple[tuple[str, str, Decimal], ...]:
        return ECOLOGY_ACTS if bench.agency == self.ecology.agency else MARKET_ACTS

    def lead(self, bench: Bench, number: int = 0, **more: Any) -> Case:
        """A lead in verification."""
        institution = more.pop("institution", None) or next(self.waiting)
        act = more.pop("act", None) or self.acts(bench)[number]
        return _registered(bench, act, institution, next(self.serial), **more)

    def opened(self, bench: Bench, number: int = 0, **more: Any) -> Case:
        """Opened, with its first evidence; ``case`` goes on with a lead that is there."""
        case = more.pop("case", None) or self.lead(bench, number, **more)
        _opened(bench, case)
        return case

    def reviewed(self, bench: Bench, number: int = 0, **more: Any) -> Case:
        """Through the case review, at the market bureau through the legal review too."""
        fine = more.pop("fine", None) or (more.get("act") or self.acts(bench)[number])[2]
        case = self.opened(bench, number, **more)
        _finished(bench, case, fine)
        self.pass_reviews(bench, case)
        return case

    def pass_reviews(self, bench: Bench, case: Case) -> None:
        officer, on = bench.actor("officer"), bench.before(REVIEWED)
        reviews.submit(case, actor=officer)
        chief = bench.actor("chief")
        reviews.pass_review(case, opinion="事实清楚，证据确凿，同意。", on=on, actor=chief)
        if bench.agency == self.market.agency:
            self.pass_legal(bench, case, on)

    def pass_legal(self, bench: Bench, case: Case, on: dt.date) -> None:
        reviews.to_legal(case, on=on, actor=bench.actor("officer"))
        reviews.pass_legal(
            case, opinion="程序合法，适用依据正确。", on=on, actor=bench.actor("legal")
        )

    def told(self, bench: Bench, number: int = 0, **more: Any) -> Case:
        case = self.reviewed(bench, number, **more)
        _told(bench, case)
        return case

    def decided(self, bench: Bench, number: int = 0, **more: Any) -> Case:
        case = self.told(bench, number, **more)
        on, officer = bench.before(CLOSED_DEFENCE), bench.actor("officer")
        notices.close_defence(case, on=on, actor=officer)
        self.decide(bench, case)
        return case

    def decide(self, bench: Bench, case: Case) -> None:
        _proposed(bench, case)
        decisions.decide(case, on=bench.before(DECIDED), actor=bench.actor("leader"))

    def served(self, bench: Bench, number: int = 0, method: str = "direct", **more: Any) -> Case:
        case = self.decided(bench, number, **more)
        _deliver(bench, case, bench.before(SERVED), method)
        return case


def district(plan: DemoPlan, first: int) -> District:
    """Both bureaus of the home district; ``first`` is the first of the reports' numbers."""
    ecology, market = _bench("ecology", plan), _bench("market", plan)
    waiting = _cycle(demo_institutions(HOME)[::-1])
    return District(plan, ecology, market, waiting, count(first))


def load(plan: DemoPlan) -> None:
    """Demo part 53: every turn that a case can take before its decision."""
    here = district(plan, FIRST_SERIAL)
    _holds(here)
    _pauses(here)
    _extensions(here)
    _returned(here)
    _defences(here)
    _hearings(here)
    _discussed(here)
    _without_penalty(here)
    _consultations(here)


# --- The inquiry --------------------------------------------------------------------------------


def _holds(here: District) -> None:
    """Evidence kept in advance: one of each fate, and one that waits for its decision."""
    bench = here.ecology
    case = here.opened(bench, source="report", real_name=True)
    officer, leader = bench.actor("officer"), bench.people["leader"]
    for number, decision in enumerate(HoldDecision.values, start=1):
        on = bench.before(PROVED)
        words = {"items": f"采样记录本第 {number} 册", "place": "机构档案室"}
        hold = inquiries.hold_evidence(case, **words, approved_by=leader, on=on, actor=officer)
        decided_on = bench.before(PROVED - 3)
        inquiries.decide_hold(hold, decision=decision, on=decided_on, actor=officer)
    words = {"items": "气相色谱仪工作站硬盘一块", "place": "机构实验室"}
    on = bench.before(3)
    inquiries.hold_evidence(case, **words, approved_by=leader, on=on, actor=officer)


def _pauses(here: District) -> None:
    """Suspended, waiting for a notice by announcement; one that went on."""
    reasons = {
        PauseReason.SUSPENDED: "相关民事诉讼尚未审结，案件中止。",
        PauseReason.NOTICE: "当事人下落不明，公告送达。",
    }
    for (kind, reason), bench in zip(reasons.items(), (here.market, here.ecology), strict=True):
        case, officer = here.opened(bench, 2), bench.actor("officer")
        on = bench.before(90)
        inquiries.pause(case, kind=kind, reason=reason, on=on, actor=officer)
    resumed, officer = here.opened(here.market), here.market.actor("officer")
    kind, on = PauseReason.EXPERTISE, here.market.before(110)
    inquiries.pause(resumed, kind=kind, reason="送检比对样品。", on=on, actor=officer)
    inquiries.resume(resumed, reason="收到检验报告。", on=here.market.before(80), actor=officer)


def _extensions(here: District) -> None:
    """More time: asked, granted, refused, and a second time by collective discussion."""
    for grants in (None, True, False):
        _more_time(here, grants)
    bench = here.market
    case = _more_time(here, grants=True)
    until = bench.today + dt.timedelta(days=30)
    minutes = _minutes(bench, "案情复杂，同意再次延长。", until=until)
    reviews.discuss_extension(case, minutes=minutes, actor=bench.actor("leader"))
    asked = _ask(bench, case, "second", until)
    inquiries.answer_extension(asked, grants=True, on=bench.before(1), actor=bench.actor("leader"))
    late = here.ecology.at(here.plan.today + dt.timedelta(days=115))
    verifying = here.lead(late)
    _ask(here.ecology, verifying, "verification", late.before(100))


def _more_time(here: District, grants: bool | None) -> Case:
    """A first extension of the ninety days."""
    bench = here.market
    case = here.opened(bench, 1)
    until = bench.before(OPENED) + dt.timedelta(days=110)
    asked = _ask(bench, case, "first", until)
    if grants is not None:
        leader, on = bench.actor("leader"), bench.before(28)
        inquiries.answer_extension(asked, grants=grants, on=on, actor=leader)
    return case


def _ask(bench: Bench, case: Case, kind: str, until: dt.date) -> Any:
    words: dict[str, Any] = {
        "kind": kind,
        "until": until,
        "reason": "涉及多份报告，需向委托单位逐一核实。",
    }
    return inquiries.ask_extension(case, **words, actor=bench.actor("officer"))


def _minutes(
    bench: Bench, conclusion: str, until: dt.date | None = None, on: dt.date | None = None
) -> reviews.Minutes:
    """The leader, the chief and the legal officer, of one mind."""
    people = [bench.people[name] for name in ("leader", "chief", "legal")]
    voices = [reviews.Voice(post, "agree", "同意承办机构意见。") for post in people]
    held_on = on or bench.before(2)
    return reviews.Minutes(held_on, "局会议室", conclusion, voices, until)


# --- Reviews, defence, hearing ------------------------------------------------------------------


def _returned(here: District) -> None:
    """The chief sent one back to the investigation."""
    bench = here.ecology
    case = here.opened(bench, 1)
    _finished(bench, case, ECOLOGY_ACTS[1][2])
    reviews.submit(case, actor=bench.actor("officer"))
    opinion = "请补充委托单位的询问笔录。"
    reviews.return_review(
        case, opinion=opinion, on=bench.before(REVIEWED), actor=bench.actor("chief")
    )


def _defences(here: District) -> None:
    """A defence that waits for its answer, and one of each answer."""
    for number, result in enumerate(("", *DefenceResult.values)):
        bench = (here.ecology, here.market)[number % 2]
        case, officer = here.told(bench, number % 3), bench.actor("officer")
        text = "本机构已主动整改，请求从轻处理。"
        on = bench.before(TOLD - 3)
        made = notices.receive_defence(case, text=text, received_on=on, actor=officer)
        if result:
            words = {"result": result, "answer": "经复核，结合整改情况提出意见如上。"}
            notices.answer_defence(made, **words, on=bench.before(80), actor=officer)


def _hearings(here: District) -> None:
    """One asked for, one called, one held: its decision was served since."""
    bench = here.ecology
    _heard(here, "")
    hearing = _heard(here, "called")
    _call(bench, hearing, bench.before(5), bench.today + dt.timedelta(days=9))
    held = _heard(here, "held")
    _call(bench, held, bench.before(TOLD - 3), bench.before(CLOSED_DEFENCE + 3))
    words = {"minutes": "当事人对事实无异议，请求从轻。", "conclusion": "建议维持拟处罚意见。"}
    officer, case = bench.actor("officer"), held.case
    held_on = bench.before(CLOSED_DEFENCE)
    notices.close_hearing(held, held_on=held_on, **words, actor=officer)
    here.pass_legal(bench, case, held_on)
    here.decide(bench, case)
    _deliver(bench, case, bench.before(SERVED), "mail")


def _heard(here: District, stage: str) -> Hearing:
    recent = here.plan.today + dt.timedelta(days=TOLD - 8)
    bench = here.ecology if stage == "held" else here.ecology.at(recent)
    case = here.told(bench, act=FALSE_DATA)
    asked_on = bench.before(TOLD - 2)
    return notices.request_hearing(case, requested_on=asked_on, actor=bench.actor("officer"))


def _call(bench: Bench, hearing: Hearing, told_on: dt.date, on: dt.date) -> None:
    chair = bench.people["chief"]
    words: dict[str, Any] = {"place": "局听证室", "chair": chair, "is_open": True}
    days: dict[str, Any] = {"notified_on": told_on, "planned_on": on}
    notices.call_hearing(hearing, **days, **words, actor=bench.actor("officer"))


def _discussed(here: District) -> None:
    """An involved case that the heads discussed before the party was told."""
    bench = here.ecology
    case = here.reviewed(bench, is_complex=True)
    on = bench.before(REVIEWED - 1)
    here.pass_legal(bench, case, on)
    reviews.to_discussion(case, actor=bench.actor("officer"))
    minutes = _minutes(bench, "同意拟处罚意见。", on=on)
    reviews.discuss(case, minutes=minutes, actor=bench.actor("leader"))
    _told(bench, case)


# --- Decisions without a penalty ----------------------------------------------------------------


def _without_penalty(here: District) -> None:
    """No penalty, withdrawn, referred to others, referred to the police; the first two closed."""
    for number, outcome in enumerate(NO_PENALTY):
        bench = (here.ecology, here.market)[number % 2]
        case = here.opened(bench, number % 3)
        proposal = inquiries.Proposal(report="经调查，按如下意见处理。", outcome=outcome)
        officer = bench.actor("officer")
        inquiries.finish(case, proposal=proposal, on=bench.before(PROVED), actor=officer)
        here.pass_reviews(bench, case)
        decisions.draft(case, words=_words(case, outcome), actor=officer)
        on = bench.before(DECIDED)
        decisions.propose(case, on=on, actor=officer)
        decisions.decide(case, on=on, actor=bench.actor("leader"))
        _deliver(bench, case, bench.before(SERVED))
        if number < 2:
            facts = {"ground": "no_penalty", "words": "文书已送达，教育当事人依法从业。"}
            on, leader = bench.before(OPENED - 60), bench.actor("leader")
            performance.close(case, **facts, on=on, actor=leader)


def _words(case: Case, outcome: str) -> decisions.Draft:
    referred = {"referred": "上海市宝山区交通委员会", "referred_crime": "上海市公安局宝山分局"}
    return decisions.Draft(
        outcome=outcome,
        facts=case.facts,
        evidence="原始记录和监测报告复印件、现场检查笔录。",
        grounds=likely_grounds(case),
        remedy="可以在六十日内申请行政复议，或者在六个月内提起行政诉讼。",
        referred_to=referred.get(outcome, ""),
    )


# --- One act, two bureaus -----------------------------------------------------------------------


def _consultations(here: District) -> None:
    """The two bureaus agreed, differ, put it up, were told by the district government."""
    for state in ("agreed", "disagreed", "put_up", "ruled"):
        row = _asked(here)
        bench = here.market
        words: dict[str, Any] = {
            "opinion": "同一份报告，应由先立案的一方处理。",
            "on": bench.before(PROVED - 2),
        }
        chief = bench.actor("chief")
        consultations.answer(row, agrees=state == "agreed", **words, actor=chief)
        if state in {"put_up", "ruled"}:
            consultations.put_up(row, actor=here.ecology.actor("leader"))
        if state == "ruled":
            post = Post.objects.get(user__username="government.leader")
            ruling = "由生态环境局处以罚款，市场监管局依法作出其他处理。"
            actor, on = actor_from_post(post.pk, source="demo"), bench.before(90)
            fining = here.ecology.agency
            consultations.rule(row, fining=fining, ruling=ruling, on=on, actor=actor)


def _asked(here: District) -> Consultation:
    institution, serial = next(here.waiting), next(here.serial)
    own = _registered(here.ecology, ECOLOGY_ACTS[0], institution, serial)
    peer = _registered(here.market, MARKET_ACTS[1], institution, serial)
    _opened(here.ecology, own)
    _opened(here.market, peer)
    return consultations.ask(
        own,
        peer=peer,
        fining=here.ecology.agency,
        opinion="两案系同一份报告，建议由本局处以罚款。",
        on=here.ecology.before(PROVED),
        actor=here.ecology.actor("officer"),
    )
