"""What the desk and the menu show of the audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.permissions import can_list
from portal.audit.selectors import oldest_unsealed
from portal.audit.tables import AUDIT
from portal.clocks.now import now
from portal.desk import Figure, MenuEntry, register_figures, register_menu
from portal.lists import register_list

if TYPE_CHECKING:
    from portal.access import Actor


def may_see(actor: Actor) -> bool:
    return bool(can_list(actor))


def figures(actor: Actor, today: dt.date) -> Iterator[Figure]:
    """Minutes that the oldest event has waited for its seal: above 5 something holds it up."""
    if may_see(actor):
        oldest = oldest_unsealed()
        minutes = int((now() - oldest).total_seconds() // 60) if oldest else 0
        yield Figure(_("最早未封存的审计事件(分钟)"), minutes, reverse("audit_list"))


def register_audit() -> None:
    """Called once, when the apps are ready."""
    register_list(AUDIT)
    register_figures("audit", figures)
    register_menu(
        MenuEntry("system", gettext_lazy("审计日志"), "audit_list", visible=may_see, order=80)
    )
