"""Verbs of the registry. Each keeps what the list and the search read from the institution's row.

Presences and standings carry the reference of the upper room's record as their source; their one
audit line for many institutions stands in that record's stream.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from agencies.models import Region
from institutions.registry.choices import (
    CertificateStatus,
    MatchReason,
    PresenceKind,
    uscc_message,
)
from institutions.registry.models import (
    Institution,
    Presence,
    Site,
    Standing,
)
from institutions.registry.rules import (
    name_facts,
    pinyin_key,
    read_uscc,
)
from institutions.registry.selectors import DUPLICATE_FROM, match_institution
from portal.access import Actor
from portal.audit import digest, record
from portal.audit.selectors import last_act
from portal.clocks import now
from portal.errors import Conflict, Refused
from portal.events import INSTITUTION_CHANGED, INSTITUTION_MERGED, announce
from portal.lists.search import searchable
from portal.refs import ref

NOTHING: Mapping[str, Any] = MappingProxyType({})
# Written to the audit as changed, with digests, never with their content.
PROTECTED = frozenset({"legal_representative", "contact_name", "contact_phone", "remarks"})


class Facts(TypedDict, total=False):
    """What a form may say of an institution, besides its code and name."""

    kind: str
    region: Region
    address: str
    supervising_department: str
    established_on: dt.date | None
    filing_number: str
    legal_representative: str
    contact_name: str
    contact_phone: str
    remarks: str


@transaction.atomic
def create_institution(
    *,
    uscc: str,
    name: str,
    actor: Actor,
    reason: str = "",
    source: str = "",
    **facts: Unpack[Facts],
) -> Institution:
    """Register an institution.

    Refused for a wrong code (code ``uscc``), a code that is registered (``uscc_taken``), and a
    name like a registered one (``similar``; candidates in ``details``) unless a reason is given.
    One that is registered elsewhere comes into the scope of the district that registers it.
    """
    name, code = name.strip(), _right_code(uscc)
    _refuse_duplicates(code, name, reason)
    columns = {"name": name, "name_key": pinyin_key(name), **name_facts(name), **facts}
    institution = Institution(uscc=code, source=source, created_at=now(), **columns)
    institution.search_text = searchable(code, name, institution.filing_number)
    try:
        with transaction.atomic():
            institution.save()
    except IntegrityError as error:
        raise _taken(Institution.objects.get(uscc=code)) from error
    _keep_registered_presence(institution, on=None)
    if actor.agency_id and not actor.covers(institution.region.path):
        here = Region.objects.get(path=actor.region)
        source = f"agency:{actor.agency_id}"
        Presence.objects.renew([institution.pk], here, PresenceKind.ACTIVE, source)
    said = {key: value for key, value in facts.items() if value}
    after = {"uscc": code, "name": name, **said}
    tell(actor, "create", institution, after=after, reason=reason)
    return institution


def _right_code(uscc: str) -> str:
    reading = read_uscc(uscc)
    if not reading.ok:
        details = {"suggestion": reading.suggestion}
        raise Refused(uscc_message(reading), code="uscc", details=details)
    return reading.code


@transaction.atomic
def edit_institution(
    institution: Institution, *, version: int, actor: Actor, on: dt.date, **facts: Unpack[Facts]
) -> None:
    """Change facts of the form that was read at ``version``; Conflict when another was faster."""
    before = {name: getattr(institution, name) for name in facts}
    if all(before[name] == value for name, value in facts.items()):
        return
    moved = "region" in facts and facts["region"].pk != institution.region_id
    _swap(institution, version, facts)
    if moved:
        _keep_registered_presence(institution, on=on)
    keep_row(institution)
    tell(actor, "edit", institution, before, facts)


@transaction.atomic
def rename(
    institution: Institution,
    *,
    name: str,
    until_on: dt.date,
    version: int,
    actor: Actor,
    reason: str,
) -> None:
    """EV1: the institution bears a new name; the old one is kept with its last day."""
    old = institution.name
    name = name.strip()
    if name == old:
        raise Refused(_("新名称与现名称相同。"), code="same_name")
    _swap(institution, version, {"name": name, "name_key": pinyin_key(name), **name_facts(name)})
    _keep_former_name(institution, old, until_on)
    keep_row(institution)
    names, facts = ({"name": old}, {"name": name}), {"until_on": until_on}
    tell(actor, "rename", institution, *names, reason=reason, facts=facts)


@transaction.atomic
def change_status(
    institution: Institution, *, status: str, version: int, actor: Actor, reason: str
) -> None:
    """存续, 停业, 注销, 吊销, 迁出: the entry stays, and all that hangs on it (EV9)."""
    before = institution.status
    if status == before:
        raise Refused(_("状态没有变化。"), code="same_status")
    _swap(institution, version, {"status": status})
    states = {"status": before}, {"status": status}
    tell(actor, "change_status", institution, *states, reason=reason)


@transaction.atomic
def add_site(
    institution: Institution,
    *,
    kind: str,
    region: Region,
    address: str,
    actor: Actor,
    from_on: dt.date | None = None,
) -> Site:
    """EV2: a place of work; its district has the institution in scope from then on."""
    site = Site.objects.create(
        institution=institution, kind=kind, region=region, address=address, from_on=from_on
    )
    Presence.objects.renew([institution.pk], region, PresenceKind.SITE, f"site:{site.pk}", from_on)
    facts = {"kind": kind, "region": region.code, "address": address}
    tell(actor, "add_site", institution, facts=facts)
    return site


@transaction.atomic
def end_site(site: Site, *, to_on: dt.date, actor: Actor) -> None:
    """The place is given up; its district's scope ends with that day."""
    if site.from_on and to_on < site.from_on:
        raise Refused(_("停用日期不能早于启用日期。"), code="dates")
    rows = Site.objects.filter(pk=site.pk, to_on__isnull=True)
    if rows.update(to_on=to_on) != 1:
        raise conflict_of(site.institution)
    site.to_on = to_on
    Presence.objects.filter(source=f"site:{site.pk}").update(to_on=to_on)
    tell(actor, "end_site", site.institution, facts={"address": site.address, "to_on": to_on})


