"""The list of one's own exports."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.access import Actor, Allowed
from portal.lists.definition import Column, Empty, ListDef, list_named
from portal.lists.filters import ListFilter
from portal.lists.models import ExportFormat, ExportJob, ExportState

TONES = {
    ExportState.QUEUED: "info",
    ExportState.RUNNING: "info",
    ExportState.DONE: "ok",
    ExportState.REFUSED: "danger",
    ExportState.FAILED: "danger",
    ExportState.EXPIRED: "plain",
}


class ExportFilter(ListFilter):
    state = django_filters.MultipleChoiceFilter(label=_("状态"), choices=ExportState)
    format = django_filters.ChoiceFilter(label=_("格式"), choices=ExportFormat)


def _rows(actor: Actor) -> QuerySet[Any, Any]:
    return ExportJob.objects.visible_to(actor)


def _staff(actor: Actor) -> Allowed:
    return Allowed(actor.is_staff, str(_("只有在岗工作人员可以导出。")))


def _title(job: ExportJob) -> str:
    defn = list_named(job.list_name)
    return str(defn.title) if defn else job.list_name


EXPORTS = ListDef(
    "exports",
    _("我的导出"),
    _rows,
    ExportFilter,
    (
        Column("list", _("列表"), _title),
        Column("format", _("格式"), "get_format_display"),
        Column(
            "state", _("状态"), "get_state_display", kind="badge", tone=lambda job: TONES[job.state]
        ),
        Column("rows", _("行数"), "rows_done", kind="integer"),
        Column("created_at", _("申请时间"), "created_at", kind="datetime", sort="created_at"),
        Column("expires_at", _("保留至"), "expires_at", kind="datetime"),
    ),
    ("-created_at",),
    _staff,
    empty=Empty(_("您还没有导出过列表。"), _("在任何列表页点“导出 Excel”或“导出 CSV”。")),
)
