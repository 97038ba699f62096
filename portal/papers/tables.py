"""The sealing register (用印登记)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.access import Actor
from portal.lists import Column, Empty, ListDef
from portal.lists.search import PlainSearch
from portal.papers.filters import SealingFilter
from portal.papers.models import Sealing
from portal.papers.permissions import can_see_register


def _rows(actor: Actor) -> QuerySet[Any, Any]:
    return Sealing.objects.visible_to(actor).select_related("paper__agency", "by__user")


def _paper(row: Sealing) -> str:
    return row.paper.get_absolute_url()


SEALINGS = ListDef(
    "sealings",
    _("用印登记"),
    _rows,
    SealingFilter,
    (
        Column("sealed_on", _("用印日期"), "sealed_on", kind="date", sort="sealed_on"),
        Column("number", _("文号"), "paper.number", kind="link", url=_paper),
        Column("title", _("标题"), "paper.title"),
        Column("kind", _("文种"), lambda row: str(row.paper.kind_label)),
        Column("agency", _("制发单位"), lambda row: str(row.paper.agency), shown=False),
        Column("seal", _("印章名称"), "seal"),
        Column("copies", _("用印份数"), "copies", kind="integer"),
        Column("by", _("登记人"), "by.user.name"),
        Column("at", _("登记时间"), "at", kind="datetime", shown=False),
    ),
    ("-sealed_on",),
    can_see_register,
    search=PlainSearch(("paper__number", "paper__title", "seal")),
    row_url=_paper,
    empty=Empty(_("还没有用印记录。"), _("在已编号的文书页面点“登记用印”。")),
)
