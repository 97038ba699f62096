"""Handing penalty records to the outbox: once, in order, complete."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from penalties.models import PenaltyPublication, PublicationVersion
from penalties.publication.choices import PublicationKind
from portal.access import Actor, demand
from portal.audit import record as write
from portal.clocks import now
from portal.outbox.services import send
from sharing.platforms import rules
from sharing.platforms.choices import RecordState
from sharing.platforms.models import CreditRecord
from sharing.platforms.permissions import can_complete
from sharing.platforms.selectors import fields_of, key_of, party_of

CHANNEL = "credit"


@transaction.atomic
def forward(publication: PenaltyPublication, *, actor: Actor) -> int:
    """Hand over every version that is not yet, in order; how many.

    One that lacks a field holds back the later ones: the platform must not get a correction
    before the record itself. Only credit notices go to the platform.
    """
    if publication.kind != PublicationKind.CREDIT:
        return 0
    PenaltyPublication.objects.select_for_update().get(pk=publication.pk)
    done = 0
    related = ("publication__decision__case__agency", "publication__decision__case__institution")
    versions = PublicationVersion.objects.filter(publication=publication).order_by("number")
    for version in versions.select_related(*related):
        row = _record(version)
        if row.state == RecordState.HANDED_OVER:
            continue
        if not _hand_over(row, version, actor):
            break
        done += 1
    return done


def _record(version: PublicationVersion) -> CreditRecord:
    """The record of a version; a correction begins with what people added to the one before."""
    decision = version.publication.decision
    before = CreditRecord.objects.filter(decision=decision, number__lt=version.number)
    last = before.order_by("-number").first()
    row, _fresh = CreditRecord.objects.get_or_create(
        version=version,
        defaults={
            "decision": decision,
            "agency_id": decision.case.agency_id,
            "case_number": decision.case.number,
            "party_name": party_of(decision),
            "number": version.number,
            "act": version.act,
            "added": last.added if last else {},
        },
    )
    return row


def _hand_over(row: CreditRecord, version: PublicationVersion, actor: Actor) -> bool:
    fields = fields_of(version, row.added)
    CreditRecord.objects.filter(pk=row.pk).update(fields=fields)
    row.fields = fields
    if rules.faults(fields):
        return False
    claimed = CreditRecord.objects.filter(pk=row.pk, state=RecordState.INCOMPLETE)
    claimed.update(state=RecordState.HANDED_OVER, handed_over_at=now())
    row.state = RecordState.HANDED_OVER
    payload = {"operation": row.act, "version": row.number, **fields}
    order = f"penalty-{row.decision_id}"
    send(CHANNEL, key_of(row), row, payload, order_by=order, agency=row.agency_id, actor=actor)
    return True


@transaction.atomic
def complete(row: CreditRecord, *, values: Mapping[str, str], actor: Actor) -> int:
    """Add what the portal does not know, and hand over what is complete now; how many."""
    demand(can_complete(actor, row))
    added = {code: values[code].strip() for code in rules.ADDED if values.get(code, "").strip()}
    CreditRecord.objects.filter(pk=row.pk).update(added=added)
    write(actor, "creditrecord.complete", row, facts={"fields": sorted(added)})
    return forward(row.version.publication, actor=actor)
