"""The verbs of the record: write it, or note what was met at the door; sign; open it again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from inspections.findings.choices import EvidenceKind
from inspections.findings.services import add_evidence
from inspections.signing.models import Signature, VisitRecord
from inspections.signing.papers import RECORD, record_content
from inspections.signing.permissions import can_enter_institution, can_sign, own_seats
from inspections.signing.rules import WITNESSES, is_complete
from inspections.visits import workflow
from inspections.visits.choices import Outcome
from inspections.visits.models import Visit, VisitMember
from inspections.visits.services import follow_batch
from portal.access import Actor, Role, demand
from portal.audit import record
from portal.clocks import now
from portal.clocks import services as clocks
from portal.errors import Refused
from portal.events import FINDING_RECORDED, announce
from portal.papers import services as papers
from portal.workflow.moves import conflict_of

PUBLICATION_RULE = "D24"


@transaction.atomic
def write_record(
    visit: Visit,
    *,
    text: str,
    representative: str,
    representative_title: str = "",
    credentials_shown: bool = False,
    actor: Actor,
) -> VisitRecord:
    """Finish the work on site with the record; from now on it can be signed.

    ``credentials_shown``: to the representative who came after the arrival at a closed door.
    """
    if not text.strip():
        raise Refused(_("请写明检查情况。"), code="text")
    if not representative.strip():
        raise Refused(_("请填写现场负责人姓名。"), code="representative")
    if not (visit.credentials_shown or credentials_shown):
        message = _("到场时现场无人；现有人员在场的，填写笔录前须向其出示执法证件。")
        raise Refused(message, code="credentials")
    workflow.visit.apply("record", visit, actor=actor)
    Visit.objects.filter(pk=visit.pk).update(credentials_shown=True)
    return _write(visit, text, representative.strip(), representative_title.strip(), actor)


@transaction.atomic
def write_outcome(
    visit: Visit, *, outcome: str, photo: UploadedFile, note: str = "", actor: Actor
) -> VisitRecord:
    """One tap at a closed door (EV17): the outcome with a photo; nobody there can sign."""
    add_evidence(
        visit,
        upload=photo,
        place=visit.place,
        kind=EvidenceKind.PHOTO,
        note=_in_chinese(outcome),
        actor=actor,
    )
    workflow.visit.apply("record_outcome", visit, actor=actor, facts={"outcome": outcome})
    Visit.objects.filter(pk=visit.pk).update(outcome=outcome)
    visit.outcome = outcome
    text = f"到场情况：{_in_chinese(outcome)}。{note.strip()}"
    return _write(visit, text, "", "", actor)


def _in_chinese(outcome: str) -> str:
    """The record is Chinese, whatever the language of the screen."""
    with override(settings.LANGUAGE_CODE):
        return str(Outcome(outcome).label)


def _write(visit: Visit, text: str, name: str, title: str, actor: Actor) -> VisitRecord:
    moment = now()
    facts = {
        "text": text,
        "place": visit.place,
        "representative": name,
        "representative_title": title,
        "began_at": visit.opened_at or moment,
        "ended_at": moment,
        "written_by_id": actor.post_id,
    }
    written, _created = VisitRecord.objects.update_or_create(visit=visit, defaults=facts)
    Visit.objects.filter(pk=visit.pk).update(ended_at=moment)
    visit.ended_at = moment
    return written


@transaction.atomic
def reopen(visit: Visit, *, reason: str, actor: Actor) -> None:
    """Change the record before everybody signed; the signatures given so far are void."""
    workflow.visit.apply("reopen", visit, actor=actor, reason=reason)
    Signature.objects.valid().filter(record__visit=visit).update(void_at=now())
    Visit.objects.filter(pk=visit.pk).update(outcome="", ended_at=None)
    visit.outcome, visit.ended_at = "", None


@transaction.atomic
def sign(visit: Visit, *, actor: Actor) -> None:
    """An inspector's own signature; the last one that is needed completes the record."""
    demand(can_sign(actor, visit))
    written = _locked(visit)
    for seat in own_seats(actor, visit):
        _add(written, actor, member=seat, name=seat.name, title=seat.certificate_number)
        record(actor, "visit.sign_record", visit, facts={"member": seat.pk})
    _complete(visit, written, actor)


@transaction.atomic
def sign_for_institution(visit: Visit, *, name: str, title: str, actor: Actor) -> None:
    """The institution's representative signed in front of the team."""
    demand(can_enter_institution(actor, visit))
    if not name.strip():
        raise Refused(_("请填写签字人姓名。"), code="name")
    written = _locked(visit)
    _add(written, actor, name=name.strip(), title=title.strip())
    record(actor, "visit.sign_institution", visit, facts={"refused": False})
    _complete(visit, written, actor)


@transaction.atomic
def note_refusal(
    visit: Visit, *, note: str, witnesses: Collection[VisitMember], actor: Actor
) -> None:
    """The institution refuses to sign: two officers say so (regulation §5.4 step 7)."""
    demand(can_enter_institution(actor, visit))
    if not note.strip():
        raise Refused(_("拒绝签字须注明情况。"), code="note")
    present = set(visit.members.present().filter(inspector__isnull=False))
    if len(set(witnesses) & present) < WITNESSES:
        raise Refused(_("拒绝签字须由两名在场检查人员注明情况。"), code="witnesses")
    written = _locked(visit)
    signature = _add(written, actor, is_refusal=True, note=note.strip())
    signature.witnesses.set(witnesses)
    facts = {"refused": True, "witnesses": sorted(each.pk for each in witnesses)}
    record(actor, "visit.sign_institution", visit, reason=note, facts=facts)
    _complete(visit, written, actor)


def _locked(visit: Visit) -> VisitRecord:
    return VisitRecord.objects.select_for_update().get(visit=visit)


def _add(written: VisitRecord, actor: Actor, **facts: object) -> Signature:
    try:
        with transaction.atomic():
            return Signature.objects.create(
                record=written, signed_at=now(), entered_by_id=actor.user_id, **facts
            )
    except IntegrityError as error:
        raise conflict_of(written.visit) from error


def _complete(visit: Visit, written: VisitRecord, actor: Actor) -> None:
    """With the last signature the visit is over: its clock to be public starts (D24)."""
    valid = list(written.signatures.valid().select_related("member"))
    signed_for = [each.member.bureau_id for each in valid if each.member is not None]
    done = is_complete(
        visit.bureau_ids,
        signed_for,
        institution=any(each.member_id is None for each in valid),
        nobody_there=bool(visit.outcome),
    )
    if not done:
        return
    workflow.visit.apply("sign", visit, actor=actor)
    clocks.start(
        PUBLICATION_RULE,
        visit,
        agency=visit.initiating_id,
        on=_last_day(written),
        role=Role.OFFICER,
        actor=actor,
    )
    content = record_content(written)
    papers.draft(RECORD, visit, content=content, agency=visit.initiating, actor=actor)
    for finding in visit.findings.standing():
        announce(FINDING_RECORDED, finding.pk, actor=actor)
    follow_batch(visit, actor=actor)


def _last_day(written: VisitRecord) -> dt.date:
    """Regulation §5.4 step 8: the 20 working days run from the end of the task on site."""
    return timezone.localtime(written.ended_at).date()
