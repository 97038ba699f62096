"""A bureau with its 机关代字, a bulletin of its own to write papers about, and its people."""

from __future__ import annotations

from typing import Any

import pytest

from agencies.models import Agency
from portal.access import Actor, AgencyKind, Role
from portal.clocks import now
from portal.papers import services
from portal.papers.content import Content, Text
from portal.papers.models import Paper
from sharing.models import Bulletin
from tests.factories import ActorFactory, AgencyFactory

CONTENT = Content(title="关于逾期未报的通报", addressee="各单位", blocks=(Text("现予通报。"),))


@pytest.fixture(autouse=True)
def files_dir(settings: Any, tmp_path: Any) -> None:
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def bureau(db: None) -> Agency:
    return AgencyFactory(
        name="某区市场监督管理局", kind=AgencyKind.MARKET, document_prefix="某市监"
    )


@pytest.fixture
def chief(bureau: Agency) -> Actor:
    return ActorFactory(agency=bureau, roles=[Role.CHIEF])


@pytest.fixture
def bulletin(bureau: Agency) -> Bulletin:
    return Bulletin.objects.create(
        kind="late", agency=bureau, about="period:1", title="通报", state="issued",
        drafted_at=now(), issued_at=now(),
    )  # fmt: skip


@pytest.fixture
def paper(bulletin: Bulletin, chief: Actor) -> Paper:
    return drafted(bulletin, chief)


def drafted(bulletin: Bulletin, actor: Actor, **more: Any) -> Paper:
    facts = {"content": CONTENT, "agency": bulletin.agency, **more}
    return services.draft("bulletin", bulletin, actor=actor, **facts)
