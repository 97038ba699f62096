"""Two bureaus with the people of a case, and the way of a case to each of its states."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from agencies.accounts.selectors import actor_from_post
from agencies.models import Agency, Inspector, Matter, Post
from institutions.models import Institution
from penalties.cases import services as cases
from penalties.cases.selectors import likely_grounds
from penalties.decisions import services as decisions
from penalties.discretion.selectors import Grounds
from penalties.inquiries import services as inquiries
from penalties.models import Case, Decision, PriorNotice, Reminder
from penalties.notices import services as notices
from penalties.notices.forms import DraftNoticeForm
from penalties.notices.selectors import paper_of
from penalties.performance import services as performance
from penalties.reviews import services as reviews
from portal.access import Actor, AgencyKind, Role
from portal.clocks import today
from portal.clocks.now import SHANGHAI
from portal.files.services import store_upload
from portal.models import StoredFile
from portal.papers import services as papers
from portal.papers.models import Paper
from portal.refs import ref
from tests.factories import AgencyFactory, InstitutionFactory, PostFactory

FOUND_ON = dt.date(2026, 9, 1)
OPENED_ON = dt.date(2026, 9, 7)
NOTICED_ON = dt.date(2026, 9, 21)
DEFENDED_ON = dt.date(2026, 10, 10)  # after 2026-09-30: five working days over two holidays
DECIDED_ON = dt.date(2026, 10, 15)
SERVED_ON = dt.date(2026, 10, 20)
ROLES = {
    "officer": Role.OFFICER,
    "chief": Role.CHIEF,
    "leader": Role.LEADER,
    "legal": Role.LEGAL,
    "second": Role.OFFICER,
    "first_inspector": Role.INSPECTOR,
    "second_inspector": Role.INSPECTOR,
}


@dataclass
class Bureau:
    """One bureau: its people by what they do."""

    agency: Agency
    posts: dict[str, Post]
    inspectors: list[Inspector]

    def actor(self, who: str) -> Actor:
        return actor_from_post(self.posts[who].pk, source="test")


def bureau(kind: str, code: str = "", **traits: Any) -> Bureau:
    """A bureau of the own district with one person for each step of a case."""
    known = Agency.objects.filter(code=code).first() if code else None
    facts = {"document_prefix": f"试{kind[:1]}", **({"code": code} if code else {}), **traits}
    agency = known or AgencyFactory(kind=kind, **facts)
    posts = {who: PostFactory(agency=agency, roles=[role]) for who, role in ROLES.items()}
    people = [
        Inspector.objects.create(
            agency=agency,
            user=posts[who].user,
            name=posts[who].user.name,
            certificate_number=f"SH-{agency.pk}-{number:04}",
            valid_from=dt.date(2024, 1, 1),
            valid_to=dt.date(2029, 12, 31),
        )
        for number, who in enumerate(["first_inspector", "second_inspector"])
    ]
    return Bureau(agency, posts, people)


class Ways:
    """How a case comes to a state: each step by whom it belongs to."""

    def __init__(self, own: Bureau, institution: Institution | None = None) -> None:
        self.own = own
        self.institution = institution or InstitutionFactory(address="示范一路 1 号")

    def allegation(self, code: str = "", **changed: Any) -> cases.Allegation:
        market = self.own.agency.kind == AgencyKind.MARKET
        facts = {
            "institution": self.institution,
            "matter": Matter.objects.get(code=code or ("M11" if market else "E04")),
            "source": "inspection",
            "found_on": FOUND_ON,
            "act_on": dt.date(2026, 8, 20),
            "facts": "采样记录与原始谱图不符。",
            "report_numbers": ("HJ-2026-0815",),
            "fee": Decimal(20_000) if market else None,
        }
        return cases.Allegation(**(facts | changed))

    def registered(self, code: str = "", **changed: Any) -> Case:
        return cases.register(
            self.allegation(code, **changed),
            agency=self.own.agency,
            handler=self.own.posts["officer"],
            actor=self.own.actor("officer"),
        )

    def staffed(self, code: str = "", **changed: Any) -> Case:
        case = self.registered(code, **changed)
        for number, inspector in enumerate(self.own.inspectors):
            cases.add_investigator(
                case,
                inspector=inspector,
                principal=number == 0,
                on=FOUND_ON,
                actor=self.own.actor("officer"),
            )
        return case

    def opened(self, code: str = "", **changed: Any) -> Case:
        case = self.staffed(code, **changed)
        cases.open_case(case, on=OPENED_ON, actor=self.own.actor("leader"))
        return case

    def with_evidence(self, code: str = "", **changed: Any) -> Case:
        case = self.opened(code, **changed)
        inquiries.add_evidence(case, exhibit=self.exhibit(), actor=self.own.actor("officer"))
        return case

    def exhibit(self, **changed: Any) -> inquiries.Exhibit:
        facts = {
            "kind": "document",
            "title": "原始记录复印件",
            "obtained_at": dt.datetime(2026, 9, 8, 10, tzinfo=SHANGHAI),
            "place": "机构档案室",
            "officers": (self.own.inspectors[0], self.own.inspectors[1]),
        }
        return inquiries.Exhibit(**(facts | changed))

    def proposal(self, case: Case, **changed: Any) -> inquiries.Proposal:
        fine = Decimal(100_000) if case.procedure == "market" else Decimal(40_000)
        facts = {
            "report": "事实清楚，证据充分。",
            "outcome": "penalty",
            "fine": fine,
            "kinds": ("fine",),
            "discretion_reason": "初次违法，积极配合，按法定下限附近处罚。",
        }
        return inquiries.Proposal(**(facts | changed))

    def reviewing(self, code: str = "", proposal: dict[str, Any] | None = None, **c: Any) -> Case:
        case = self.with_evidence(code, **c)
        officer = self.own.actor("officer")
        words = self.proposal(case, **(proposal or {}))
        inquiries.finish(case, proposal=words, on=dt.date(2026, 9, 14), actor=officer)
        reviews.submit(case, actor=officer)
        return case

    def reviewed(self, code: str = "", proposal: dict[str, Any] | None = None, **c: Any) -> Case:
        case = self.reviewing(code, proposal, **c)
        on = dt.date(2026, 9, 15)
        reviews.pass_review(case, opinion="同意", on=on, actor=self.own.actor("chief"))
        return case

    def ready(self, code: str = "", proposal: dict[str, Any] | None = None, **c: Any) -> Case:
        """Reviewed, and legally reviewed where the procedure asks for it."""
        case = self.reviewed(code, proposal, **c)
        if case.procedure == "market":
            self.legally_reviewed(case)
        return case

    def legally_reviewed(self, case: Case, on: dt.date = dt.date(2026, 9, 16)) -> None:
        reviews.to_legal(case, on=on, actor=self.own.actor("officer"))
        reviews.pass_legal(case, opinion="合法", on=on, actor=self.own.actor("legal"))

    def noticed(self, code: str = "", proposal: dict[str, Any] | None = None, **c: Any) -> Case:
        case = self.ready(code, proposal, **c)
        self.give_notice(case)
        return case

    def grounds(self, case: Case) -> Grounds:
        """The provisions that the case's matter and bounds suggest."""
        return likely_grounds(case)

    def notice_form(self, case: Case) -> DraftNoticeForm:
        """The empty form with which the handler writes the notice."""
        return DraftNoticeForm(case=case, actor=self.own.actor("officer"))

    def draft_notice(self, case: Case, **changed: Any) -> PriorNotice:
        facts = {
            "facts": "报告与原始记录不一致。",
            "intended": "罚款",
            "grounds": self.grounds(case),
        }
        telling = notices.Telling(**(facts | changed))
        return notices.draft_notice(
            case, telling=telling, on=NOTICED_ON, actor=self.own.actor("officer")
        )

    def give_notice(self, case: Case) -> None:
        """Drafted, numbered and served."""
        notice = self.draft_notice(case)
        papers.number(paper_of(notice), on=NOTICED_ON, actor=self.own.actor("chief"))
        notices.give_notice(
            case, method="direct", served_on=NOTICED_ON, actor=self.own.actor("officer")
        )

    def defended(self, code: str = "", proposal: dict[str, Any] | None = None, **c: Any) -> Case:
        case = self.noticed(code, proposal, **c)
        notices.close_defence(case, on=DEFENDED_ON, actor=self.own.actor("officer"))
        return case

    def draft(self, case: Case, **changed: Any) -> decisions.Draft:
        amount = case.proposed_fine
        facts = {
            "outcome": "penalty",
            "facts": "报告与原始记录不一致。",
            "evidence": "原始记录复印件等。",
            "grounds": self.grounds(case),
            "reasons": "综合考虑。",
            "performance": "收到本决定书之日起十五日内缴至指定银行。",
            "remedy": "六十日内可以申请行政复议，六个月内可以提起行政诉讼。",
            "lines": (decisions.Line("fine", f"罚款 {amount} 元", amount),),
        }
        return decisions.Draft(**(facts | changed))

    def deciding(self, code: str = "", proposal: dict[str, Any] | None = None, **c: Any) -> Case:
        case = self.defended(code, proposal, **c)
        officer = self.own.actor("officer")
        decisions.draft(case, words=self.draft(case), actor=officer)
        decisions.propose(case, on=DECIDED_ON, actor=officer)
        return case

    def decided(self, code: str = "", proposal: dict[str, Any] | None = None, **c: Any) -> Case:
        case = self.deciding(code, proposal, **c)
        decisions.decide(case, on=DECIDED_ON, actor=self.own.actor("leader"))
        return case

    def served(self, code: str = "", proposal: dict[str, Any] | None = None, **c: Any) -> Case:
        case = self.decided(code, proposal, **c)
        self.serve(case)
        return case

    def serve(self, case: Case) -> None:
        self.number(case)
        delivery = decisions.Delivery("direct", SERVED_ON, "王某某", "机构")
        decisions.serve(case, delivery=delivery, actor=self.own.actor("officer"))

    def number(self, case: Case) -> None:
        """Give the decision's paper its number."""
        [paper] = Paper.objects.filter(subject_ref=ref(decision_of(case)))
        papers.number(paper, on=DECIDED_ON, actor=self.own.actor("chief"))

    def remind(self, case: Case, on: dt.date) -> Reminder:
        """催告: drafted and numbered on the day, and served."""
        officer = self.own.actor("officer")
        drafted = performance.draft_reminder(case, on=on, actor=officer)
        if drafted.paper is not None and drafted.paper.is_draft:
            number_on(drafted.paper, on, self.own.actor("chief"))
        return performance.remind(case, served_on=on, actor=officer)

    def pay(self, case: Case, amount: Decimal, on: dt.date, kind: str = "fine") -> None:
        performance.pay(
            case,
            kind=kind,
            amount=amount,
            paid_on=on,
            receipt_number=f"{kind}-{on}-{amount}",
            actor=self.own.actor("officer"),
        )

    def closed(self, code: str = "", proposal: dict[str, Any] | None = None, **c: Any) -> Case:
        case = self.served(code, proposal, **c)
        self.pay(case, Decimal(case.fine or 0), dt.date(2026, 10, 30))
        performance.close(
            case,
            ground="performed",
            words="罚款已缴清。",
            on=dt.date(2026, 11, 2),
            actor=self.own.actor("leader"),
        )
        return case


def number_on(paper: Paper, on: dt.date, actor: Actor) -> None:
    """Number a paper on a day that may lie ahead of the real one."""
    ahead = max((on - today()).days, 0)
    with override_settings(CLOCK_SHIFT_SECONDS=ahead * 86_400):
        papers.number(paper, on=on, actor=actor)


def scan(actor: Actor) -> StoredFile:
    """A paper signed by the party."""
    upload = SimpleUploadedFile("放弃声明.pdf", b"%PDF-1.4\n%%EOF\n")
    return store_upload(upload, purpose="scan", actor=actor)


def decision_of(case: Case) -> Decision:
    return Decision.objects.get(case=case)
