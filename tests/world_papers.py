"""The papers that URLs of the access matrix name, and the data of their forms."""

from __future__ import annotations

import datetime as dt
from typing import Any

from agencies.accounts.selectors import actor_from_post
from agencies.models import Agency
from portal.access import job_actor
from portal.clocks import now, today
from portal.files.services import store_made
from portal.models import PaperTemplate
from portal.papers import services
from portal.papers.content import Content, Text
from portal.papers.word import default_template
from sharing.bulletins.papers import KIND
from sharing.models import Bulletin
from tests.people import World, form, record


@record("paper_draft")
def paper_draft(world: World) -> list[Any]:
    """About the market bureau's issued bulletin that names the water bureau."""
    return [_paper(world).pk]


@record("paper_numbered")
def paper_numbered(world: World) -> list[Any]:
    """In the year before, so that this year's numbers have not begun."""
    paper = _paper(world)
    actor = actor_from_post(world.user("market_chief").posts.get().pk, source="world")
    services.number(paper, on=today() - dt.timedelta(days=366), actor=actor)
    return [paper.pk]


@record("paper_kind")
def paper_kind(world: World) -> list[Any]:
    return [KIND]


@record("paper_kind_with_template")
def paper_kind_with_template(world: World) -> list[Any]:
    made = {"name": "通报.docx", "purpose": "paper_template", "actor": job_actor("world")}
    file = store_made([default_template()], **made)
    agency = world.agency("market")
    PaperTemplate.objects.create(agency=agency, kind=KIND, file=file, began_at=now())
    return [KIND]


@form("paper_number")
def number_form(world: World) -> dict[str, Any]:
    return {"on": today().isoformat()}


@form("paper_seal")
def seal_form(world: World) -> dict[str, Any]:
    return {"seal": "机关公章", "copies": 2, "on": today().isoformat()}


@form("paper_series")
def series_form(world: World) -> dict[str, Any]:
    return {"pattern": "{agency}{series}〔{year}〕{n}号", "last": 0, "before": 0}


def _paper(world: World) -> Any:
    [key] = world.args("bulletin_issued")
    bulletin = Bulletin.objects.get(pk=key)
    Agency.objects.filter(pk=bulletin.agency_id).update(document_prefix="世市监")
    content = Content(title=bulletin.title, blocks=(Text("正文。"),))
    actor = job_actor("world")
    return services.draft(KIND, bulletin, content=content, agency=bulletin.agency, actor=actor)
