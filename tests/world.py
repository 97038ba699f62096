"""The world of the access matrix: one person for each `who`, and the records that URLs name.

A record is a function decorated with ``@record("name")`` that makes it and returns the arguments
of its URL; ``@form("name")`` does the same for the data of a POST. Both get the world, so that they
can say ``world.agency("water")`` or ``world.args("institution")``. All are made once, before the
first request.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from agencies.accounts.selectors import actor_from_post
from agencies.models import Agency, User
from institutions.ledgers import services as ledgers
from institutions.models import Certificate, Institution, Site
from portal.access import AgencyKind, Level, Role
from portal.files.services import store_upload
from tests.factories import (
    AgencyFactory,
    InstitutionFactory,
    PostFactory,
    UserFactory,
    city,
    district,
)

BACKEND = "django.contrib.auth.backends.ModelBackend"
OWN, SIBLING = "310113", "310114"

# name: (kind, level, district's code)
AGENCIES = {
    "ecology": (AgencyKind.ECOLOGY, Level.DISTRICT, OWN),
    "market": (AgencyKind.MARKET, Level.DISTRICT, OWN),
    "water": (AgencyKind.WATER, Level.DISTRICT, OWN),
    "station": (AgencyKind.MONITORING_STATION, Level.DISTRICT, OWN),
    "audit": (AgencyKind.AUDIT, Level.DISTRICT, OWN),
    "government": (AgencyKind.GOVERNMENT, Level.DISTRICT, OWN),
    "sibling_ecology": (AgencyKind.ECOLOGY, Level.DISTRICT, SIBLING),
    "sibling_market": (AgencyKind.MARKET, Level.DISTRICT, SIBLING),
    "city_ecology": (AgencyKind.ECOLOGY, Level.CITY, ""),
    "city_market": (AgencyKind.MARKET, Level.CITY, ""),
}

# who: (agency, role). `public`, `institution`, `disabled` and `moved` are made by themselves.
STAFF = {
    "officer": ("ecology", Role.OFFICER),
    "chief": ("ecology", Role.CHIEF),
    "leader": ("ecology", Role.LEADER),
    "legal": ("ecology", Role.LEGAL),
    "ecology_reporter": ("ecology", Role.REPORTER),
    "market": ("market", Role.OFFICER),
    "market_chief": ("market", Role.CHIEF),
    "market_leader": ("market", Role.LEADER),
    "market_legal": ("market", Role.LEGAL),
    "reporter": ("water", Role.REPORTER),
    "partner": ("water", Role.OFFICER),
    "partner_chief": ("water", Role.CHIEF),
    "station": ("station", Role.MONITOR),
    "government": ("government", Role.LEADER),
    "sibling": ("sibling_ecology", Role.OFFICER),
    "sibling_chief": ("sibling_ecology", Role.CHIEF),
    "sibling_market": ("sibling_market", Role.OFFICER),
    "city": ("city_ecology", Role.OFFICER),
    "city_market": ("city_market", Role.OFFICER),
    "auditor": ("audit", Role.AUDITOR),
    "sysadmin": ("ecology", Role.SYSADMIN),
    "secadmin": ("ecology", Role.SECADMIN),
    "auditadmin": ("ecology", Role.AUDITADMIN),
}
NOBODY = ("disabled", "moved")  # signed in a minute ago, meanwhile disabled or without a post
WHO = ("public", "institution", *STAFF, *NOBODY)

Maker = Callable[["World"], Any]
_records: dict[str, Maker] = {}
_forms: dict[str, Maker] = {}


def record(name: str) -> Callable[[Maker], Maker]:
    """Register how a record of the world is made; it returns the URL's arguments as a list."""
    return _registrar(_records, name)


def form(name: str) -> Callable[[Maker], Maker]:
    """Register the valid data of a POST, as a dict."""
    return _registrar(_forms, name)


def _registrar(register: dict[str, Maker], name: str) -> Callable[[Maker], Maker]:
    def add(maker: Maker) -> Maker:
        assert name not in register, f"{name} is made twice in tests/world.py"
        register[name] = maker
        return maker

    return add


