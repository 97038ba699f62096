"""The merged list: which institution works for whom, for what, until when."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.access import Actor
from portal.lists import Column, Empty, ListDef
from sharing.employments.filters import EmploymentFilter
from sharing.employments.models import Employment
from sharing.employments.permissions import can_see_merged


def _rows(actor: Actor) -> QuerySet[Employment]:
    related = ("period", "region", "institution__region")
    return Employment.objects.visible_to(actor).current().select_related(*related)


def _decision(row: Employment) -> str:
    if row.is_undecided:
        return str(_("待两局决定"))
    return str(_("纳入")) if row.is_included else str(_("不纳入"))


def _tone(row: Employment) -> str:
    if row.is_undecided:
        return "warn"
    return "ok" if row.is_included else "plain"


EMPLOYMENTS = ListDef(
    name="employments",
    title=_("汇总名单"),
    rows=_rows,
    filter=EmploymentFilter,
    columns=(
        Column("institution", _("机构名称"), "institution.name", kind="link"),
        Column("period", _("报送周期"), "period.code", kind="code"),
        Column("uscc", _("统一社会信用代码"), "institution.uscc", kind="code"),
        Column("agencies", _("委托部门"), "agencies_text"),
        Column("media", _("监测项目类别"), "media_words"),
        Column("row_count", _("委托项目数"), "row_count", kind="integer"),
        Column("contract_from", _("最早合同起始日"), "contract_from", kind="date"),
        Column("contract_to", _("最晚合同终止日"), "contract_to", kind="date"),
        Column("in_double_random", _("纳入双随机"), _decision, kind="badge", tone=_tone,
               meaning=_("默认纳入；部门建议不纳入的，两局都同意后不纳入。")),
        Column("market_vote", _("市场监管局意见"), "get_market_vote_display", shown=False),
        Column("ecology_vote", _("生态环境局意见"), "get_ecology_vote_display", shown=False),
    ),
    order=("-period__due_on", "institution__name_key", "pk"),
    permission=can_see_merged,
    empty=Empty(_("还没有汇总名单。"), _("部门报送名单并核对机构后，自动汇总到这里。")),
)  # fmt: skip
