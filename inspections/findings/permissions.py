"""Who records findings, and who ties them to what follows."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inspections.findings.models import Finding
from inspections.visits.choices import VisitState
from inspections.visits.permissions import MAKERS, can_inspect
from portal.access import Actor, Allowed, Role

YES = Allowed(yes=True)


def can_edit(actor: Actor, finding: Finding) -> Allowed:
    """The team, until the record is written."""
    if not finding.stands:
        return Allowed(False, _("该问题已撤销。"))
    return can_inspect(actor, finding.visit)


def can_link(actor: Actor, finding: Finding) -> Allowed:
    """The competent bureau ties its finding to its case or lead; so do jobs for it."""
    if actor.is_job:
        return YES
    if finding.visit.state in (VisitState.OPEN, VisitState.RECORDED):
        return Allowed(False, _("笔录签字后才能立案或转线索。"))
    if actor.agency_id == finding.agency_id and actor.has(*MAKERS, Role.INSPECTOR):
        return YES
    if actor.agency_id in finding.visit.bureau_ids and actor.has(*MAKERS):
        return YES
    return Allowed(False, _("由主办部门办理。"))
