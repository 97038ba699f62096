"""Plans, batches and check items as lists."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from inspections.plans.choices import BATCH_TONES, PLAN_TONES, BatchState, PlanState
from inspections.plans.filters import BatchFilter, CheckItemFilter, PlanFilter
from inspections.plans.models import Batch, CheckItem, Plan
from inspections.plans.permissions import can_list
from inspections.plans.rules import percent
from portal.access import Actor, Allowed
from portal.lists import Column, Empty, ListDef
from portal.lists.search import PlainSearch


def plans_of(actor: Actor) -> Any:
    rows = Plan.objects.visible_to(actor).annotate(batch_count=Count("batches"))
    return rows.select_related("region", "initiating", "cooperating")


def batches_of(actor: Actor) -> Any:
    rows = Batch.objects.visible_to(actor)
    return rows.select_related("plan__region", "plan__initiating", "plan__cooperating")


PLANS = ListDef(
    name="plans",
    title=_("检查计划"),
    rows=plans_of,
    filter=PlanFilter,
    columns=(
        Column("year", _("年度"), "year", kind="code", sort="year"),
        Column("title", _("计划名称"), "title"),
        Column("kind", _("类别"), "get_kind_display"),
        Column("region", _("行政区划"), "region"),
        Column("initiating", _("发起部门"), "initiating"),
        Column("cooperating", _("配合部门"), "cooperating"),
        Column("batches", _("批次数"), "batch_count", kind="integer"),
        Column("edition", _("版次"), "edition", kind="integer", shown=False),
        Column(
            "state",
            _("状态"),
            "get_state_display",
            kind="badge",
            tone=lambda row: PLAN_TONES[PlanState(row.state)],
        ),
        Column("published_at", _("公布时间"), "published_at", kind="datetime", sort="published_at"),
    ),
    order=("-year", "-pk"),
    permission=can_list,
    search=PlainSearch(("title",)),
    empty=Empty(_("没有检查计划。"), _("年度计划由发起部门制定，经参与部门分管领导批准后公布。")),
)

BATCHES = ListDef(
    name="batches",
    title=_("检查批次"),
    rows=batches_of,
    filter=BatchFilter,
    columns=(
        Column("name", _("批次名称"), "name"),
        Column("number", _("批次"), "number", kind="integer"),
        Column("plan", _("检查计划"), "plan.title"),
        Column("region", _("行政区划"), "plan.region"),
        Column("starts_on", _("开始日期"), "starts_on", kind="date", sort="starts_on"),
        Column("ends_on", _("结束日期"), "ends_on", kind="date"),
        Column(
            "state",
            _("状态"),
            "get_state_display",
            kind="badge",
            tone=lambda row: BATCH_TONES[BatchState(row.state)],
        ),
        Column("plan_state", _("计划状态"), "plan.get_state_display"),
    ),
    order=("-starts_on", "-pk"),
    permission=can_list,
    search=PlainSearch(("name", "plan__title")),
    empty=Empty(_("没有检查批次。"), _("批次在检查计划中添加。")),
)

CHECK_ITEMS = ListDef(
    name="check_items",
    title=_("随机抽查事项清单"),
    rows=lambda actor: CheckItem.objects.visible_to(actor),
    filter=CheckItemFilter,
    columns=(
        Column("code", _("编号"), "code", kind="code"),
        Column("name", _("抽查事项"), "name"),
        Column("detail", _("抽查子项"), "detail"),
        Column("kind", _("事项类别"), "get_kind_display"),
        Column("basis", _("抽查依据"), "basis"),
        Column("authority", _("抽查主体"), "get_authority_display"),
        Column("objects", _("抽查对象"), "objects_words", shown=False),
        Column("ratio", _("抽查比例"), lambda row: percent(row.ratio_bp)),
        Column("frequency", _("抽查频次"), "frequency", shown=False),
        Column("method", _("抽查方式"), "method"),
        Column("inspectors", _("检查人员要求"), "inspectors", shown=False),
        Column("remarks", _("备注"), "remarks", shown=False),
        Column("mark", _("依据核对情况"), "get_mark_display", shown=False),
        Column("from_on", _("适用自"), "from_on", kind="date"),
        Column("to_on", _("适用至"), "to_on", kind="date"),
    ),
    order=("code", "pk"),
    permission=lambda actor: Allowed(yes=True),
    search=PlainSearch(("code", "name", "detail", "basis")),
)
