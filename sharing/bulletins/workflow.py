"""The legal moves of a bulletin."""

from django.utils.translation import gettext_lazy as _

from portal.workflow import Workflow, move
from sharing.bulletins.choices import BulletinState
from sharing.bulletins.models import Bulletin

bulletin = Workflow(
    Bulletin,
    move(
        "issue",
        _("印发"),
        [BulletinState.DRAFT],
        BulletinState.ISSUED,
        permission="can_issue",
        consequence=_("印发后立即通知被通报单位，并起草通报文书，不能再修改。"),
    ),
    permissions="sharing.bulletins.permissions",
)
