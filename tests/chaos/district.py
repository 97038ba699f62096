"""Rosters of a small district, each with a checked draft that waits to be handed in."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.accounts.selectors import actor_from_post
from agencies.models import Post
from institutions.models import Institution
from portal.access import AgencyKind, Role
from portal.files.services import store_upload
from sharing.models import Roster, RosterDraft
from sharing.rosters import services, sheets
from tests.chaos.conftest import cookie_of
from tests.factories import (
    AgencyFactory,
    InstitutionFactory,
    PeriodFactory,
    PostFactory,
    RosterFactory,
    market_bureau,
)
from tests.sharing.workbooks import GOOD_ROW, filled

_numbers = itertools.count(1)


@dataclass
class Case:
    """One reporter's roster and who works on it."""

    roster: Roster
    draft: RosterDraft
    reporter: str  # cookies
    chief: str
    market: str

    @property
    def page(self) -> str:
        return f"/sharing/rosters/{self.roster.pk}/"

    @property
    def form(self) -> dict[str, str]:
        """What the page of the draft sends, with a reason in case the day is late."""
        return {"shown": f"{self.roster.pk}:{self.draft.file_id}", "reason": "迟报说明"}

    @property
    def submit(self) -> str:
        return f"/sharing/rosters/drafts/{self.draft.pk}/submit/"


def known_institution() -> Institution:
    code = GOOD_ROW["统一社会信用代码"]
    found = Institution.objects.filter(uscc=code).first()
    return found or InstitutionFactory(uscc=code, name=GOOD_ROW["机构名称"])


def new_case(*, rows: int = 1, signed: bool = False) -> Case:
    number = next(_numbers)
    known_institution()
    agency = AgencyFactory(
        code=f"chaos-{number}",
        name=f"区水务局{number}",
        kind=AgencyKind.WATER,
        reports_rosters=True,
        signs_off_rosters=signed,
    )
    roster = RosterFactory(period=PeriodFactory(whole_year=True), agency=agency)
    reporter = _post(agency, Role.REPORTER, number)
    chief = _post(agency, Role.CHIEF, number)
    market = _post(market_bureau(), Role.OFFICER, number)
    draft = new_draft(roster, reporter, rows)
    cookies = [cookie_of(post.user) for post in (reporter, chief, market)]
    return Case(roster, draft, *cookies)


def new_draft(roster: Roster, reporter: Post, rows: int) -> RosterDraft:
    actor = actor_from_post(reporter.pk, source="test")
    lines: list[dict[str, Any]] = [
        {"合同编号": f"HT-{n}", "项目名称": f"河道断面水质监测{n}"} for n in range(rows)
    ]
    content = filled(roster, *lines).getvalue()
    upload = SimpleUploadedFile("名单.xlsx", content)
    file = store_upload(upload, purpose="workbook", actor=actor)
    checked = sheets.examine(roster, content, "名单.xlsx").checked()
    return services.keep_draft(roster, file=file, scan=None, checked=checked, actor=actor)


def _post(agency: Any, role: Role, number: int) -> Post:
    name = f"chaos-{role}-{number}"
    made: Post = PostFactory(agency=agency, roles=[role], user__username=name)
    return made
