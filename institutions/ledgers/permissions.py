"""Ledgers are brought by those who keep the register, and finished by the same agency."""

from django.utils.translation import gettext as _

from institutions.ledgers.choices import LedgerState
from institutions.ledgers.models import Ledger
from institutions.registry.permissions import YES, can_create, sees_contacts_in_scope
from portal.access import Actor, Allowed


def can_bring(actor: Actor) -> Allowed:
    """Upload an old ledger."""
    return can_create(actor)


def can_list(actor: Actor) -> Allowed:
    """See which ledgers were brought."""
    if sees_contacts_in_scope(actor):
        return YES
    return Allowed(False, _("历史台账仅限两局和审计人员查看。"))


def can_import(actor: Actor, ledger: Ledger) -> Allowed:
    """Map, check and import a ledger that is still open."""
    allowed = can_bring(actor)
    if not allowed or ledger.agency_id != actor.agency_id:
        return Allowed(False, allowed.why_not or _("请由上传台账的单位继续办理。"))
    if ledger.state != LedgerState.DRAFT:
        return Allowed(False, _("这份台账已经导入。"))
    return YES
