"""The demo's agencies, people, accounts: an invented district in the shape of a real one."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from django.contrib.auth.hashers import make_password

from agencies.accounts.models import PasswordRecord, Post, User
from agencies.accounts.services import create_account, grant_roles, open_post
from agencies.delegations.choices import DelegationKind
from agencies.delegations.services import delegate
from agencies.directory.models import Agency, Region
from agencies.directory.services import create_agency, seed_regions
from agencies.matters.services import seed_matters
from agencies.people.choices import Speciality
from agencies.people.models import Expert, Inspector
from portal.access import Level, job_actor
from portal.clocks import now
from portal.demo import DemoPlan

SEEDS = Path(__file__).parent / "seeds"
# Shared by every invented person, printed by `demo_accounts`; only demo accounts ever have it.
DEMO_PASSWORD = "Tidal-Heron-2026"  # noqa: S105  # public on purpose
YEARS_BEFORE = dt.timedelta(days=1640)  # before the oldest case of the demo
ACTOR = job_actor("demo")
# Two posts of one person, so that the switch in the top bar shows.
SECOND_POSTS = [("ecology.officer", "team", "挂职副大队长", ["officer"])]
EXPERTS = [
    ("乔远帆", "虚构环境科学研究所", "研究员", "ecology"),
    ("孟清泉", "虚构理工大学", "教授", "ecology"),
    ("白鹭飞", "虚构计量研究院", "高级工程师", "market"),
]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def load_agencies(plan: DemoPlan) -> None:
    """The district's agencies, the two city bureaus, the sibling district's two bureaus."""
    seed_regions()
    regions = {region.code: region for region in Region.objects.all()}
    made: dict[str, Agency] = {}
    for row in _rows("demo_agencies.csv"):
        region = regions[row["region"]]
        made[row["code"]] = create_agency(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            short_name=row["short_name"],
            kind=row["kind"],
            level=Level.DISTRICT if region.parent_id else Level.CITY,
            region=region,
            superior=made.get(row["superior"]),
            uscc=row["uscc"],
            document_prefix=row["prefix"],
            reports_rosters=bool(row["reports"]),
            signs_off_rosters=row["code"] in {"ecology", "water"},
            actor=ACTOR,
        )


def load_people(plan: DemoPlan) -> None:
    """A post for every role; two reporters in each reporting agency; one shared password."""
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    password = make_password(DEMO_PASSWORD)
    for row in _rows("demo_people.csv"):
        user = create_account(username=row["username"], name=row["name"], actor=ACTOR)
        User.objects.filter(pk=user.pk).update(
            password=password, password_changed_at=now(), is_demo=True
        )
        PasswordRecord.objects.create(user=user, password=password, set_at=now())
        _place(user, agencies[row["agency"]], row["title"], row["roles"].split(), plan.today)
    for username, code, title, roles in SECOND_POSTS:
        _place(User.objects.get(username=username), agencies[code], title, roles, plan.today)
    _delegate(plan)


def _place(user: User, agency: Agency, title: str, roles: list[str], today: dt.date) -> None:
    post = open_post(user, agency=agency, title=title, from_on=today - YEARS_BEFORE, actor=ACTOR)
    grant_roles(post, roles=roles, reason="演示数据", version=1, today=today, actor=ACTOR)


def _delegate(plan: DemoPlan) -> None:
    """The market bureau's leader travels: the chief stands in for three weeks (EV4)."""
    posts = {
        post.user.username: post
        for post in Post.objects.filter(agency__code="market").select_related("user", "agency")
    }
    delegate(
        posts["market.leader"],
        receiver=posts["market.chief"],
        kinds=[DelegationKind.APPROVE, DelegationKind.SIGN],
        amount_limit=None,
        from_on=plan.today - dt.timedelta(days=3),
        to_on=plan.today + dt.timedelta(days=18),
        reason="外出学习",
        actor=ACTOR,
    )


def load_inspectors(plan: DemoPlan) -> None:
    """Inspectors of both bureaus and the team, one certificate ending, one ended; experts."""
    seed_matters()
    media = [each.value for each in Speciality]
    holders = Post.objects.filter(roles__contains=["inspector"]).select_related("user", "agency")
    for number, post in enumerate(holders.order_by("pk"), start=1):
        days_left = {2: 30, 5: -10}.get(number, 365 + 40 * number)
        Inspector.objects.create(
            agency=post.agency,
            user=post.user,
            name=post.user.name,
            certificate_number=f"SH-0113-{number:04d}",
            valid_from=plan.today - YEARS_BEFORE,
            valid_to=plan.today + dt.timedelta(days=days_left),
            specialities=plan.chance.sample(media, 3),
        )
    for name, organisation, title, code in EXPERTS:
        agency, fields = Agency.objects.get(code=code), plan.chance.sample(media, 2)
        for year in (plan.today.year - 1, plan.today.year):
            Expert.objects.create(
                agency=agency,
                name=name,
                organisation=organisation,
                title=title,
                fields=fields,
                year=year,
                is_joint=code == "ecology",
            )
