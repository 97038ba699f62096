"""Who may do what with bulletins."""

from django.utils.translation import gettext as _

from portal.access import Actor, Allowed, Role
from sharing.bulletins.choices import BulletinState
from sharing.bulletins.models import Bulletin

YES = Allowed(yes=True)


def can_edit(actor: Actor, bulletin: Bulletin) -> Allowed:
    if actor.agency_id != bulletin.agency_id or not actor.has(Role.OFFICER, Role.CHIEF):
        return Allowed(yes=False, why_not=_("只有发出单位的经办人或负责人可以修改。"))
    if bulletin.state != BulletinState.DRAFT:
        return Allowed(yes=False, why_not=_("通报已印发，不能再修改。"))
    return YES


def can_issue(actor: Actor, bulletin: Bulletin) -> Allowed:
    if actor.agency_id == bulletin.agency_id and actor.has(Role.CHIEF, Role.LEADER):
        return YES
    return Allowed(yes=False, why_not=_("只有发出单位负责人可以印发。"))


def can_acknowledge(actor: Actor, bulletin: Bulletin) -> Allowed:
    if bulletin.lines.filter(agency=actor.agency_id, acknowledged_at=None).exists():
        return YES
    return Allowed(yes=False, why_not=_("本单位不在通报之列，或已确认知悉。"))
