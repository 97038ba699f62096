"""The verbs of publication: draft, edit, publish, correct, withdraw."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from inspections.publications import rules, workflow
from inspections.publications.choices import PublicationState, Trace
from inspections.publications.models import ResultPublication
from inspections.publications.permissions import can_correct, can_draft, can_edit
from inspections.visits.models import Visit
from portal.access import Actor, demand
from portal.audit import record
from portal.clocks import now, today
from portal.clocks import services as clocks
from portal.clocks.models import Clock
from portal.errors import Refused
from portal.events import RESULT_PUBLISHED, announce
from portal.inbox.sentences import Sentence, sentence
from portal.inbox.services import send
from portal.refs import ref
from portal.workflow.moves import conflict_of

RULE = "D24"


@transaction.atomic
def draft(visit: Visit, *, actor: Actor) -> ResultPublication:
    """Write the public text from the results; people edit and check it before it is public."""
    demand(can_draft(actor, visit))
    if visit.publications.filter(state=PublicationState.PUBLISHED).exists():
        raise Refused(_("该检查结果已公示，请以更正版修改。"), code="published")
    return _make(visit, _text(visit), actor)


def _make(visit: Visit, text: str, actor: Actor, **facts: Any) -> ResultPublication:
    last = visit.publications.aggregate(last=Max("edition"))["last"] or 0
    moment = visit.ended_at or visit.created_at
    with override(settings.LANGUAGE_CODE):  # what is public is Chinese, whoever drafts it
        kind = str(visit.get_kind_display())
    agencies = [part.agency.name for part in visit.parts.select_related("agency")]
    try:
        with transaction.atomic():
            made = ResultPublication.objects.create(
                visit=visit,
                edition=last + 1,
                institution_name=visit.institution_name,
                uscc=visit.institution.uscc,
                region_path=visit.region_path,
                kind_words=kind,
                agency_words="、".join(agencies),
                visited_on=timezone.localtime(moment).date(),
                codes=_codes(visit),
                text=text,
                drafted_at=now(),
                written_by=[actor.user_id] if actor.user_id else [],
                **facts,
            )
    except IntegrityError as error:
        raise conflict_of(visit) from error
    record(actor, "publication.draft", made, facts={"edition": made.edition})
    return made


def _codes(visit: Visit) -> list[list[str]]:
    rows = visit.results.values_list("code__code", "code__name").distinct()
    return [list(row) for row in sorted(set(rows))]


def _text(visit: Visit) -> str:
    """Results and the matters of the findings; never facts, which may name people and clients."""
    lines = [f"检查结果：{'；'.join(name for _code, name in _codes(visit))}。"]
    titles = visit.findings.standing().values_list("matter__title", flat=True)
    if titles:
        lines.append(f"发现的问题涉及：{'；'.join(dict.fromkeys(titles))}。")
    return "\n".join(lines)


@transaction.atomic
def edit(publication: ResultPublication, *, text: str, version: int, actor: Actor) -> None:
    """Change the text of a draft; Conflict when somebody else did."""
    demand(can_edit(actor, publication))
    rows = ResultPublication.objects.filter(
        pk=publication.pk, version=version, state=PublicationState.DRAFT
    )
    by = sorted({*publication.written_by, *([actor.user_id] if actor.user_id else [])})
    if not rows.update(text=text, version=version + 1, written_by=by):
        raise conflict_of(publication)
    changes = {"text": [publication.text, text]}
    publication.refresh_from_db()
    record(actor, "publication.edit", publication, changes=changes)


def traces(publication: ResultPublication) -> list[str]:
    """What the text must lose before it may be public, as sentences."""
    visit = publication.visit
    names = list(visit.members.values_list("name", flat=True))
    names += [visit.institution.legal_representative, visit.institution.contact_name]
    written = getattr(visit, "site_record", None)
    if written is not None:
        names.append(written.representative)
        names += written.signatures.values_list("name", flat=True)
    found = rules.traces(publication.text, names)
    return [str(Trace(kind).label) % {"found": what} for kind, what in found]


@transaction.atomic
def publish(publication: ResultPublication, *, actor: Actor) -> None:
    """Make the result public; refused while it names people. The clock D24 stops."""
    personal = traces(publication)
    if personal:
        raise Refused("".join(personal), code="personal", details=personal)
    visit = publication.visit
    former = visit.publications.filter(state=PublicationState.PUBLISHED).first()
    if former is not None:
        reason = publication.change_reason
        workflow.publication.apply("replace", former, actor=actor, reason=reason)
    ResultPublication.objects.filter(pk=publication.pk).update(published_at=now())
    try:
        with transaction.atomic():
            workflow.publication.apply("publish", publication, actor=actor)
    except IntegrityError as error:
        raise conflict_of(publication) from error
    publication.refresh_from_db()
    for clock in Clock.objects.open().of(ref(visit)).filter(rule_code=RULE):
        clocks.stop(clock, on=today(), reason="已公示", actor=actor)
    day = publication.visited_on
    title = sentence(gettext_noop("%(on)s 的检查结果已向社会公示"), on=day)
    _tell_institution(publication, title, "published", actor)
    announce(RESULT_PUBLISHED, publication.pk, actor=actor)


@transaction.atomic
def correct(publication: ResultPublication, *, reason: str, actor: Actor) -> ResultPublication:
    """Draft the next edition of what is public; the former one stays until it is published."""
    demand(can_correct(actor, publication))
    if not reason.strip():
        raise Refused(_("请写明理由。"), code="reason")
    return _make(publication.visit, publication.text, actor, change_reason=reason)


@transaction.atomic
def withdraw(publication: ResultPublication, *, reason: str, actor: Actor) -> None:
    """Take a result back from the public; the text and the reason stay on record."""
    workflow.publication.apply("withdraw", publication, actor=actor, reason=reason)
    facts = {"withdrawn_at": now(), "withdrawn_reason": reason}
    ResultPublication.objects.filter(pk=publication.pk).update(**facts)
    publication.refresh_from_db()
    day = publication.visited_on
    title = sentence(gettext_noop("%(on)s 的检查结果公示已撤回"), on=day)
    _tell_institution(publication, title, "withdrawn", actor)


def _tell_institution(
    publication: ResultPublication, title: Sentence, key: str, actor: Actor
) -> None:
    send(
        to_institution=publication.visit.institution_id,
        title=title,
        url=publication.get_absolute_url(),
        subject_ref=ref(publication),
        key=key,
        actor=actor,
    )
