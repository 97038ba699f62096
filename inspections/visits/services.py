"""The verbs of visits up to the arrival: approve, notify, check in, cancel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.delegations.selectors import signature
from inspections.plans.choices import BatchState
from inspections.plans.models import Batch
from inspections.visits import workflow
from inspections.visits.choices import (
    ANNOUNCED_STATES,
    STILL_TO_MAKE,
    UNCAPPED_KINDS,
    VisitKind,
    VisitState,
)
from inspections.visits.models import Visit
from inspections.visits.papers import APPROVAL, NOTICE, approval_content, notice_content
from inspections.visits.permissions import can_approve
from inspections.visits.selectors import team_faults
from institutions.registry import services as registry
from institutions.registry.choices import PresenceKind, StandingKind
from portal.access import Actor, Role, demand
from portal.audit import record
from portal.clocks import now, today
from portal.errors import Refused
from portal.events import BATCH_VISITED, VISIT_OPENED, announce
from portal.inbox.sentences import Sentence, sentence
from portal.inbox.services import send
from portal.papers import services as papers
from portal.refs import ref

PRESENT_FOR = dt.timedelta(days=365)  # 设计默认(D): a visit keeps its institution in scope a year


# --- Approval and notice ----------------------------------------------------------------------


@transaction.atomic
def submit(visit: Visit, *, actor: Actor) -> None:
    """Put the approval form before the leaders; refused unless the team may go (IS4)."""
    if not visit.visit_items.exists():
        raise Refused(_("请先选择抽查事项；只能检查已公布的事项。"), code="no_items")
    _check_team(visit, visit.planned_from)
    workflow.visit.apply("submit", visit, actor=actor)
    visit.submission += 1
    visit.save(update_fields=["submission"])
    for agency in visit.bureau_ids:
        _tell(
            visit,
            agency,
            Role.LEADER,
            sentence(gettext_noop("请审批检查任务：%(visit)s"), visit=visit.institution_name),
            "submitted",
            actor,
        )


def _check_team(visit: Visit, day: dt.date) -> None:
    faults = team_faults(visit, day)
    if faults:
        raise Refused("".join(faults), code="team", details=faults)


@transaction.atomic
def approve(visit: Visit, *, opinion: str = "", actor: Actor) -> None:
    """A leader's approval; with that of the last bureau the visit may be made."""
    fresh = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    visit.state = fresh.state
    waiting = fresh.parts.filter(approved_at=None)
    if waiting.exclude(agency=actor.agency_id).exists() and fresh.state == VisitState.SUBMITTED:
        demand(can_approve(actor, fresh))
        record(actor, "visit.endorse", fresh, reason=opinion)
    else:
        workflow.visit.apply("approve", visit, actor=actor, reason=opinion)
        for agency in visit.bureau_ids:
            _tell(
                visit,
                agency,
                Role.OFFICER,
                sentence(gettext_noop("检查任务已获批准：%(visit)s"), visit=visit.institution_name),
                "approved",
                actor,
            )
    waiting.filter(agency=actor.agency_id).update(
        approved_at=now(),
        approved_by=actor.post_id,
        approval_signature=signature(actor),
        approval_opinion=opinion,
    )
    part = fresh.parts.get(agency=actor.agency_id)
    content = approval_content(visit, part)
    papers.draft(APPROVAL, visit, content=content, agency=part.agency, actor=actor)


@transaction.atomic
def return_visit(visit: Visit, *, reason: str, actor: Actor) -> None:
    """A leader sends the form back; every bureau decides anew afterwards."""
    workflow.visit.apply("return", visit, actor=actor, reason=reason)
    visit.parts.update(
        approved_at=None, approved_by=None, approval_signature="", approval_opinion=""
    )
    for agency in visit.bureau_ids:
        _tell(
            visit,
            agency,
            Role.OFFICER,
            sentence(gettext_noop("检查任务被退回：%(visit)s"), visit=visit.institution_name),
            "returned",
            actor,
        )


@transaction.atomic
def notify(visit: Visit, *, on: dt.date, actor: Actor) -> None:
    """The notice went to the institution; from now on it sees purpose, days and items."""
    workflow.visit.apply("notify", visit, actor=actor, facts={"on": on})
    Visit.objects.filter(pk=visit.pk).update(noticed_on=on)
    visit.noticed_on = on
    content = notice_content(visit)
    papers.draft(NOTICE, visit, content=content, agency=visit.initiating, actor=actor)
    title = sentence(
        gettext_noop("行政检查通知：%(from)s 至 %(to)s 对你单位实施检查"),
        **{"from": visit.planned_from, "to": visit.planned_to},
    )
    body = [sentence(gettext_noop("检查目的：%(purpose)s"), purpose=visit.purpose)]
    _tell_institution(visit, title, "notified", actor, body)


