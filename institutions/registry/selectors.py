"""Reads of the registry: who is meant by a name or a code, and an institution's page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Q
from django.db.models.functions import Reverse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from agencies.models import Region
from institutions.registry.choices import (
    BODY_KINDS,
    CERTIFICATE_AUTHORITIES,
    CERTIFICATE_FIELDS,
    CERTIFICATE_SECTORS,
    CERTIFICATE_SHAPE_MESSAGE,
    STATUS_TONES,
    VALIDITY_TONES,
    VALIDITY_WORDS,
    CertificateStatus,
    InstitutionStatus,
    MatchReason,
    PresenceKind,
)
from institutions.registry.models import (
    Certificate,
    FormerName,
    Institution,
    InstitutionQuerySet,
    Presence,
    Site,
)
from institutions.registry.permissions import can_create, can_see_inside, sees_contacts_in_scope
from institutions.registry.rules import (
    RENEWAL_MONTHS,
    CertificateNumber,
    Validity,
    core_of_name,
    decode_certificate,
    expected_valid_to,
    months_later,
    normalise_name,
    normalise_uscc,
    validity,
)
from portal.access import PUBLIC, Actor
from portal.desk import Figure, Hit, WorkItem
from portal.lists.search import BigramSearch, normalised
from portal.refs import resolve

NamedRow = tuple[int, str, str, str]  # key of the institution, name, normalised, core

CANDIDATE_ROWS = 2000  # of each kind read from the database, however large the registry
SIMILAR_FROM = 60  # of 100: worth offering to a person
REASONS_SHOWN = 20
DUPLICATE_FROM = 75  # of 100: worth a reason before another is registered


@dataclass(frozen=True, slots=True)
class Candidate:
    """An institution that may be meant, how sure (0 to 100), and why it is offered."""

    institution: Institution
    score: int
    why: MatchReason
    name: str

    @property
    def is_certain(self) -> bool:
        """Same code or same name: a machine may take it when it is the only one."""
        return self.why in {MatchReason.USCC, MatchReason.NAME}

    def details(self) -> dict[str, Any]:
        """As a refusal and the API tell it."""
        return {
            "institution": self.institution.pk,
            "uscc": self.institution.uscc,
            "name": self.institution.name,
            "matched_name": self.name,
            "score": self.score,
            "why": self.why.value,
        }


def match_institution(uscc: str, name: str, limit: int = 5) -> list[Candidate]:
    """Institutions that a code or a name may mean, best first.

    A bounded number of rows is read through indexes: same code, same name, same former name, and
    names whose core shares its first or last letter, compared by rapidfuzz.
    """
    found: dict[int, Candidate] = {}
    for candidate in [*_same_code(uscc), *_same_name(name), *_similar(name)]:
        known = found.get(candidate.institution.pk)
        if known is None or candidate.score > known.score:
            found[candidate.institution.pk] = candidate
    ordered = sorted(found.values(), key=lambda each: (-each.score, each.institution.pk))
    return ordered[:limit]


def _same_code(uscc: str) -> list[Candidate]:
    code = normalise_uscc(uscc)
    rows = Institution.objects.filter(uscc=code).select_related("merged_into") if code else []
    meant = [row.merged_into or row for row in rows]
    return [Candidate(row, 100, MatchReason.USCC, row.name) for row in meant]


def _same_name(name: str) -> list[Candidate]:
    norm = normalise_name(name)
    if not norm:
        return []
    now = Institution.objects.current().filter(name_norm=norm)[:CANDIDATE_ROWS]
    former = FormerName.objects.filter(name_norm=norm, institution__merged_into__isnull=True)
    return [Candidate(row, 98, MatchReason.NAME, row.name) for row in now] + [
        Candidate(row.institution, 96, MatchReason.FORMER_NAME, row.name)
        for row in former.select_related("institution")[:CANDIDATE_ROWS]
    ]


def _similar(name: str) -> list[Candidate]:
    norm, core = normalise_name(name), core_of_name(name)
    if not core:
        return []
    now = _near(Institution.objects.current(), "pk", core)
    former = _near(FormerName.objects.filter(institution__merged_into=None), "institution_id", core)
    named = [(*row, MatchReason.SIMILAR) for row in now]
    named += [(*row, MatchReason.SIMILAR_FORMER) for row in former]
    scored = (
        (similarity((norm, core), (row_norm, row_core)), pk, row_name, why)
        for pk, row_name, row_norm, row_core, why in named
    )
    close = sorted((each for each in scored if each[0] >= SIMILAR_FROM), reverse=True)[:20]
    known = Institution.objects.in_bulk([pk for _score, pk, _name, _why in close])
    return [Candidate(known[pk], score, why, row_name) for score, pk, row_name, why in close]


def _near(rows: Any, key: str, core: str) -> Iterable[NamedRow]:
    """Rows whose core is the same, or shares the first or the last letter; bounded, unsorted."""
    columns = rows.order_by().values_list(key, "name", "name_norm", "name_core")
    last = columns.alias(reversed_core=Reverse("name_core"))
    return cast(
        "Iterable[NamedRow]",
        columns.filter(name_core=core)[:CANDIDATE_ROWS].union(
            columns.filter(name_core__startswith=core[0])[:CANDIDATE_ROWS],
            last.filter(reversed_core__startswith=core[-1])[:CANDIDATE_ROWS],
        ),
    )


def similarity(one: tuple[str, str], other: tuple[str, str]) -> int:
    """0 to 95 for two names given as (normalised, core): the core weighs as much as the whole."""
    whole, core = fuzz.ratio(one[0], other[0]), fuzz.ratio(one[1], other[1])
    return min(95, round((whole + core) / 2))


# --- Search -----------------------------------------------------------------------------------

SHORTEST_TERM = 2
PUBLIC_HITS = 30
SEARCH = BigramSearch("search_text")


def search_institutions(actor: Actor, term: str, limit: int) -> list[Institution]:
    """Institutions whose code, name, former name, filing or certificate holds the term."""
    if len(normalised(term)) < SHORTEST_TERM:
        return []
    rows = Institution.objects.visible_to(actor).current().select_related("region")
    return list(SEARCH.filter(rows, term).order_by("name_key", "pk")[:limit])


def public_search(term: str) -> list[Institution]:
    """One more than is shown, so that the page can say that there are more."""
    return search_institutions(PUBLIC, term, PUBLIC_HITS + 1)


def hits(actor: Actor, text: str, limit: int) -> list[Hit]:
    """Institutions for the search in the top bar."""
    return [
        Hit(_("机构"), row.name, f"{row.uscc} · {row.region}", row.get_absolute_url())
        for row in search_institutions(actor, text, limit)
    ]


# --- Desk -------------------------------------------------------------------------------------

COUNTED_TO = 10_000
WORK_SHOWN = 20


def figures(actor: Actor, today: dt.date) -> list[Figure]:
    """What the bureaus and auditors have in scope: all, in each state, certificates that end."""
    if not (actor.region and sees_contacts_in_scope(actor)):
        return []
    mine = Institution.objects.visible_to(actor).current().present_in(actor.region, today)
    address = f"{reverse('institution_list')}?scope=mine"
    soon = (today, months_later(today, RENEWAL_MONTHS))
    found = [Figure(_("辖区机构"), _counted(mine), address)]
    for status in (InstitutionStatus.ACTIVE, InstitutionStatus.SUSPENDED):
        number = _counted(mine.filter(status=status))
        found.append(Figure(status.label, number, f"{address}&status={status}"))
    ending, ended = Q(certificate_valid_to__range=soon), Q(certificate_valid_to__lt=today)
    for label, state, which in (
        (_("CMA 证书三个月内到期"), Validity.EXPIRING, ending),
        (_("CMA 证书已过期"), Validity.EXPIRED, ended),
    ):
        found.append(Figure(label, _counted(mine.filter(which)), f"{address}&certificate={state}"))
    return found


def work(actor: Actor, today: dt.date) -> list[WorkItem]:
    """For those who keep the register: certificates in scope that end within three months."""
    if not can_create(actor):
        return []
    soon = (today, months_later(today, RENEWAL_MONTHS))
    rows = Institution.objects.visible_to(actor).current().active().present_in(actor.region, today)
    ending = rows.filter(certificate_valid_to__range=soon).order_by("certificate_valid_to", "pk")
    return [
        WorkItem(
            _("CMA 证书即将到期"),
            row.name,
            row.get_absolute_url(),
            row.certificate_valid_to,
            _("查看机构"),
        )
        for row in ending[:WORK_SHOWN]
    ]


def _counted(rows: InstitutionQuerySet) -> int | str:
    number = rows.order_by()[: COUNTED_TO + 1].count()
    return f"{COUNTED_TO}+" if number > COUNTED_TO else number


# --- The page of one institution --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """A certificate with its number read aloud, how it stands today, and what is unusual."""

    certificate: Certificate
    parts: list[tuple[str, str]]
    warnings: list[str]
    label: str
    tone: str


@dataclass(frozen=True, slots=True)
class ScopeReason:
    """Why the institution is in the reader's scope, with the record that says so if visible."""

    label: str
    region: Region
    from_on: dt.date | None
    to_on: dt.date | None
    url: str


