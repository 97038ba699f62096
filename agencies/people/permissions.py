"""Who reads and keeps the directories of inspectors and experts."""

from __future__ import annotations

from django.utils.translation import gettext as _

from agencies.people.models import KEEPERS, Expert, Inspector
from portal.access import Actor, Allowed, Role


def can_list(actor: Actor) -> Allowed:
    reads = actor.reads_business and (actor.agency_kind in KEEPERS or actor.has(Role.AUDITOR))
    return Allowed(reads, _("只有两局、执法大队和审计人员可以查看人员名录库。"))


def can_keep(actor: Actor) -> Allowed:
    """Enter and import: officers and chiefs of an agency that has such people."""
    mine = actor.agency_kind in KEEPERS and actor.has(Role.OFFICER, Role.CHIEF)
    return Allowed(mine, _("只有两局和执法大队的经办人、负责人可以维护本单位人员名录。"))


def can_edit(actor: Actor, person: Inspector | Expert) -> Allowed:
    if person.agency_id != actor.agency_id:
        return Allowed(yes=False, why_not=_("只能维护本单位的人员。"))
    return can_keep(actor)