@transaction.atomic
def merge(
    duplicate: Institution, *, into: Institution, version: int, actor: Actor, reason: str
) -> None:
    """Two entries are one body: names, sites, certificates and scope go to the entry that stays.

    The duplicate keeps its row, so that old references resolve, and points to the other. Rooms
    above hear INSTITUTION_MERGED and move what is theirs.
    """
    pair = Institution.objects.filter(pk__in=[duplicate.pk, into.pk]).order_by("pk")
    list(pair.select_for_update().values_list("pk"))  # two merges cross: the second sees the first
    into.refresh_from_db()
    if into.pk == duplicate.pk or into.merged_into_id is not None:
        raise Refused(_("请选择一家未被合并的其他机构作为保留机构。"), code="merge_target")
    _swap(duplicate, version, {"merged_into_id": into.pk})
    duplicate.duplicates.update(merged_into=into)
    duplicate.sites.update(institution=into)
    held = into.certificates.values_list("number", flat=True)
    duplicate.certificates.exclude(number__in=list(held)).update(institution=into)
    duplicate.former_names.update(institution=into)
    duplicate.standings.update(institution=into)
    held_sources = into.presences.values_list("source", flat=True)
    duplicate.presences.exclude(source__in=[ref(duplicate), *held_sources]).update(institution=into)
    duplicate.presences.all().delete()
    if duplicate.name_norm != into.name_norm:
        _keep_former_name(into, duplicate.name, None)
    keep_row(into)
    facts = {"duplicate": ref(duplicate), "uscc": duplicate.uscc, "name": duplicate.name}
    tell(actor, "merge", into, reason=reason, facts=facts)
    announce(INSTITUTION_MERGED, duplicate.pk, actor=actor)


# --- For rooms above --------------------------------------------------------------------------


@transaction.atomic
def record_presence(
    institutions: Iterable[int],
    *,
    region: Region,
    kind: str,
    source: str,
    actor: Actor,
    from_on: dt.date | None = None,
    to_on: dt.date | None = None,
) -> None:
    """These institutions (keys) are in the scope of ``region``, for what ``source`` says.

    ``source`` is the reference of the record that says so, and the stream of the one audit line.
    Saying it again renews the days.
    """
    keys = sorted(set(institutions))
    if not keys:
        return
    Presence.objects.renew(keys, region, kind, source, from_on, to_on)
    facts = {"institutions": keys, "region": region.code, "kind": kind, "to_on": to_on}
    record(actor, "institution.record_presence", source, facts=facts)


@transaction.atomic
def end_presence(source: str, *, on: dt.date, actor: Actor, kept: Iterable[int] = ()) -> None:
    """What this source says ends with ``on``, except for the institutions ``kept``."""
    rows = Presence.objects.filter(source=source).exclude(institution_id__in=list(kept))
    ended = list(rows.on(on).values_list("institution_id", flat=True))
    if not ended:
        return
    rows.on(on).update(to_on=on)
    facts = {"institutions": sorted(set(ended)), "to_on": on}
    record(actor, "institution.end_presence", source, facts=facts)


