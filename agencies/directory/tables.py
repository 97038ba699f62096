"""The list of agencies."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from agencies.directory.filters import AgencyFilter
from agencies.directory.models import Agency, AgencyQuerySet
from portal.access import Actor, Allowed
from portal.lists import Column, ListDef
from portal.lists.search import PlainSearch


def rows(actor: Actor) -> AgencyQuerySet:
    return Agency.objects.visible_to(actor).select_related("region", "superior")


def everyone(actor: Actor) -> Allowed:
    """The directory is public; contacts are for staff."""
    return Allowed(yes=True)


def for_staff(actor: Actor) -> bool:
    return actor.is_staff


AGENCIES = ListDef(
    name="agencies",
    title=_("单位名录"),
    rows=rows,
    filter=AgencyFilter,
    columns=(
        Column("name", _("单位名称"), str),
        Column("short_name", _("简称"), "short_name", shown=False),
        Column("kind", _("类别"), "get_kind_display"),
        Column("level", _("层级"), "get_level_display"),
        Column("region", _("行政区划"), lambda row: str(row.region)),
        Column("superior", _("上级单位"), lambda row: str(row.superior or "")),
        Column("document_prefix", _("机关代字"), "document_prefix", shown=False),
        Column("reports_rosters", _("报送机构名单"), "reports_rosters"),
        Column("address", _("地址"), "address", visible=for_staff, shown=False),
        Column("phone", _("电话"), "phone", visible=for_staff, shown=False),
        Column("ended_on", _("停用日期"), "ended_on", kind="date"),
    ),
    order=("region__path", "kind"),
    permission=everyone,
    search=PlainSearch(("name", "name_en", "short_name", "code")),
)
