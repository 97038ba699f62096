"""The lists of messages and of the files that carry some of them."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.access import Actor
from portal.lists import Column, Empty, ListDef
from portal.lists.search import PlainSearch
from portal.outbox.choices import TONES, MessageState
from portal.outbox.filters import OutboxBatchFilter, OutboxFilter
from portal.outbox.models import OutboxBatch, OutboxMessage
from portal.outbox.permissions import can_list, can_see_batches


def _messages(actor: Actor) -> QuerySet[Any, Any]:
    """Without the payloads: whoever sees only envelopes never loads them."""
    rows = OutboxMessage.objects.visible_to(actor)
    return rows.defer("payload", "receipt").select_related("agency")


def _batches(actor: Actor) -> QuerySet[Any, Any]:
    rows = OutboxBatch.objects.visible_to(actor).select_related("agency", "made_by_post__user")
    return rows.annotate(unanswered=Count("lines", filter=Q(lines__answer="")))


def _next(row: OutboxMessage) -> Any:
    return row.next_at if row.state == MessageState.WAITING else None


OUTBOX = ListDef(
    "outbox",
    _("对外报送"),
    _messages,
    OutboxFilter,
    (
        Column("serial", _("编号"), "pk", kind="code", sort="id"),
        Column("channel", _("通道"), "channel_label"),
        Column("key", _("报送编号"), "key", kind="code"),
        Column("title", _("事项"), "title", visible=attrgetter("reads_business")),
        Column("subject", _("对象"), "subject_ref", kind="code", shown=False),
        Column("agency", _("报送单位"), "agency"),
        Column("state", _("状态"), "get_state_display", kind="badge",
               tone=lambda row: TONES[row.state]),
        Column("attempts", _("已尝试次数"), "attempts", kind="integer"),
        Column("next_at", _("下次发送时间"), _next, kind="datetime"),
        Column("error", _("最近错误"), "last_error"),
        Column("difference", _("核对差异"), "get_difference_display"),
        Column("created_at", _("产生时间"), "created_at", kind="datetime"),
        Column("sent_at", _("接收时间"), "sent_at", kind="datetime"),
        Column("sha256", "SHA-256", "sha256", kind="code", shown=False),
    ),
    ("-id",),
    can_list,
    search=PlainSearch(("key", "title"), least=2),
    empty=Empty(_("没有对外报送。"), _("处罚决定等信息对外报送后，在这里查看是否送达。")),
)  # fmt: skip

BATCHES = ListDef(
    "outbox_batches",
    _("报送批次"),
    _batches,
    OutboxBatchFilter,
    (
        Column("number", _("批次编号"), "number", kind="code"),
        Column("channel", _("通道"), "channel_label"),
        Column("agency", _("报送单位"), "agency"),
        Column("rows", _("行数"), "rows", kind="integer"),
        Column("unanswered", _("待回执"), "unanswered", kind="integer"),
        Column("made_at", _("生成时间"), "made_at", kind="datetime"),
        Column("made_by", _("生成人"), "made_by_post.user.name", personal=True),
        Column("sha256", "SHA-256", "sha256", kind="code", shown=False),
    ),
    ("-id",),
    can_see_batches,
    empty=Empty(_("没有报送批次。"), _("以文件报送的通道有待发送信息时，在“对外报送”页生成。")),
)  # fmt: skip
