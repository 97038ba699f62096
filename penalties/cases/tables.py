"""The list of cases; page, export and API are one."""

from __future__ import annotations

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from penalties.cases.choices import TONES
from penalties.cases.filters import CaseFilter
from penalties.cases.models import Case
from penalties.cases.permissions import can_list
from penalties.cases.selectors import SEARCH
from portal.access import Actor
from portal.clocks.models import Clock
from portal.lists import Column, Empty, ListDef


def _rows(actor: Actor) -> QuerySet[Case]:
    name = Concat(Value("case:"), Cast(OuterRef("pk"), CharField()))
    running = Clock.objects.visible_to(actor).running().filter(ref=name)
    due = running.order_by("due_on").values("due_on")[:1]
    rows = Case.objects.visible_to(actor).select_related(
        "agency", "institution", "matter", "handler__user"
    )
    return rows.annotate(next_due_on=Subquery(due))


CASES = ListDef(
    name="cases",
    title=_("行政处罚案件"),
    rows=_rows,
    filter=CaseFilter,
    columns=(
        Column("number", _("案件编号"), "number", kind="link"),
        Column("institution", _("机构"), "institution.name"),
        Column("uscc", _("统一社会信用代码"), "institution.uscc", kind="code", shown=False),
        Column("matter", _("涉嫌违法事项"), "matter"),
        Column("agency", _("办案单位"), "agency.short_name"),
        Column("state", _("阶段"), "get_state_display", kind="badge",
               tone=lambda case: TONES[case.state]),
        Column("next_due_on", _("最近期限"), "next_due_on", kind="date",
               meaning=_("本案计算中的期限里最早到期的一项。")),
        Column("found_on", _("发现日期"), "found_on", kind="date", sort="found_on"),
        Column("opened_on", _("立案日期"), "opened_on", kind="date"),
        Column("decided_on", _("决定日期"), "decided_on", kind="date"),
        Column("outcome", _("处理结果"), "get_outcome_display"),
        Column("fine", _("罚款(元)"), "fine", kind="money"),
        Column("handler", _("经办人"), "handler.user.name", shown=False),
        Column("source", _("案件来源"), "get_source_display", shown=False),
        Column("closed_on", _("结案日期"), "closed_on", kind="date", shown=False),
    ),
    order=("-found_on", "-pk"),
    permission=can_list,
    search=SEARCH,
    empty=Empty(
        _("没有符合条件的案件。"),
        _("检查发现、移送和举报的线索登记后，案件会出现在这里。"),
    ),
)  # fmt: skip
