"""The records that URLs of the access matrix name, and the data of its forms.

How they are registered, and who the people are, stands in tests/people.py.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from agencies.accounts.selectors import actor_from_post
from institutions.ledgers import services as ledgers
from institutions.models import Certificate, Institution, Site
from portal.files.services import store_upload
from tests.factories import (
    InstitutionFactory,
    UserFactory,
    district,
)
from tests.people import OWN, SIBLING, World, form, record

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


@record("expert_of_ecology")
def expert_of_ecology(world: World) -> list[Any]:
    from agencies.models import Expert

    made = Expert.objects.create(
        agency=world.agency("ecology"),
        name="某专家",
        organisation="某研究所",
        fields=["water"],
        year=2026,
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


@record("inspector_of_ecology")
def inspector_of_ecology(world: World) -> list[Any]:
    from agencies.models import Inspector

    made = Inspector.objects.create(
        agency=world.agency("ecology"),
        name="某检查人员",
        certificate_number="WORLD-0001",
        valid_from=dt.date(2025, 1, 1),
        valid_to=dt.date(2030, 1, 1),
    )
    return [made.pk]


@record("matter")
def matter(world: World) -> list[Any]:
    from agencies.matters.services import seed_matters
    from agencies.models import Matter

    seed_matters()
    return [Matter.objects.get(code="E09").pk]


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


@record("workbook_of_officer")
def workbook_of_officer(world: World) -> list[Any]:
    """A workbook without rows that the officer uploaded for an import."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    actor = actor_from_post(world.user("officer").posts.get().pk, source="test")
    upload = SimpleUploadedFile("名单.csv", "姓名,执法证号\n".encode())
    stored = store_upload(upload, purpose="workbook", actor=actor)
    return [stored.pk]


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


@record("list_name")
def list_name(world: World) -> list[Any]:
    """A list that all staff may see."""
    return ["exports"]


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
