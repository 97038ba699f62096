"""Recusals as a list."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from inspections.recusals.filters import RecusalFilter
from inspections.recusals.models import Recusal
from inspections.recusals.permissions import can_list
from portal.access import Actor
from portal.lists import Column, Empty, ListDef
from portal.lists.search import PlainSearch


def _rows(actor: Actor) -> Any:
    return Recusal.objects.visible_to(actor).select_related("inspector__agency", "institution")


RECUSALS = ListDef(
    name="recusals",
    title=_("回避登记"),
    rows=_rows,
    filter=RecusalFilter,
    columns=(
        Column("inspector", _("检查人员"), "inspector.name"),
        Column("agency", _("单位"), "inspector.agency"),
        Column("institution", _("机构"), "institution.name"),
        Column("reason", _("回避事由"), "reason", personal=True),
        Column("from_on", _("自"), "from_on", kind="date"),
        Column("to_on", _("至"), "to_on", kind="date"),
    ),
    order=("-from_on", "-pk"),
    permission=can_list,
    search=PlainSearch(("inspector__name", "institution__name")),
    empty=Empty(_("没有登记回避。"), _("登记后，下一次冻结名录时自动避开。")),
)
