"""Many institutions at once: what an old ledger (EV10) or the demo district holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from agencies.models import Region
from institutions.registry.choices import InstitutionKind, InstitutionStatus, PresenceKind, SiteKind
from institutions.registry.models import Certificate, FormerName, Institution, Presence, Site
from institutions.registry.rules import name_facts, pinyin_key
from portal.clocks import now
from portal.lists.search import searchable
from portal.refs import ref

BATCH = 2000


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
