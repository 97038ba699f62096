"""The list of ledgers that were brought."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from institutions.ledgers.choices import LedgerState
from institutions.ledgers.models import Ledger, LedgerQuerySet
from institutions.ledgers.permissions import can_list
from portal.access import Actor
from portal.lists import Column, Empty, ListDef


def rows(actor: Actor) -> LedgerQuerySet:
    return Ledger.objects.visible_to(actor).select_related("agency", "file").defer("outcomes")


LEDGERS = ListDef(
    name="ledgers",
    title=_("历史台账"),
    rows=rows,
    filter=None,
    columns=(
        Column("file", _("源文件"), "file.name"),
        Column("agency", _("导入单位"), lambda row: str(row.agency)),
        Column(
            "state",
            _("状态"),
            "get_state_display",
            kind="badge",
            tone=lambda row: "ok" if row.state == LedgerState.IMPORTED else "warn",
        ),
        Column("created_count", _("新登记"), "created_count", kind="integer"),
        Column("known_count", _("已有"), "known_count", kind="integer"),
        Column("created_at", _("上传时间"), "created_at", sort="created_at", kind="datetime"),
        Column("imported_at", _("导入时间"), "imported_at", kind="datetime"),
        Column("sha256", "SHA-256", "sha256", kind="code", shown=False),
    ),
    order=("-created_at", "-pk"),
    permission=can_list,
    empty=Empty(_("还没有导入过历史台账。")),
)
