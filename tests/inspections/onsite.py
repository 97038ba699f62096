"""A joint visit with its people, brought to any state through the services."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.accounts.selectors import actor_from_post
from agencies.models import Agency, Inspector, Matter
from inspections.assignments import services as assignments
from inspections.findings import services as findings
from inspections.models import Finding, Order, ResultCode, Visit
from inspections.rectifications import services as orders
from inspections.results import services as results
from inspections.signing import services as signing
from inspections.visits import services as visits
from inspections.visits.choices import VisitKind
from portal.access import Actor, AgencyKind, Role
from portal.clocks import today
from tests.factories import (
    ActorFactory,
    CheckItemFactory,
    InstitutionFactory,
    PostFactory,
    ecology_bureau,
    market_bureau,
)

PHOTO = b"\xff\xd8\xff\xe0" + b"photo"


def photo(name: str = "现场.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PHOTO, content_type="image/jpeg")


def inspector(agency: Agency, **facts: Any) -> Inspector:
    """A person of the directory with an account, certified for years."""
    number = Inspector.objects.count()
    post = PostFactory(agency=agency, roles=[Role.INSPECTOR])
    facts = {
        "name": post.user.name,
        "valid_from": dt.date(2020, 1, 1),
        "valid_to": dt.date(2040, 1, 1),
        "user": post.user,
        **facts,
    }
    return Inspector.objects.create(agency=agency, certificate_number=f"TEST-{number:05}", **facts)


def actor_of(person: Inspector) -> Actor:
    post = person.user.posts.first()
    return actor_from_post(post.pk, source="test")


def matter(code: str = "M09") -> Matter:
    """M… belongs to the market bureau, E… to the ecology bureau."""
    authority = AgencyKind.MARKET if code.startswith("M") else AgencyKind.ECOLOGY
    facts = {"authority": authority, "kind": "violation", "mark": "V"}
    facts |= {"title": f"{code} 的违法行为", "basis": f"{code} 的法律依据"}
    return Matter.objects.get_or_create(code=code, from_on=None, defaults=facts)[0]


class Crew:
    """Both bureaus of the district with two inspectors, an officer, chief and leader each."""

    def __init__(
        self,
        market: Agency | None = None,
        ecology: Agency | None = None,
        inspectors: list[Inspector] | None = None,
    ) -> None:
        self.market, self.ecology = market or market_bureau(), ecology or ecology_bureau()
        self.bureaus = (self.ecology, self.market)
        made = inspectors or [inspector(bureau) for bureau in self.bureaus for _ in range(2)]
        self.inspectors = made  # two of ecology, then two of the market bureau
        self.officer = ActorFactory(agency=self.market, roles=[Role.OFFICER])
        self.ecology_officer = ActorFactory(agency=self.ecology, roles=[Role.OFFICER])
        self.chief = ActorFactory(agency=self.market, roles=[Role.CHIEF])
        self.leaders = [ActorFactory(agency=each, roles=[Role.LEADER]) for each in self.bureaus]

    @property
    def team(self) -> list[Actor]:
        return [actor_of(each) for each in self.inspectors]

    @property
    def eco(self) -> Actor:
        return self.team[0]

    @property
    def mkt(self) -> Actor:
        return self.team[2]

    def plan(self, **changed: Any) -> Visit:
        """A special joint visit of today by the market bureau."""
        facts: dict[str, Any] = {
            "kind": VisitKind.REGULAR,
            "cooperating": self.ecology,
            "items": [CheckItemFactory()],
            "inspectors": self.inspectors,
            "purpose": "核查监测报告",
            "planned_from": today(),
            "planned_to": today() + dt.timedelta(days=7),
        }
        institution = changed.pop("institution", None) or InstitutionFactory()
        actor = changed.pop("actor", self.officer)
        return assignments.create_visit(institution, actor=actor, **{**facts, **changed})

    def approved(self, visit: Visit | None = None) -> Visit:
        visit = visit or self.plan()
        visits.submit(visit, actor=self.officer)
        for leader in self.leaders:
            if leader.agency_id in visit.bureau_ids:
                visits.approve(visit, actor=leader)
        return visit

    def noticed(self, visit: Visit | None = None) -> Visit:
        visit = self.approved(visit)
        visits.notify(visit, on=today(), actor=self.officer)
        return visit

    def opened(self, visit: Visit | None = None) -> Visit:
        findings.seed_checklist()
        visit = self.noticed(visit)
        findings.arrive(
            visit, code="JC20261121001", place="示范路1号", credentials_shown=True, actor=self.mkt
        )
        return visit

    def finding(self, visit: Visit, code: str = "M09", **facts: Any) -> Finding:
        facts = {"facts": "报告未经授权签字人签发。", "severity": "general", **facts}
        return findings.add_finding(visit, matter=matter(code), actor=self.mkt, **facts)

    def recorded(self, visit: Visit | None = None) -> Visit:
        visit = visit or self.opened()
        signing.write_record(visit, text="检查了十八项。", representative="钱某", actor=self.mkt)
        return visit

    def signed(self, visit: Visit | None = None) -> Visit:
        visit = self.recorded(visit)
        for person in self.team:
            if signing.can_sign(person, visit):
                signing.sign(visit, actor=person)
        signing.sign_for_institution(visit, name="钱某", title="负责人", actor=self.mkt)
        return visit

    def resulted(self, visit: Visit | None = None, code: str = "01") -> Visit:
        results.seed_result_codes()
        visit = visit or self.signed()
        found = ResultCode.objects.get(code=code)
        for person in (self.eco, self.mkt):
            results.add_result(visit, code=found, actor=person)
        results.submit_results(visit, actor=self.mkt)
        return visit

    def reviewed(self, visit: Visit | None = None, code: str = "01") -> Visit:
        visit = self.resulted(visit, code)
        results.review(visit, actor=self.chief)
        return visit

    def closed(self, visit: Visit | None = None) -> Visit:
        visit = self.reviewed(visit)
        results.close_part(visit, actor=self.officer)
        results.close_part(visit, actor=self.ecology_officer)
        return visit

    def order(self, visit: Visit | None = None) -> Order:
        """An order of the market bureau for one finding, made on site."""
        visit = visit or self.opened()
        found = self.finding(visit)
        return orders.issue(visit, findings=[found], requirement="立即改正。", actor=self.mkt)