class World:
    """A small district with neighbours."""

    def __init__(self) -> None:
        self._agencies: dict[str, Agency] = {}
        self._users: dict[str, User] = {}
        self._made: dict[Maker, Any] = {}
        self._cookies: dict[str, str] = {}

    def build(self) -> World:
        """Everybody, signed in, and every record."""
        for who in WHO:
            self.client(who)
        for maker in (*_records.values(), *_forms.values()):
            self._make(maker)
        return self

    def agency(self, name: str) -> Agency:
        if name not in self._agencies:
            kind, level, code = AGENCIES[name]
            region = district(code) if code else city()
            self._agencies[name] = AgencyFactory(
                code=f"world-{name}", kind=kind, level=level, region=region
            )
        return self._agencies[name]

    def user(self, who: str) -> User:
        if who not in self._users:
            self._users[who] = self._person(who)
        return self._users[who]

    def args(self, name: str) -> list[Any]:
        return list(self._make(_records[name]))

    def form(self, name: str) -> dict[str, Any]:
        return dict(self._make(_forms[name]))

    def client(self, who: str, *, csrf: bool = False) -> Client:
        """A fresh browser with this person's session; `public` has none."""
        browser = Client(enforce_csrf_checks=csrf)
        if who == "public":
            return browser
        if who not in self._cookies:
            browser.force_login(self.user(who), backend=BACKEND)
            self._cookies[who] = browser.cookies.output(header="", attrs=[])
            self._change(who)
        browser.cookies.load(self._cookies[who])
        return browser

    def _make(self, maker: Maker) -> Any:
        if maker not in self._made:
            self._made[maker] = maker(self)
        return self._made[maker]

    def _person(self, who: str) -> User:
        if who == "institution":
            [key] = self.args("institution")
            return UserFactory(username="world-institution", institution_id=key)
        agency, role = STAFF.get(who, ("ecology", Role.OFFICER))
        post = PostFactory(user__username=f"world-{who}", agency=self.agency(agency), roles=[role])
        return post.user

    def _change(self, who: str) -> None:
        """What happened after the sign-in."""
        user = self.user(who)
        if who == "disabled":
            User.objects.filter(pk=user.pk).update(is_active=False)
        if who == "moved":
            user.posts.update(to_on=dt.date(2020, 1, 2))


# --- Records that URLs name, and forms: in the order of the apps, alphabetical within ----------


@record("account_of_officer")
def account_of_officer(world: World) -> list[Any]:
    return [world.user("officer").pk]


@record("account_of_sibling")
def account_of_sibling(world: World) -> list[Any]:
    return [world.user("sibling").pk]


@record("agency_of_sibling")
def agency_of_sibling(world: World) -> list[Any]:
    return [world.agency("sibling_ecology").pk]


@record("agency_of_water")
def agency_of_water(world: World) -> list[Any]:
    return [world.agency("water").pk]


@record("delegation_of_chief")
def delegation_of_chief(world: World) -> list[Any]:
    """The ecology chief lends signing to the officer."""
    from agencies.delegations.services import delegate
    from portal.access import job_actor

    day = timezone.localdate()
    made = delegate(
        world.user("chief").posts.get(),
        receiver=world.user("officer").posts.get(),
        kinds=["sign"],
        from_on=day,
        to_on=day,
        reason="外出",
        actor=job_actor("test"),
    )
    return [made.pk]


@record("handover_of_officer")
def handover_of_officer(world: World) -> list[Any]:
    """The officer hands over to the colleague of legal review."""
    from agencies.delegations.services import open_handover
    from portal.access import job_actor

    made = open_handover(
        world.user("officer").posts.get(),
        receiver=world.user("legal").posts.get(),
        last_day=timezone.localdate(),
        reason="调离",
        actor=job_actor("test"),
    )
    return [made.pk]


@record("post_of_officer")
def post_of_officer(world: World) -> list[Any]:
    return [world.user("officer").posts.get().pk]


@record("reset_of_officer")
def reset_of_officer(world: World) -> list[Any]:
    return [world.user("officer").pk, "reset"]


@record("invitation")
def invitation(world: World) -> list[Any]:
    """A link that sets the password of an invited colleague."""
    from agencies.accounts.services import invite
    from portal.access import job_actor

    return [invite(UserFactory(username="world-invited"), actor=job_actor("test"))]


@record("sign_in_of_officer")
def sign_in_of_officer(world: World) -> list[Any]:
    """The officer's session on another device."""
    from agencies.models import SignIn

    at = timezone.now()
    user = world.user("officer")
    made = SignIn.objects.create(user=user, session_key="elsewhere", began_at=at, seen_at=at)
    return [made.pk]


@record("token_of_officer")
def token_of_officer(world: World) -> list[Any]:
    from agencies.accounts.services import issue_token
    from agencies.models import ApiToken
    from portal.access import job_actor

    issue_token(world.user("officer").posts.get(), actor=job_actor("test"))
    return [ApiToken.objects.get().pk]


@record("audit_event")
def audit_event(world: World) -> list[Any]:
    """An act of the officer's, in the own district."""
    return [_act(world, "officer")]


@record("audit_event_outside")
def audit_event_outside(world: World) -> list[Any]:
    """An act in the sibling district."""
    return [_act(world, "sibling")]


