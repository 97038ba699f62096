"""The catalogue as a list."""

from django.utils.translation import gettext_lazy as _

from agencies.matters.filters import MatterFilter
from agencies.matters.models import Matter
from portal.access import Allowed
from portal.lists import Column, ListDef
from portal.lists.search import PlainSearch

MATTERS = ListDef(
    name="matters",
    title=_("监管事项"),
    rows=lambda actor: Matter.objects.visible_to(actor),
    filter=MatterFilter,
    columns=(
        Column("code", _("编号"), "code", sort="code", kind="code"),
        Column("kind", _("类别"), "get_kind_display"),
        Column("title", _("事项"), "title"),
        Column("authority", _("主办部门"), "get_authority_display"),
        Column("assisting", _("协办部门"), "get_assisting_display", shown=False),
        Column("basis", _("法律依据"), "basis"),
        Column("penalty", _("处罚"), "penalty"),
        Column("mark", _("核对情况"), "get_mark_display"),
        Column("from_on", _("适用自"), "from_on", kind="date"),
        Column("to_on", _("适用至"), "to_on", kind="date", shown=False),
    ),
    order=("kind", "code"),
    permission=lambda actor: Allowed(yes=True),
    search=PlainSearch(("code", "title", "basis")),
)