@transaction.atomic
def waive_notice(visit: Visit, *, reason: str, actor: Actor) -> None:
    """No notice, because it would defeat the purpose (regulation §5.4 step 6)."""
    workflow.visit.apply("waive_notice", visit, actor=actor, reason=reason)
    Visit.objects.filter(pk=visit.pk).update(unannounced_reason=reason)
    visit.unannounced_reason = reason


@transaction.atomic
def cancel(visit: Visit, *, reason: str, actor: Actor) -> None:
    """Give up a visit before the arrival; a drawn institution needs a reason on record."""
    was_told = visit.noticed_on is not None
    workflow.visit.apply("cancel", visit, actor=actor, reason=reason)
    if was_told:
        title = sentence(
            gettext_noop("已通知的行政检查已取消（原定 %(from)s 至 %(to)s）"),
            **{"from": visit.planned_from, "to": visit.planned_to},
        )
        _tell_institution(visit, title, "cancelled", actor)
    Visit.objects.filter(pk=visit.pk).update(cancel_reason=reason)
    end_open_check(visit, actor=actor)
    end_planned(visit, actor=actor)
    follow_batch(visit, actor=actor)


# --- Arrival ----------------------------------------------------------------------------------


@transaction.atomic
def check_in(
    visit: Visit,
    *,
    code: str,
    place: str,
    credentials_shown: bool,
    nobody_there: bool = False,
    actor: Actor,
) -> None:
    """The team stands at the door: certificates shown, the city's inspection code entered.

    ``nobody_there``: a closed door, to which nothing can be shown (EV17). States below: the
    visit counts towards the yearly cap, the institution is active in the district of the place.
    """
    if not (credentials_shown or nobody_there):
        raise Refused(_("检查前须向当事人出示执法证件。"), code="credentials")
    if not code.strip():
        raise Refused(_("请填写检查码；没有检查码不得入企检查。"), code="code")
    _check_team(visit, today())
    workflow.visit.apply("open", visit, actor=actor, facts={"code": code, "place": place})
    facts = {"inspection_code": code.strip(), "place": place, "opened_at": now()}
    facts["credentials_shown"] = credentials_shown
    Visit.objects.filter(pk=visit.pk).update(**facts)
    visit.refresh_from_db()
    _state_below(visit, actor)
    if visit.batch is not None and visit.batch.state == BatchState.DRAWN:
        workflow.batch.apply("begin", visit.batch, actor=actor)
    announce(VISIT_OPENED, visit.pk, actor=actor)


def _state_below(visit: Visit, actor: Actor) -> None:
    day = today()
    end_planned(visit, actor=actor)
    if visit.kind not in UNCAPPED_KINDS:
        registry.set_standing(
            [visit.institution_id],
            kind=StandingKind.VISIT,
            value=visit.kind,
            source=ref(visit),
            from_on=day,
            actor=actor,
        )
    region = visit.site.region if visit.site else visit.initiating.region
    registry.record_presence(
        [visit.institution_id],
        region=region,
        kind=PresenceKind.ACTIVE,
        source=ref(visit),
        from_on=day,
        to_on=day + PRESENT_FOR,
        actor=actor,
    )


def end_planned(visit: Visit, *, actor: Actor) -> None:
    """Made or given up: it no longer counts as a visit on its way."""
    before = today() - dt.timedelta(days=1)
    registry.end_standing(ref(visit), kind=StandingKind.PLANNED, on=before, actor=actor)


def end_open_check(visit: Visit, *, actor: Actor) -> None:
    """A special check that ended no longer keeps its institution out of the pools."""
    if visit.kind == VisitKind.SPECIAL:
        kind = StandingKind.OPEN_CHECK
        registry.end_standing(ref(visit), kind=kind, on=today(), actor=actor)


def follow_batch(visit: Visit, *, actor: Actor) -> None:
    """After a visit was made or cancelled: with the last one its batch is done, and told so.

    The batch is locked, so that of two last visits one sees the other.
    """
    if visit.batch_id is None:
        return
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=visit.batch_id)
    pending = batch.visits.filter(state__in=STILL_TO_MAKE)
    if batch.state == BatchState.CLOSED or pending.exists():
        return
    workflow.batch.apply("close", batch, actor=actor)
    announce(BATCH_VISITED, batch.pk, actor=actor)


def _tell(visit: Visit, agency: int, role: str, title: Sentence, event: str, actor: Actor) -> None:
    send(
        to_agency=agency,
        role=role,
        title=title,
        url=visit.get_absolute_url(),
        subject_ref=ref(visit),
        key=f"{event}:{visit.submission}",
        actor=actor,
    )


def _tell_institution(
    visit: Visit, title: Sentence, key: str, actor: Actor, body: Sequence[Sentence] = ()
) -> None:
    """What the institution hears; a cancelled visit has no page for it any more."""
    send(
        to_institution=visit.institution_id,
        title=title,
        body=body,
        url=visit.get_absolute_url() if visit.state in ANNOUNCED_STATES else "",
        subject_ref=ref(visit),
        key=key,
        actor=actor,
    )