def _act(world: World, who: str) -> int:
    from portal.audit import record as record_act
    from portal.models import AuditEvent

    post = world.user(who).posts.get()
    actor = actor_from_post(post.pk, source="test")
    record_act(actor, "agency.edit", post.agency, changes={"phone": ["", "021"]})
    return AuditEvent.objects.filter(user_id=post.user_id).latest("id").pk


@record("export_of_officer")
def export_of_officer(world: World) -> list[Any]:
    """An export that waits for a worker."""
    from portal.models import ExportJob

    user = world.user("officer")
    job = ExportJob.objects.create(
        user=user,
        post=user.posts.get(),
        list_name="exports",
        format="xlsx",
        language="zh-hans",
        created_at=timezone.now(),
    )
    return [job.pk]


@record("list_name")
def list_name(world: World) -> list[Any]:
    """A list that all staff may see."""
    return ["exports"]


@record("view_of_officer")
def view_of_officer(world: World) -> list[Any]:
    from portal.models import SavedView

    user = world.user("officer")
    view = SavedView.objects.create(
        user=user, list_name="exports", name="已完成", created_at=timezone.now()
    )
    return [view.pk]


@record("file_of_officer")
def file_of_officer(world: World) -> list[Any]:
    """An upload of the officer's without a record: nobody else's business."""
    from portal.models import StoredFile

    user = world.user("officer")
    stored = StoredFile.objects.create(
        sha256="0" * 64,
        size=0,
        name="draft.csv",
        content_type="text/csv",
        purpose="workbook",
        uploaded_by=user,
        uploaded_at=timezone.now(),
        scan_state="pending",
    )
    return [stored.pk]


@record("certificate")
def certificate(world: World) -> list[Any]:
    """Of the institution in the own district."""
    made = Certificate.objects.create(
        institution_id=world.args("institution")[0],
        number="240912050001",
        valid_from=dt.date(2024, 6, 1),
        valid_to=dt.date(2030, 5, 31),
    )
    return [made.pk]


@record("institution")
def institution(world: World) -> list[Any]:
    """Registered in the own district."""
    return [_institution("91310113MA1GK00000", OWN).pk]


@record("institution_code")
def institution_code(world: World) -> list[Any]:
    """The code of the same institution, as public pages and the API name it."""
    return [Institution.objects.get(pk=world.args("institution")[0]).uscc]


@record("institution_outside")
def institution_outside(world: World) -> list[Any]:
    """Registered in the sibling district, without any presence in the own one."""
    return [_institution("91310114MA1GK00001", SIBLING).pk]


def _institution(uscc: str, code: str) -> Institution:
    region = district(code)
    made = Institution.objects.create(
        uscc=uscc,
        name=f"世界检测{code}有限公司",
        name_key=f"shi jie {code}",
        kind="social",
        region=region,
        created_at=timezone.now(),
    )
    made.presences.create(
        region=region, region_path=region.path, kind="registered", source=f"institution:{made.pk}"
    )
    return made


@record("ledger")
def ledger(world: World) -> list[Any]:
    """An old ledger that the own ecology bureau has uploaded and named the columns of."""
    post = world.user("officer").posts.get()
    actor = actor_from_post(post.pk, source="world")
    body = "代码,名称\n91310113MA1TEX714B,上海峄衡检测技术有限公司\n".encode()
    upload = SimpleUploadedFile("旧台账.csv", body, content_type="text/csv")
    file = store_upload(upload, purpose="workbook", actor=actor)
    made = ledgers.open_ledger(file, actor=actor)
    ledgers.map_ledger(made, mapping={"A": "uscc", "B": "name"}, actor=actor)
    return [made.pk]


@record("site")
def site(world: World) -> list[Any]:
    """A laboratory of the institution in the own district."""
    [key] = world.args("institution")
    made = Site.objects.create(
        institution_id=key, kind="laboratory", region=district(OWN), address="示范一路 1 号"
    )
    return [made.pk]


@form("certificate")
def certificate_form(world: World) -> dict[str, Any]:
    return {"number": "250912050009", "valid_from": "2025-03-01", "valid_to": "2031-02-28"}


@form("certificate_change")
def certificate_change(world: World) -> dict[str, Any]:
    days = {"valid_from": "2024-06-01", "valid_to": "2030-05-31"}
    return {**days, "status": "deregistered", "reason": "自行申请注销", "version": 1}


@form("institution")
def institution_form(world: World) -> dict[str, Any]:
    region = district(OWN).pk
    code = "91310113MA1TEX706G"
    return {"uscc": code, "name": "上海澄域环境有限公司", "kind": "social", "region": region}


@form("institution_facts")
def institution_facts(world: World) -> dict[str, Any]:
    return {"kind": "social", "region": district(OWN).pk, "address": "示范二路 2 号", "version": 1}