@dataclass(frozen=True, slots=True)
class InstitutionPage:
    """What one actor may read of one institution; ``inside`` is empty for those outside."""

    institution: Institution
    sees_inside: bool
    open_facts: list[tuple[str, Any]]
    inside_facts: list[tuple[str, Any]]
    certificates: list[CertificateFacts]
    sites: list[Site]
    former_names: list[FormerName]
    reasons: list[ScopeReason]
    status_tone: str


def institution_page(institution: Institution, actor: Actor, today: dt.date) -> InstitutionPage:
    """Read a page's parts; the public and outsiders get the public part only."""
    sees_inside = bool(can_see_inside(actor, institution))
    return InstitutionPage(
        institution=institution,
        sees_inside=sees_inside,
        open_facts=_open_facts(institution, actor),
        inside_facts=_inside_facts(institution) if sees_inside else [],
        certificates=[_certificate(each, today) for each in institution.certificates.all()],
        sites=list(institution.sites.select_related("region")),
        former_names=list(institution.former_names.all()),
        reasons=_reasons(institution, actor, today) if actor.is_staff and sees_inside else [],
        status_tone=STATUS_TONES[InstitutionStatus(institution.status)],
    )


def _open_facts(institution: Institution, actor: Actor) -> list[tuple[str, Any]]:
    filing = _("已备案") if institution.filing_number else _("未备案")
    if institution.filing_number and not actor.is_public:
        filing = institution.filing_number
    return [
        (_("统一社会信用代码"), institution.uscc),
        (_("登记类型"), BODY_KINDS.get(institution.uscc[:2], "")),
        (_("机构类别"), institution.get_kind_display()),
        (_("主管部门"), institution.supervising_department),
        (_("注册区划"), institution.region),
        (_("注册地址"), institution.address),
        (_("成立日期"), _day(institution.established_on)),
        (_("备案"), filing),
    ]


