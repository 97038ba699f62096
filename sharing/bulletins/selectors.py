"""What bulletins put on people's desks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from portal.access import Actor, Role
from portal.desk import WorkItem
from sharing.bulletins.choices import BulletinState
from sharing.bulletins.models import Bulletin


def work_items(actor: Actor, today: dt.date) -> Iterator[WorkItem]:
    """Drafts for the issuer's chief; issued ones that the named agency has not acknowledged."""
    if not actor.has(Role.CHIEF, Role.LEADER, Role.REPORTER):
        return
    rows = Bulletin.objects.visible_to(actor)
    if actor.has(Role.CHIEF, Role.LEADER):
        for draft in rows.filter(state=BulletinState.DRAFT, agency_id=actor.agency_id or 0):
            yield WorkItem(
                _("审核印发通报"), draft.title, draft.get_absolute_url(), None, _("审核")
            )
    waiting = rows.filter(
        state=BulletinState.ISSUED,
        lines__agency_id=actor.agency_id or 0,
        lines__acknowledged_at=None,
    )
    for bulletin in waiting:
        yield _item(_("确认知悉通报"), bulletin, _("确认"))


def _item(title: str, bulletin: Bulletin, action: str) -> WorkItem:
    return WorkItem(title, bulletin.title, bulletin.get_absolute_url(), None, action)
