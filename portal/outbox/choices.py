"""Words of the outbox."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.access import Role


class MessageState(TextChoices):
    """Where a message stands. Being sent right now is a lease (``claimed_until``), not a state."""

    WAITING = "waiting", _("待发送")
    BATCHED = "batched", _("待回执")
    ACCEPTED = "accepted", _("对方已接收")
    DEAD = "dead", _("已停发")
    ABANDONED = "abandoned", _("已放弃")


class Mode(TextChoices):
    """How a channel delivers: by itself, by a file that people carry, or not at all."""

    HTTP = "http", _("接口")
    FILE = "file", _("文件与回执")
    OFF = "off", _("停用")


class Answer(TextChoices):
    """What a receipt file says of a row."""

    ACCEPTED = "accepted", _("已接收")
    REJECTED = "rejected", _("已退回")


class Difference(TextChoices):
    """What the daily reconciliation found to differ at the other side."""

    UNKNOWN = "unknown", _("对方无此记录")
    CONTENT = "content", _("对方记录的内容不一致")


# Who gathers files, enters receipts and gives up, each for the own agency.
OPERATORS = (Role.CREDIT, Role.CHIEF)

# The next message of the same order goes only after one of these.
SETTLED = frozenset({MessageState.ACCEPTED, MessageState.ABANDONED})

TONES: dict[str, str] = {
    MessageState.WAITING: "info",
    MessageState.BATCHED: "info",
    MessageState.ACCEPTED: "ok",
    MessageState.DEAD: "danger",
    MessageState.ABANDONED: "plain",
}
