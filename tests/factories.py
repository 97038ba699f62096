"""Factories; traits say what is special. ActorFactory makes the actor of a fresh post."""

from __future__ import annotations

import datetime as dt
from typing import Any

import factory

from agencies.accounts.selectors import actor_from_post
from agencies.models import Agency, Post, Region, User
from inspections.models import Batch, CheckItem, Plan
from inspections.plans.choices import PlanKind, PlanState
from inspections.plans.rules import seats
from institutions.models import Certificate, Institution, Presence
from institutions.registry.choices import InstitutionKind, PresenceKind
from institutions.registry.rules import make_uscc, name_facts, pinyin_key
from portal.access import Actor, AgencyKind, Level, Role
from portal.clocks import now
from portal.models import LawParameter
from portal.refs import ref
from sharing.models import Period, Roster
from sharing.rosters.choices import PeriodKind
from sharing.rosters.models import ROW_FIELDS

CITY = "310000"
DISTRICT = "310113"
SIBLING = "310114"
DISTRICTS = {DISTRICT: "宝山区", SIBLING: "嘉定区"}


def city() -> Region:
    """上海市, province and city at once."""
    return Region.objects.get_or_create(
        code=CITY, defaults={"name": "上海市", "level": Level.CITY, "path": CITY}
    )[0]


def district(code: str = DISTRICT) -> Region:
    """A district under the city; DISTRICT is one's own, SIBLING the neighbour."""
    defaults = {
        "name": DISTRICTS.get(code, code),
        "level": Level.DISTRICT,
        "parent": city(),
        "path": f"{CITY}/{code}",
    }
    return Region.objects.get_or_create(code=code, defaults=defaults)[0]


class AgencyFactory(factory.django.DjangoModelFactory[Agency]):
    class Meta:
        model = Agency

    code = factory.Sequence(lambda n: f"agency-{n}")
    name = factory.Sequence(lambda n: f"测试单位{n}")
    short_name = factory.SelfAttribute("name")
    kind = AgencyKind.MARKET
    level = Level.DISTRICT
    region = factory.LazyFunction(district)

    class Params:
        sibling = factory.Trait(region=factory.LazyFunction(lambda: district(SIBLING)))
        of_city = factory.Trait(region=factory.LazyFunction(city), level=Level.CITY)


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"张某{n}")
    opened_in = f"{CITY}/{DISTRICT}"


class PostFactory(factory.django.DjangoModelFactory[Post]):
    class Meta:
        model = Post

    user = factory.SubFactory(UserFactory)
    agency = factory.SubFactory(AgencyFactory)
    title = "科员"
    roles = [Role.OFFICER]
    from_on = dt.date(2020, 1, 1)


def ActorFactory(**traits: Any) -> Actor:  # noqa: N802  # reads like the other factories
    """The actor of a new post; takes PostFactory's arguments (roles=, agency__kind=)."""
    post = PostFactory(**traits)
    return actor_from_post(post.pk, source="test")


class InstitutionFactory(factory.django.DjangoModelFactory[Institution]):
    """Registered in one's own district, with its presence there, a name unlike the others."""

    class Meta:
        model = Institution
        skip_postgeneration_save = True

    class Params:
        sibling = factory.Trait(region=factory.LazyFunction(lambda: district(SIBLING)))
        certified = factory.Trait(
            certificate_number="240912050001", certificate_valid_to=dt.date(2030, 5, 31)
        )
        in_contact = factory.Trait(
            legal_representative="王某某", contact_name="李某", contact_phone="021-00001234"
        )

    uscc = factory.Sequence(lambda n: make_uscc("91", "310113", f"TEX{n:05}"))
    name = factory.Sequence(lambda n: f"上海{chr(0x4E00 + n)}{chr(0x6E00 + n)}检测技术有限公司")
    name_key = factory.LazyAttribute(lambda row: pinyin_key(row.name))
    name_norm = factory.LazyAttribute(lambda row: name_facts(row.name)["name_norm"])
    name_core = factory.LazyAttribute(lambda row: name_facts(row.name)["name_core"])
    search_text = factory.LazyAttribute(lambda row: f"{row.uscc}\n{row.name}")
    kind = InstitutionKind.SOCIAL
    region = factory.LazyFunction(district)
    created_at = factory.LazyFunction(now)

    @factory.post_generation
    def presence(self: Institution, create: bool, extracted: Any, **kwargs: Any) -> None:
        Presence.objects.create(
            institution=self,
            region=self.region,
            region_path=self.region.path,
            kind=PresenceKind.REGISTERED,
            source=ref(self),
        )

    @factory.post_generation
    def certificate(self: Institution, create: bool, extracted: Any, **kwargs: Any) -> None:
        if self.certificate_number:
            Certificate.objects.create(
                institution=self,
                number=self.certificate_number,
                valid_to=self.certificate_valid_to,
            )


class PeriodFactory(factory.django.DjangoModelFactory[Period]):
    """2026-H1, due 2026-06-30; `whole_year` is 2026-Y, due 2027-01-31."""

    class Meta:
        model = Period
        django_get_or_create = ("code",)

    code = "2026-H1"
    kind = PeriodKind.HALF
    year = 2026
    covers_from = dt.date(2026, 1, 1)
    covers_to = dt.date(2026, 6, 30)
    due_on = dt.date(2026, 6, 30)
    opened_at = factory.LazyFunction(now)

    class Params:
        whole_year = factory.Trait(
            code="2026-Y",
            kind=PeriodKind.YEAR,
            covers_to=dt.date(2026, 12, 31),
            due_on=dt.date(2027, 1, 31),
        )


