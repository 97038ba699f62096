"""Many institutions at once: an old ledger (EV10), or what the demo district holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from agencies.models import Agency, Region
from institutions.ledgers.choices import LedgerState
from institutions.ledgers.models import Ledger
from institutions.registry.choices import InstitutionKind, InstitutionStatus, PresenceKind, SiteKind
from institutions.registry.models import Certificate, FormerName, Institution, Presence, Site
from institutions.registry.rules import name_facts, pinyin_key
from portal.access import Actor
from portal.audit import record
from portal.audit.selectors import last_act
from portal.clocks import now
from portal.errors import Conflict, Refused
from portal.files.models import StoredFile
from portal.files.services import attach
from portal.lists.search import searchable
from portal.refs import ref

BATCH = 2000
Outcome = tuple[int, str, str, str]  # row of the file, code, name, "created" or "known"


@dataclass(slots=True)
class Draft:
    """One institution with its parts, as read; dates that the source did not know are None."""

    uscc: str
    name: str
    region: Region
    kind: str = InstitutionKind.SOCIAL
    status: str = InstitutionStatus.ACTIVE
    address: str = ""
    filing_number: str = ""
    supervising_department: str = ""
    established_on: dt.date | None = None
    legal_representative: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    remarks: str = ""
    sites: list[tuple[Region, str]] = field(default_factory=list)
    certificates: list[tuple[str, dt.date | None, dt.date | None]] = field(default_factory=list)
    former_names: list[tuple[str, dt.date | None]] = field(default_factory=list)

    def current_certificate(self) -> tuple[str, dt.date | None, dt.date | None]:
        none: tuple[str, dt.date | None, dt.date | None] = ("", None, None)
        return max(self.certificates, key=lambda each: each[2] or dt.date.min, default=none)

    def institution(self, source: str, *, is_historical: bool) -> Institution:
        number, _from, valid_to = self.current_certificate()
        words = [self.uscc, self.name, self.filing_number]
        words += [name for name, _until in self.former_names]
        words += [number for number, _from, _to in self.certificates]
        return Institution(
            uscc=self.uscc,
            name=self.name,
            name_key=pinyin_key(self.name),
            **name_facts(self.name),
            search_text=searchable(*words),
            kind=self.kind,
            status=self.status,
            region=self.region,
            address=self.address,
            supervising_department=self.supervising_department,
            established_on=self.established_on,
            filing_number=self.filing_number,
            legal_representative=self.legal_representative,
            contact_name=self.contact_name,
            contact_phone=self.contact_phone,
            remarks=self.remarks,
            certificate_number=number,
            certificate_valid_to=valid_to,
            source=source,
            is_historical=is_historical,
            created_at=now(),
        )


@transaction.atomic
def open_ledger(file: StoredFile, *, actor: Actor) -> Ledger:
    """Begin with an uploaded file; Refused when the same bytes were imported before."""
    _refuse_twice(file.sha256)
    agency = Agency.objects.get(pk=actor.agency_id or 0)
    ledger = Ledger.objects.create(agency=agency, file=file, sha256=file.sha256, created_at=now())
    attach(file, subject_ref=ref(ledger), actor=actor)
    record(actor, "ledger.upload", ledger, facts={"sha256": file.sha256, "name": file.name})
    return ledger


@transaction.atomic
def map_ledger(ledger: Ledger, *, mapping: dict[str, str], actor: Actor) -> None:
    """Say which column is which fact."""
    rows = Ledger.objects.filter(pk=ledger.pk, state=LedgerState.DRAFT)
    if rows.update(mapping=mapping) != 1:
        raise _conflict(ledger)
    ledger.mapping = mapping
    record(actor, "ledger.map", ledger, facts={"mapping": mapping})


@transaction.atomic
def import_ledger(
    ledger: Ledger,
    drafts: Sequence[Draft],
    *,
    known: Sequence[Outcome],
    created: Sequence[Outcome],
    actor: Actor,
    reason: str = "",
) -> None:
    """Bring a checked ledger into the register, all of it or nothing.

    Rows get the mark 历史 and the ledger as their source; one audit line stands for the whole act,
    none is dated back. Institutions of elsewhere come into the scope of the importing district.
    """
    _refuse_twice(ledger.sha256)
    rows = Ledger.objects.filter(pk=ledger.pk, state=LedgerState.DRAFT)
    outcomes = [list(outcome) for outcome in sorted([*created, *known])]
    counts = {"created_count": len(created), "known_count": len(known)}
    day = now()
    try:
        with transaction.atomic():
            moved = rows.update(
                state=LedgerState.IMPORTED, imported_at=day, outcomes=outcomes, **counts
            )
            if moved != 1:
                raise _conflict(ledger)
            made = load_institutions(drafts, source=ref(ledger), is_historical=True)
    except IntegrityError as error:
        message = _("检查之后名录库或这份台账有了变化，没有导入任何一行。请重新检查后再导入。")
        raise Refused(message, code="changed") from error
    home = ledger.agency.region
    outside = [row.pk for row in made if not actor.covers(row.region.path)]
    Presence.objects.renew(outside, home, PresenceKind.ACTIVE, ref(ledger))
    facts = {"sha256": ledger.sha256, **counts}
    record(actor, "ledger.import", ledger, reason=reason, facts=facts)
    ledger.refresh_from_db()


def _refuse_twice(sha256: str) -> None:
    before = Ledger.objects.filter(sha256=sha256, state=LedgerState.IMPORTED).first()
    if before is not None:
        words = {"agency": before.agency.short_name, "at": localtime(before.imported_at).date()}
        message = _("这份文件已由%(agency)s于 %(at)s 导入，不会重复导入。") % words
        raise Refused(message, code="imported", details={"ledger": before.pk})


def _conflict(ledger: Ledger) -> Conflict:
    fresh = Ledger.objects.get(pk=ledger.pk)
    by, at = last_act(ref(ledger))
    return Conflict(str(fresh.get_state_display()), by, at)


@transaction.atomic
def load_institutions(
    drafts: Sequence[Draft], *, source: str, is_historical: bool
) -> list[Institution]:
    """Insert all or none, with their sites, certificates, former names and scope.

    Writes no audit line: the caller records the one act that brought them, and each row keeps
    ``source``. Codes must be right and new.
    """
    rows = [draft.institution(source, is_historical=is_historical) for draft in drafts]
    Institution.objects.bulk_create(rows, batch_size=BATCH)
    pairs = list(zip(rows, drafts, strict=True))
    sites = [
        Site(institution=row, kind=SiteKind.LABORATORY, region=region, address=address)
        for row, draft in pairs
        for region, address in draft.sites
    ]
    Site.objects.bulk_create(sites, batch_size=BATCH)
    Certificate.objects.bulk_create(
        (
            Certificate(institution=row, number=number, valid_from=valid_from, valid_to=valid_to)
            for row, draft in pairs
            for number, valid_from, valid_to in draft.certificates
        ),
        batch_size=BATCH,
    )
    FormerName.objects.bulk_create(
        (
            FormerName(institution=row, name=name, until_on=until_on, **name_facts(name))
            for row, draft in pairs
            for name, until_on in draft.former_names
        ),
        batch_size=BATCH,
    )
    Presence.objects.bulk_create(_presences(rows, sites), batch_size=BATCH)
    return rows


def _presences(rows: Iterable[Institution], sites: Iterable[Site]) -> list[Presence]:
    registered = [(row.pk, row.region, PresenceKind.REGISTERED, ref(row)) for row in rows]
    placed = [
        (site.institution_id, site.region, PresenceKind.SITE, f"site:{site.pk}") for site in sites
    ]
    return [
        Presence(
            institution_id=key, region=region, region_path=region.path, kind=kind, source=source
        )
        for key, region, kind, source in [*registered, *placed]
    ]
