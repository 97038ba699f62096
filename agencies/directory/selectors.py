"""What pages and the search say of agencies."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.directory.models import Agency
from portal.access import Actor
from portal.desk import Hit


def agency_facts(agency: Agency, actor: Actor) -> list[tuple[Any, Any]]:
    """The public facts; address, telephone and duties for staff."""
    facts: list[tuple[Any, Any]] = [
        (_("类别"), agency.get_kind_display()),
        (_("层级"), agency.get_level_display()),
        (_("行政区划"), agency.region),
        (_("上级单位"), agency.superior),
        (_("停用日期"), agency.ended_on),
    ]
    if actor.is_staff:
        facts += [
            (_("简称"), agency.short_name),
            (_("统一社会信用代码"), agency.uscc),
            (_("机关代字"), agency.document_prefix),
            (_("地址"), agency.address),
            (_("电话"), agency.phone),
            (_("报送机构名单"), _("是") if agency.reports_rosters else _("否")),
            (_("名单须负责人签核"), _("是") if agency.signs_off_rosters else _("否")),
        ]
    return facts


def find_agencies(actor: Actor, text: str, limit: int) -> list[Hit]:
    """The global search over agencies."""
    words = Q(name__contains=text) | Q(short_name__contains=text) | Q(name_en__icontains=text)
    rows = Agency.objects.visible_to(actor).filter(words).select_related("region")
    kind = gettext_lazy("单位")
    return [Hit(kind, str(row), str(row.region), row.get_absolute_url()) for row in rows[:limit]]