@form("institution_merge")
def institution_merge(world: World) -> dict[str, Any]:
    return {"into": InstitutionFactory().uscc, "reason": "同一机构重复登记", "version": 1}


@form("institution_rename")
def institution_rename(world: World) -> dict[str, Any]:
    name = "上海泓朗检测技术有限公司"
    return {"name": name, "until_on": "2026-11-02", "reason": "工商变更", "version": 1}


@form("institution_status")
def institution_status(world: World) -> dict[str, Any]:
    return {"status": "suspended", "reason": "停业装修", "version": 1}


@form("ledger_map")
def ledger_map(world: World) -> dict[str, Any]:
    return {"A": "uscc", "B": "name"}


@form("site")
def site_form(world: World) -> dict[str, Any]:
    return {"kind": "laboratory", "region": district(OWN).pk, "address": "示范三路 3 号"}


@form("site_end")
def site_end(world: World) -> dict[str, Any]:
    return {"to_on": "2026-11-02"}


# --- The kernel's records ----------------------------------------------------------------------


@form("reason")
def reason(world: World) -> dict[str, Any]:
    """Why something is taken back."""
    return {"reason": "录入有误"}


def _rule(**facts: Any) -> Any:
    from portal.models import DeadlineRule

    same = {"trigger": "收到线索", "step": "决定是否立案", "length": 15, "unit": "working_day"}
    return DeadlineRule.objects.create(code="W01", name="核查", mark="D", **same, **facts)


@record("rule_in_force")
def rule_in_force(world: World) -> list[Any]:
    return [_rule(state="approved").pk]


@record("rule_proposed")
def rule_proposed(world: World) -> list[Any]:
    """A second version, by the ecology bureau's legal reviewer."""
    user = world.user("legal")
    when = {"effective_from": dt.date(2027, 1, 1)}
    return [_rule(version=2, state="draft", proposed_by=user, **when).pk]


def _parameter(**facts: Any) -> Any:
    from portal.models import LawParameter

    same = {"name": "听证标准", "kind": "threshold", "value": 50000, "unit": "元", "mark": "D"}
    return LawParameter.objects.create(code="world", **same, **facts)


@record("parameter_in_force")
def parameter_in_force(world: World) -> list[Any]:
    return [_parameter(state="approved").pk]


@record("parameter_proposed")
def parameter_proposed(world: World) -> list[Any]:
    user = world.user("legal")
    when = {"effective_from": dt.date(2027, 1, 1)}
    return [_parameter(version=2, state="draft", proposed_by=user, **when).pk]


@record("calendar_in_force")
def calendar_in_force(world: World) -> list[Any]:
    from portal.models import CalendarYear

    return [CalendarYear.objects.create(year=2031, state="provisional", source="暂定").pk]


@record("calendar_proposed")
def calendar_proposed(world: World) -> list[Any]:
    from portal.models import CalendarYear

    user = world.user("legal")
    made = CalendarYear.objects.create(year=2031, state="draft", source="通知", proposed_by=user)
    made.days.create(on=dt.date(2031, 1, 1), working=False, name="元旦")
    return [made.pk]


@record("clock_of_ecology")
def clock_of_ecology(world: World) -> list[Any]:
    return [_clock(world).pk]


@record("effect_poisoned")
def effect_poisoned(world: World) -> list[Any]:
    """An effect that failed five times."""
    day = dt.date(2026, 9, 1)
    made = _clock(world).effects.create(
        effect="W01 T+1 late", due_on=day, legal_on=day, state="poison", attempts=5
    )
    return [made.pk]


@record("delivery_failed")
def delivery_failed(world: World) -> list[Any]:
    """A listener that failed five times."""
    from portal.models import EventRow

    row = EventRow.objects.create(name="world.event", record_pk=1, by={}, at=timezone.now())
    return [row.deliveries.create(listener="world", attempts=5).pk]


def _clock(world: World) -> Any:
    from portal.models import Clock, DeadlineRule

    agency = world.agency("ecology")
    rule = DeadlineRule.objects.filter(pk=world.args("rule_in_force")[0]).get()
    days = {"started_on": dt.date(2026, 8, 10), "due_on": dt.date(2026, 9, 1)}
    return Clock.objects.create(
        rule=rule,
        rule_code=rule.code,
        ref=f"agency:{agency.pk}",
        audit_stream=f"agency:{agency.pk}",
        agency=agency,
        role=Role.OFFICER,
        legal_due_on=days["due_on"],
        **days,
    )


@record("message_to_officer")
def message_to_officer(world: World) -> list[Any]:
    from portal.models import Message

    post = world.user("officer").posts.get()
    return [Message.objects.create(to_post=post, title="提醒", key="1", sent_at=timezone.now()).pk]
