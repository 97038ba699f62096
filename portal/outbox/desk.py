"""The outbox's line in the menu."""

from django.utils.translation import gettext_lazy as _

from portal import desk
from portal.access import Actor, Role
from portal.outbox.choices import OPERATORS
from portal.outbox.selectors import stopped_count


def is_operator(actor: Actor) -> bool:
    """Whose daily work it is; other staff of the sender come by links."""
    return actor.has(Role.SYSADMIN, Role.AUDITOR, *OPERATORS)


def show_outbox() -> None:
    """Called in ``apps.py.ready()``."""
    desk.register_menu(
        desk.MenuEntry(
            "system",
            _("对外报送"),
            "outbox_list",
            visible=is_operator,
            count=stopped_count,
            order=65,
        )
    )
