"""The list of visits."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from inspections.visits.choices import VISIT_TONES, VisitState
from inspections.visits.filters import VisitFilter
from inspections.visits.models import Visit
from inspections.visits.permissions import can_list
from inspections.visits.selectors import SEARCH
from portal.access import Actor
from portal.lists import Column, Empty, ListDef


def visits_of(actor: Actor) -> Any:
    rows = Visit.objects.visible_to(actor)
    return rows.select_related("institution", "initiating", "cooperating", "batch")


VISITS = ListDef(
    name="visits",
    title=_("检查任务"),
    rows=visits_of,
    filter=VisitFilter,
    columns=(
        Column("name", _("被检查机构"), "institution_name"),
        Column("uscc", _("统一社会信用代码"), "institution.uscc", kind="code", shown=False),
        Column("kind", _("检查类别"), "get_kind_display"),
        Column("batch", _("批次"), "batch"),
        Column("initiating", _("发起部门"), "initiating"),
        Column("cooperating", _("配合部门"), "cooperating"),
        Column(
            "planned_from", _("计划检查日期自"), "planned_from", kind="date", sort="planned_from"
        ),
        Column("planned_to", _("计划检查日期至"), "planned_to", kind="date"),
        Column(
            "state",
            _("状态"),
            "get_state_display",
            kind="badge",
            tone=lambda row: VISIT_TONES[VisitState(row.state)],
        ),
    ),
    order=("-planned_from", "-pk"),
    permission=can_list,
    search=SEARCH,
    empty=Empty(_("没有检查任务。"), _("检查任务由随机抽取产生，或由经办人建立。")),
)
