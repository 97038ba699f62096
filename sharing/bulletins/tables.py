"""The list of bulletins."""

from __future__ import annotations

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portal.access import Actor, Allowed
from portal.lists import Column, Empty, ListDef
from sharing.bulletins.choices import BulletinState
from sharing.bulletins.filters import BulletinFilter
from sharing.bulletins.models import Bulletin


def _rows(actor: Actor) -> QuerySet[Bulletin]:
    rows = Bulletin.objects.visible_to(actor).select_related("agency")
    return rows.annotate(named=Count("lines"))


def may_see(actor: Actor) -> Allowed:
    return Allowed(actor.reads_business, _now("通报由业务岗位查看，管理员不查看业务内容。"))


BULLETINS = ListDef(
    name="bulletins",
    title=_("通报"),
    rows=_rows,
    filter=BulletinFilter,
    columns=(
        Column("title", _("标题"), "title", kind="link"),
        Column("kind", _("类别"), "get_kind_display"),
        Column("agency", _("发出单位"), "agency"),
        Column("named", _("被通报单位数"), "named", kind="integer"),
        Column("state", _("状态"), "get_state_display", kind="badge",
               tone=lambda row: "ok" if row.state == BulletinState.ISSUED else "warn"),
        Column("drafted_at", _("起草时间"), "drafted_at", kind="datetime"),
        Column("issued_at", _("印发时间"), "issued_at", kind="datetime"),
    ),
    order=("-drafted_at", "pk"),
    permission=may_see,
    empty=Empty(_("没有通报。"), _("名单逾期次日，系统会自动起草逾期通报。")),
)  # fmt: skip
