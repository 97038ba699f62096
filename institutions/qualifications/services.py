"""CMA certificates as plain facts; the register's row shows the one in force that ends last."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from institutions.registry.models import Certificate, Institution
from institutions.registry.rules import normalise_certificate
from institutions.registry.services import conflict_of, keep_row, tell
from portal.access import Actor
from portal.errors import Refused


@transaction.atomic
def add_certificate(
    institution: Institution, *, number: str, valid_from: dt.date, valid_to: dt.date, actor: Actor
) -> Certificate:
    """A CMA certificate by its number; the list shows the one in force that ends last."""
    number = normalise_certificate(number)
    certificate = Certificate(
        institution=institution, number=number, valid_from=valid_from, valid_to=valid_to
    )
    try:
        with transaction.atomic():
            certificate.save()
    except IntegrityError as error:
        raise Refused(_("该机构已登记同一编号的证书。"), code="number_taken") from error
    keep_row(institution)
    facts = {"number": number, "valid_from": valid_from, "valid_to": valid_to}
    tell(actor, "add_certificate", institution, facts=facts)
    return certificate


@transaction.atomic
def change_certificate(
    certificate: Certificate,
    *,
    version: int,
    valid_from: dt.date,
    valid_to: dt.date,
    status: str,
    actor: Actor,
    reason: str,
) -> None:
    """Mend a certificate's days, or state that it was 撤销, 吊销 or 注销, with the reason."""
    after = {"valid_from": valid_from, "valid_to": valid_to, "status": status}
    before = {name: getattr(certificate, name) for name in after}
    rows = Certificate.objects.filter(pk=certificate.pk, version=version)
    if rows.update(**after, version=F("version") + 1) != 1:
        raise conflict_of(certificate.institution)
    certificate.refresh_from_db()
    keep_row(certificate.institution)
    facts, institution = {"number": certificate.number}, certificate.institution
    tell(actor, "change_certificate", institution, before, after, reason=reason, facts=facts)
