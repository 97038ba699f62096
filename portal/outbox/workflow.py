"""The legal moves of a message. Sending and waiting between attempts is one state: waiting."""

from django.utils.translation import gettext_lazy as _

from portal.outbox.choices import MessageState
from portal.outbox.models import OutboxMessage
from portal.workflow import Workflow, move

message = Workflow(
    OutboxMessage,
    move(
        "batch",
        _("编入报送文件"),
        [MessageState.WAITING],
        MessageState.BATCHED,
        permission="can_batch",
    ),
    move(
        "accept",
        _("对方接收"),
        # A receipt is a fact, also of a message that people had given up meanwhile.
        [
            MessageState.WAITING,
            MessageState.BATCHED,
            MessageState.DEAD,
            MessageState.ABANDONED,
        ],
        MessageState.ACCEPTED,
        permission="can_settle",
    ),
    move(
        "bury",
        _("停止发送"),
        [MessageState.WAITING, MessageState.BATCHED],
        MessageState.DEAD,
        permission="can_settle",
    ),
    move(
        "retry",
        _("重新发送"),
        [MessageState.DEAD, MessageState.BATCHED, MessageState.ACCEPTED],
        MessageState.WAITING,
        permission="can_retry",
        reason=True,
        consequence=_("以同一报送编号重新发送，对方已接收的不会重复入库。"),
    ),
    move(
        "abandon",
        _("放弃报送"),
        [MessageState.WAITING, MessageState.BATCHED, MessageState.DEAD],
        MessageState.ABANDONED,
        permission="can_abandon",
        reason=True,
        consequence=_("放弃后不再发送，同一事项的后续报送将继续。对方系统中将没有这条记录。"),
    ),
    permissions="portal.outbox.permissions",
)
