"""The bounds as a list: what is in force today and what waits for approval."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from penalties.discretion.filters import BoundFilter
from penalties.discretion.models import PenaltyBound
from penalties.discretion.permissions import can_read
from penalties.discretion.selectors import sums_in_words
from portal.access import Actor
from portal.clocks import today
from portal.law.choices import TONES, VersionState
from portal.lists import Column, ListDef
from portal.lists.search import PlainSearch


def _rows(actor: Actor) -> QuerySet[Any, Any]:
    """History stands on the page of each row."""
    rows = PenaltyBound.objects.visible_to(actor)
    in_force = Q(pk__in=rows.in_force(today()).values("pk"))
    return rows.filter(in_force | Q(state=VersionState.DRAFT))


def _tone(row: Any) -> str:
    return TONES[row.state]


BOUNDS = ListDef(
    "penalty_bounds",
    _("处罚幅度"),
    _rows,
    BoundFilter,
    (
        Column("code", _("监管事项编号"), "code", kind="code", sort="code"),
        Column("party", _("处罚对象"), "get_party_display"),
        Column("sums", _("罚款幅度"), sums_in_words),
        Column("basis", _("法律依据"), "basis"),
        Column("from_on", _("适用自"), "from_on", kind="date"),
        Column("to_on", _("适用至"), "to_on", kind="date", shown=False),
        Column("mark", _("核对情况"), "get_mark_display"),
        Column("state", _("状态"), "get_state_display", kind="badge", tone=_tone),
        Column("version", _("版本"), "version", kind="integer", shown=False),
    ),
    ("code", "party", "-version"),
    can_read,
    search=PlainSearch(("code", "basis")),
    page_size=100,
)