def market_bureau() -> Agency:
    """The market bureau of one's own district: the receiver of every roster there."""
    known = Agency.objects.filter(code="market").first()
    return known or AgencyFactory(code="market", kind=AgencyKind.MARKET)


class RosterFactory(factory.django.DjangoModelFactory[Roster]):
    """The water bureau's roster of 2026-H1, not yet reported; `signed` asks for the chief."""

    class Meta:
        model = Roster

    period = factory.SubFactory(PeriodFactory)
    agency = factory.SubFactory(AgencyFactory, kind=AgencyKind.WATER, reports_rosters=True)
    receiver = factory.LazyFunction(market_bureau)

    class Params:
        signed = factory.Trait(agency__signs_off_rosters=True)


def roster_row(**changed: Any) -> dict[str, Any]:
    """One employment as the workbook reads it."""
    row: dict[str, Any] = dict.fromkeys(ROW_FIELDS)
    row |= {
        "institution_name": "上海样本检测技术有限公司",
        "uscc": "91310113MA1TEX706G",
        "certificate_number": "240912050001",
        "certificate_valid_to": dt.date(2030, 5, 31),
        "filing_number": "BA-2025-001",
        "media": ("water", "soil"),
        "project_name": "河道断面水质监测",
        "commission_kind": "government",
        "contract_number": "HT-2026-01",
        "contract_from": dt.date(2026, 1, 1),
        "contract_to": dt.date(2026, 12, 31),
        "in_double_random": True,
        "contact_name": "陈某",
        "contact_phone": "021-56780000",
    }
    return row | changed


def ecology_bureau() -> Agency:
    """The ecology bureau of one's own district."""
    known = Agency.objects.filter(code="ecology").first()
    return known or AgencyFactory(code="ecology", kind=AgencyKind.ECOLOGY)


def sampling_parameters() -> None:
    """The ratios and caps of the seed: 3, 10, 30, 100 %; twice a year, A once in three years."""
    ratios = {"A": 3, "B": 10, "C": 30, "D": 100}
    known = {f"sampling.ratio.{grade}": value for grade, value in ratios.items()}
    known |= {"inspection.cap": 2, "inspection.cap.A": 1, "inspection.cap.A.years": 3}
    known |= {"inspection.cap.B": 1, "inspection.cap.C": 2, "draw.inspector.max_load": 40}
    for code, value in known.items():
        facts = {"name": code, "kind": "threshold", "value": value, "mark": "D"}
        facts["state"] = "approved"
        LawParameter.objects.get_or_create(code=code, version=1, defaults=facts)


class CheckItemFactory(factory.django.DjangoModelFactory[CheckItem]):
    """A general item of the market bureau, in force since 2021."""

    class Meta:
        model = CheckItem

    code = factory.Sequence(lambda n: f"T{n:03}")
    kind = "general"
    name = factory.Sequence(lambda n: f"测试事项{n}")
    detail = "是否依法取得资质认定"
    basis = "检验检测机构资质认定管理办法第34条"
    authority = AgencyKind.MARKET
    objects_words = "辖区内生态环境监测机构"
    ratio_bp = 1000
    frequency = "每年"
    method = "现场检查"
    inspectors = "不少于 2 名"
    mark = "V"
    from_on = dt.date(2021, 4, 2)


class PlanFactory(factory.django.DjangoModelFactory[Plan]):
    """A joint yearly draft of 2026, made by the market bureau; `published`, `single`."""

    class Meta:
        model = Plan

    class Params:
        published = factory.Trait(
            state=PlanState.PUBLISHED, submission=1, published_at=factory.LazyFunction(now)
        )
        single = factory.Trait(cooperating=None)

    year = 2026
    kind = PlanKind.YEARLY
    title = factory.Sequence(lambda n: f"2026年度检查计划{n}")
    region = factory.LazyFunction(district)
    initiating = factory.LazyFunction(market_bureau)
    cooperating = factory.LazyFunction(ecology_bureau)
    basis = "国办发〔2024〕54号"
    reasons = "减少重复检查"
    created_at = factory.LazyFunction(now)


def BatchFactory(plan: Plan | None = None, **given: Any) -> Batch:  # noqa: N802  # like the others
    """A batch with the five default strata and the seats of its plan's bureaus."""
    plan = plan or PlanFactory()
    strata = given.pop("strata", None)
    facts: dict[str, Any] = {
        "number": plan.batches.count() + 1,
        "name": f"第{plan.batches.count() + 1}批",
        "starts_on": dt.date(2026, 3, 1),
        "ends_on": dt.date(2026, 6, 30),
    }
    batch = Batch.objects.create(plan=plan, **(facts | given))
    default = [("A", 300, 1), ("B", 1000, 1), ("C", 3000, 1), ("D", 10_000, 1), ("U", 1000, 1)]
    for name, ratio, floor in strata or default:
        batch.strata.create(name=name, ratio_bp=ratio, floor=floor)
    kinds = [agency.kind for agency in (plan.initiating, plan.cooperating) if agency]
    for order, (name, dept) in enumerate(seats(kinds, expert=False), start=1):
        batch.slots.create(order=order, name=name, dept=dept)
    return batch
