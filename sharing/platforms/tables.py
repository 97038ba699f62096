"""The list of credit records."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.access import Actor
from portal.lists import Column, Empty, ListDef
from sharing.platforms.choices import RECORD_TONES, RecordState
from sharing.platforms.filters import CreditRecordFilter
from sharing.platforms.models import CreditRecord
from sharing.platforms.permissions import can_list


def _rows(actor: Actor) -> QuerySet[CreditRecord]:
    return CreditRecord.objects.visible_to(actor).select_related("agency")


CREDIT_RECORDS = ListDef(
    name="credit_records",
    title=_("信用记录报送"),
    rows=_rows,
    filter=CreditRecordFilter,
    columns=(
        Column("case_number", _("案件编号"), "case_number", kind="link"),
        Column("party_name", _("行政相对人名称"), "party_name"),
        Column("number", _("版本"), "number", kind="integer"),
        Column("act", _("动作"), "get_act_display"),
        Column("state", _("状态"), "get_state_display", kind="badge",
               tone=lambda row: RECORD_TONES[RecordState(row.state)]),
        Column("handed_over_at", _("交报送时间"), "handed_over_at", kind="datetime"),
        Column("agency", _("报送单位"), "agency"),
    ),
    order=("-pk",),
    permission=can_list,
    empty=Empty(_("没有信用记录。"), _("处罚信息公示后，系统自动生成信用记录并报送。")),
)  # fmt: skip
