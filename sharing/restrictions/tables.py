"""The lists of penalty notices and of restrictions."""

from __future__ import annotations

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.access import Actor
from portal.clocks import today
from portal.lists import Column, Empty, ListDef
from sharing.restrictions.filters import NoticeFilter, RestrictionFilter
from sharing.restrictions.models import PenaltyNotice, Restriction
from sharing.restrictions.permissions import can_list
from sharing.restrictions.selectors import notice_tone, shown


def _notices(actor: Actor) -> QuerySet[PenaltyNotice]:
    newest = Q(acknowledgements__version=F("version"))
    rows = PenaltyNotice.objects.visible_to(actor).select_related("agency", "institution")
    return rows.annotate(
        told=Count("acknowledgements", filter=newest),
        answered=Count("acknowledgements", filter=newest & ~Q(acknowledgements__answer="")),
    )


NOTICES = ListDef(
    name="notices",
    title=_("处罚信息通报"),
    rows=_notices,
    filter=NoticeFilter,
    columns=(
        Column("institution", _("机构"), "institution_name", kind="link"),
        Column("uscc", _("统一社会信用代码"), "institution.uscc", kind="code"),
        Column("case_number", _("案件编号"), "case_number", kind="code"),
        Column("matter", _("事由"), "matter"),
        Column("penalties", _("处罚内容"), "penalties", shown=False),
        Column("fine", _("罚款(元)"), "fine", kind="money"),
        Column("agency", _("决定机关"), "agency"),
        Column("decided_on", _("决定日期"), "decided_on", kind="date", sort="decided_on"),
        Column("standing", _("效力"), "get_standing_display", kind="badge", tone=notice_tone),
        Column("told", _("通报单位数"), "told", kind="integer"),
        Column("answered", _("已确认"), "answered", kind="integer"),
    ),
    order=("-decided_on", "-pk"),
    permission=can_list,
    empty=Empty(_("没有处罚信息通报。"), _("作出处罚决定后，系统立即通报各有关部门。")),
)  # fmt: skip


def _restrictions(actor: Actor) -> QuerySet[Restriction]:
    related = ("institution", "notice__agency")
    return Restriction.objects.visible_to(actor).select_related(*related)


RESTRICTIONS = ListDef(
    name="restrictions",
    title=_("限制"),
    rows=_restrictions,
    filter=RestrictionFilter,
    columns=(
        Column("institution", _("机构"), "institution.name", kind="link"),
        Column("uscc", _("统一社会信用代码"), "institution.uscc", kind="code"),
        Column("kind", _("限制种类"), "get_kind_display"),
        Column("person", _("被限制人员"), "person_name", personal=True),
        Column("measure", _("限制内容"), "measure"),
        Column("from_on", _("限制起始日"), "from_on", kind="date", sort="from_on"),
        Column("to_on", _("限制截止日"), "to_on", kind="date", sort="to_on",
               meaning=_("空白为终身。")),
        Column("state", _("状态"), lambda row: shown(row, today()).label, kind="badge",
               tone=lambda row: shown(row, today()).tone),
        Column("agency", _("决定机关"), "notice.agency"),
        Column("case_number", _("案件编号"), "notice.case_number", kind="code"),
        Column("basis", _("法律依据"), "basis", shown=False),
    ),
    order=("-from_on", "-pk"),
    permission=can_list,
    empty=Empty(_("没有限制。"), _("对弄虚作假等违法行为作出处罚决定后，限制依法自动生效。")),
)  # fmt: skip
