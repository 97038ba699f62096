"""Who keeps recusals: the bureaus and enforcement teams, each for its own inspectors."""

from __future__ import annotations

from django.utils.translation import gettext as _

from agencies.models import Inspector
from agencies.people.models import KEEPERS
from inspections.recusals.models import Recusal
from portal.access import Actor, Allowed, Role

YES = Allowed(yes=True)


def can_list(actor: Actor) -> Allowed:
    keeps = actor.agency_kind in KEEPERS or actor.has(Role.AUDITOR)
    return Allowed(actor.reads_business and keeps, _("回避由两局、执法大队和审计查看。"))


def can_declare(actor: Actor, inspector: Inspector | None = None) -> Allowed:
    """Officers, chiefs and inspectors of the inspector's own agency."""
    keeps = actor.agency_kind in KEEPERS and actor.has(Role.OFFICER, Role.CHIEF, Role.INSPECTOR)
    if keeps and (inspector is None or inspector.agency_id == actor.agency_id):
        return YES
    return Allowed(False, _("只有检查人员所在单位可以登记回避。"))


def can_end(actor: Actor, recusal: Recusal) -> Allowed:
    if recusal.inspector.agency_id == actor.agency_id and actor.has(Role.CHIEF, Role.LEADER):
        return YES
    return Allowed(False, _("结束回避由检查人员所在单位的负责人批准。"))
