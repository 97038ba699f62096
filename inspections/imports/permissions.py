"""Who brings a superior's draw in, and who confirms it: two people of the plan's bureaus."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inspections.draws.choices import OPEN_IMPORTS
from inspections.draws.models import DrawImport
from inspections.draws.permissions import YES, can_open
from inspections.plans.models import Batch
from portal.access import Actor, Allowed


def can_begin(actor: Actor, batch: Batch) -> Allowed:
    """Those who could as well open a draw of this platform for the batch."""
    return can_open(actor, batch)


def can_edit(actor: Actor, imported: DrawImport) -> Allowed:
    """Change, hand in or discard what is not confirmed."""
    if imported.state not in OPEN_IMPORTS:
        return Allowed(False, _("该导入已确认或已作废。"))
    return can_open(actor, imported.batch)


def can_confirm(actor: Actor, imported: DrawImport) -> Allowed:
    """A second person of either bureau compares it with the source and confirms or returns."""
    allowed = can_open(actor, imported.batch)
    if not allowed:
        return allowed
    if imported.made_by.user_id == actor.user_id:
        return Allowed(False, _("须由登记人以外的第二人确认。"))
    return YES