@transaction.atomic
def set_standing(
    institutions: Iterable[int],
    *,
    kind: str,
    value: str,
    source: str,
    from_on: dt.date,
    actor: Actor,
    to_on: dt.date | None = None,
) -> None:
    """State a dated fact about institutions; what the same source said of them before ends."""
    keys = sorted(set(institutions))
    if not keys:
        return
    said = Standing.objects.filter(institution_id__in=keys, kind=kind, source=source)
    said.filter(from_on__gte=from_on).delete()
    said.filter(Q(to_on__isnull=True) | Q(to_on__gte=from_on)).update(
        to_on=from_on - dt.timedelta(days=1)
    )
    Standing.objects.bulk_create(
        Standing(
            institution_id=key, kind=kind, value=value, source=source, from_on=from_on, to_on=to_on
        )
        for key in keys
    )
    facts = {"institutions": keys, "kind": kind, "value": value, "from_on": from_on, "to_on": to_on}
    record(actor, "institution.set_standing", source, facts=facts)


@transaction.atomic
def end_standing(source: str, *, kind: str, on: dt.date, actor: Actor) -> None:
    """What this source stated ends with ``on``."""
    rows = Standing.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gt=on), source=source, kind=kind
    )
    ended = list(rows.values_list("institution_id", flat=True))
    if not ended:
        return
    rows.filter(from_on__gt=on).delete()
    rows.update(to_on=on)
    facts = {"institutions": sorted(set(ended)), "kind": kind, "to_on": on}
    record(actor, "institution.end_standing", source, facts=facts)


# --- What verbs share -------------------------------------------------------------------------


def _refuse_duplicates(uscc: str, name: str, reason: str) -> None:
    candidates = match_institution(uscc, name, limit=10)
    same = next((each for each in candidates if each.why == MatchReason.USCC), None)
    if same is not None:
        raise _taken(same.institution)
    close = [each for each in candidates if each.score >= DUPLICATE_FROM]
    if close and not reason.strip():
        message = _("名录库中已有名称相同或相近的机构，请核对；确属不同机构的，请写明理由。")
        raise Refused(message, code="similar", details=[each.details() for each in close])


def _taken(institution: Institution) -> Refused:
    message = _("该统一社会信用代码已登记为“%(name)s”，请直接维护该机构。")
    details = {"institution": institution.pk}
    return Refused(message % {"name": institution.name}, code="uscc_taken", details=details)


def _swap(institution: Institution, version: int, values: Mapping[str, Any]) -> None:
    rows = Institution.objects.filter(pk=institution.pk, version=version)
    if rows.update(**values, version=F("version") + 1) != 1:
        raise conflict_of(institution)
    institution.refresh_from_db()


def conflict_of(institution: Institution) -> Conflict:
    fresh = Institution.objects.get(pk=institution.pk)
    by, at = last_act(ref(institution))
    return Conflict(str(fresh.get_status_display()), by, at)


def tell(
    actor: Actor,
    verb: str,
    institution: Institution,
    before: Mapping[str, Any] = NOTHING,
    after: Mapping[str, Any] = NOTHING,
    *,
    reason: str = "",
    facts: Mapping[str, Any] = NOTHING,
) -> None:
    """Write the audit line of a verb and tell the rooms above; personal data as digests only."""
    changed = {name: (before.get(name), value) for name, value in after.items()}
    changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
    changes = {name: [_plain(name, value) for value in pair] for name, pair in changed.items()}
    subject = ref(institution)
    hidden = {
        name: [digest(subject, value) if value else "" for value in changed[name]]
        for name in PROTECTED & changed.keys()
    }
    said = {**facts, "digests": hidden} if hidden else facts
    record(actor, f"institution.{verb}", institution, changes=changes, reason=reason, facts=said)
    announce(INSTITUTION_CHANGED, institution.pk, actor=actor)


def _plain(name: str, value: Any) -> Any:
    if name in PROTECTED:
        return "*" if value else ""
    return value.pk if isinstance(value, Region) else value


def keep_row(institution: Institution) -> None:
    """Keep the columns that list and search read: words to find it by, certificate in force."""
    certificates = institution.certificates.all()
    current = certificates.filter(status=CertificateStatus.VALID).first()
    institution.certificate_number = current.number if current else ""
    institution.certificate_valid_to = current.valid_to if current else None
    words = [institution.uscc, institution.name, institution.filing_number]
    words += [former.name for former in institution.former_names.all()]
    words += [certificate.number for certificate in certificates]
    institution.search_text = searchable(*words)
    institution.save(update_fields=["certificate_number", "certificate_valid_to", "search_text"])


def _keep_former_name(institution: Institution, name: str, until_on: dt.date | None) -> None:
    institution.former_names.create(name=name, until_on=until_on, **name_facts(name))


def _keep_registered_presence(institution: Institution, *, on: dt.date | None) -> None:
    """In the scope of the district of registration; of the former one until the day before."""
    mine = institution.presences.filter(kind=PresenceKind.REGISTERED, to_on__isnull=True)
    if on is not None:
        mine.exclude(region=institution.region).update(to_on=on - dt.timedelta(days=1))
    place, registered = institution.region, PresenceKind.REGISTERED
    Presence.objects.renew([institution.pk], place, registered, ref(institution), on)
