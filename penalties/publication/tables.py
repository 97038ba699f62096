"""The list of publications."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from penalties.publication.choices import TONES
from penalties.publication.filters import PublicationFilter
from penalties.publication.models import PenaltyPublication
from penalties.publication.permissions import can_list
from portal.access import Actor
from portal.lists import Column, Empty, ListDef


def _rows(actor: Actor) -> QuerySet[PenaltyPublication]:
    related = ("case__institution", "case__agency")
    return PenaltyPublication.objects.visible_to(actor).select_related(*related)


PUBLICATIONS = ListDef(
    name="penalty_publications",
    title=_("处罚公示"),
    rows=_rows,
    filter=PublicationFilter,
    columns=(
        Column("case", _("案件编号"), "case.number", kind="link"),
        Column("institution", _("机构"), "case.institution.name"),
        Column("kind", _("公示类别"), "get_kind_display"),
        Column("breach_class", _("公示期类别"), "get_breach_class_display"),
        Column("state", _("状态"), "get_state_display", kind="badge",
               tone=lambda row: TONES[row.state]),
        Column("due_on", _("公示期限"), "due_on", kind="date", sort="due_on"),
        Column("published_on", _("公示日期"), "published_on", kind="date"),
        Column("ends_on", _("公示截止日"), "ends_on", kind="date"),
        Column("withdrawn_on", _("撤回日期"), "withdrawn_on", kind="date", shown=False),
        Column("agency", _("决定机关"), "case.agency"),
    ),
    order=("due_on", "pk"),
    permission=can_list,
    empty=Empty(_("没有处罚公示。"), _("作出处罚决定后，系统自动建立公示任务。")),
)  # fmt: skip
