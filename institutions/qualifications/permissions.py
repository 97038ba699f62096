"""Certificates are kept by those who keep the register entry."""

from institutions.registry.models import Institution
from institutions.registry.permissions import can_edit
from portal.access import Actor, Allowed


def can_certify(actor: Actor, institution: Institution) -> Allowed:
    """Register a certificate or mend what is registered of one."""
    return can_edit(actor, institution)
