"""Lists of rosters and of their rows; each is also the export and the API."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.access import Actor, Allowed
from portal.lists import Column, Empty, ListDef
from sharing.rosters.choices import RosterState
from sharing.rosters.filters import RosterFilter, RowFilter
from sharing.rosters.models import Roster, RosterRow
from sharing.rosters.permissions import can_see_board
from sharing.rosters.selectors import TONES


def _rosters(actor: Actor) -> QuerySet[Roster]:
    related = ("period", "agency__region", "receiver", "current__submitted_by__user")
    return Roster.objects.visible_to(actor).select_related(*related)


def _rows(actor: Actor) -> QuerySet[RosterRow]:
    related = ("institution", "version__roster__period", "version__roster__agency")
    return RosterRow.objects.visible_to(actor).in_force().select_related(*related)


def may_see(actor: Actor) -> Allowed:
    return can_see_board(actor)


ROSTERS = ListDef(
    name="rosters",
    title=_("名单报送"),
    rows=_rosters,
    filter=RosterFilter,
    columns=(
        Column("period", _("报送周期"), "period.code", kind="link"),
        Column("agency", _("填报部门"), "agency"),
        Column("state", _("状态"), "get_state_display", kind="badge",
               tone=lambda roster: TONES[RosterState(roster.state)]),
        Column("due_on", _("报送截止日"), "period.due_on", kind="date"),
        Column("submitted_at", _("报送时间"), "current.submitted_at", kind="datetime"),
        Column("version", _("版本"), "current.number", kind="integer"),
        Column("rows", _("行数"), "current.row_count", kind="integer"),
        Column("kind", _("报送类型"), "current.get_kind_display"),
        Column("receipt", _("回执编号"), "current.receipt", kind="code"),
        Column("submitted_by", _("报送人"), "current.submitted_by.user.name"),
        Column("receiver", _("接收部门"), "receiver", shown=False),
    ),
    order=("-period__due_on", "agency__kind", "pk"),
    permission=may_see,
    empty=Empty(
        _("没有符合条件的名单。"),
        _("报送周期由系统在截止日前自动开启；可以调整上方的筛选条件。"),
    ),
)  # fmt: skip

ROWS = ListDef(
    name="roster_rows",
    title=_("名单明细"),
    rows=_rows,
    filter=RowFilter,
    columns=(
        Column("period", _("报送周期"), "version.roster.period.code", kind="code"),
        Column("agency", _("填报部门"), "version.roster.agency.short_name"),
        Column("institution_name", _("机构名称"), "institution_name",
               meaning=_("按填报部门所写。")),
        Column("uscc", _("统一社会信用代码"), "uscc", kind="code"),
        Column("registered_name", _("名录库名称"), "institution.name", shown=False),
        Column("certificate_number", _("CMA证书编号"), "certificate_number", kind="code"),
        Column("certificate_valid_to", _("证书有效期至"), "certificate_valid_to", kind="date"),
        Column("filing_number", _("备案编号"), "filing_number", kind="code", shown=False),
        Column("registered_address", _("注册地"), "registered_address", shown=False),
        Column("laboratory_address", _("实验室地址"), "laboratory_address", shown=False),
        Column("media", _("监测项目类别"), "media_words"),
        Column("project_name", _("项目名称"), "project_name"),
        Column("factors", _("具体因子"), "factors", shown=False),
        Column("commission_kind", _("委托性质"), "get_commission_kind_display"),
        Column("procurement", _("采购方式"), "get_procurement_display", shown=False),
        Column("contract_number", _("合同编号"), "contract_number", kind="code", shown=False),
        Column("contract_from", _("合同起始日"), "contract_from", kind="date"),
        Column("contract_to", _("合同终止日"), "contract_to", kind="date"),
        Column("contract_amount", _("合同金额(元)"), "contract_amount", kind="money"),
        Column("task_count", _("任务数/报告数"), "task_count", kind="integer", shown=False),
        Column("monitored_object", _("监测对象/区域"), "monitored_object", shown=False),
        Column("in_double_random", _("是否纳入双随机"), lambda row: _yes(row.in_double_random)),
        Column("performance", _("履约评价"), "performance", shown=False),
        Column("problems", _("发现问题或线索"), "problems", shown=False),
        Column("contact_name", _("部门联系人"), "contact_name", personal=True, shown=False),
        Column("contact_phone", _("联系电话"), "contact_phone", personal=True, shown=False),
        Column("remarks", _("备注"), "remarks", shown=False),
    ),
    order=("-version__submitted_at", "pk"),
    permission=may_see,
    row_url=lambda row: row.version.get_absolute_url(),
    empty=Empty(_("没有名单明细。"), _("部门报送后，明细会出现在这里。")),
)  # fmt: skip


def _yes(value: bool) -> str:
    return str(_("是")) if value else str(_("否"))