def _inside_facts(institution: Institution) -> list[tuple[str, Any]]:
    return [
        (_("法定代表人"), institution.legal_representative),
        (_("联系人"), institution.contact_name),
        (_("联系电话"), institution.contact_phone),
        (_("备注"), institution.remarks),
    ]


def _certificate(certificate: Certificate, today: dt.date) -> CertificateFacts:
    state = validity(certificate.valid_to, today)
    label, tone = str(VALIDITY_WORDS[state]), VALIDITY_TONES[state]
    if certificate.valid_to is None:
        label = _("有效期不详")
    if certificate.status != CertificateStatus.VALID:
        label, tone = str(certificate.get_status_display()), "danger"
    number = decode_certificate(certificate.number)
    parts = [] if number is None else certificate_parts(number)
    return CertificateFacts(certificate, parts, certificate_warnings(certificate), label, tone)


def certificate_parts(number: CertificateNumber) -> list[tuple[str, str]]:
    """What the digits say, as (digits, meaning)."""
    other = _("未知代码")
    return [
        (number.number[:2], _("%(year)s 年发证") % {"year": number.year}),
        (number.authority, str(CERTIFICATE_AUTHORITIES[number.authority])),
        (number.field, str(CERTIFICATE_FIELDS.get(number.field, other))),
        (number.sector, str(CERTIFICATE_SECTORS.get(number.sector, other))),
        (number.serial, _("流水号")),
    ]


def certificate_warnings(certificate: Certificate) -> list[str]:
    """What a person should look at; none of it makes the number wrong."""
    number = decode_certificate(certificate.number)
    if number is None:
        return [str(CERTIFICATE_SHAPE_MESSAGE)]
    found = []
    if not number.codes_are_known:
        found.append(_("专业领域或行业主管代码不在编号规则的代码表内，请核对。"))
    elif not number.field_is_usual:
        field = CERTIFICATE_FIELDS[number.field]
        found.append(_("专业领域为“%(field)s”，不是环境监测常见领域，请核对。") % {"field": field})
    if certificate.valid_from and certificate.valid_to:
        expected = expected_valid_to(certificate.valid_from)
        if certificate.valid_to != expected:
            words = {"day": _day(expected)}
            found.append(_("证书有效期为 6 年，按起始日推算应至 %(day)s，请核对。") % words)
        if certificate.valid_from.year != number.year:
            found.append(_("编号中的年份与有效期起始年份不同，请核对。"))
    return found


def _reasons(institution: Institution, actor: Actor, today: dt.date) -> list[ScopeReason]:
    if not actor.region:
        return []
    rows = institution.presences.all().within(actor.region).on(today).select_related("region")
    return [
        ScopeReason(
            str(row.get_kind_display()), row.region, row.from_on, row.to_on, _address(row, actor)
        )
        for row in rows[:REASONS_SHOWN]
    ]


def _address(presence: Presence, actor: Actor) -> str:
    """The page of the record that says so; none for the institution's own facts."""
    if presence.kind in {PresenceKind.REGISTERED, PresenceKind.SITE}:
        return ""
    said_by = resolve(presence.source, actor)
    address = getattr(said_by, "get_absolute_url", None)
    return str(address()) if address else ""


def _day(day: dt.date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""
