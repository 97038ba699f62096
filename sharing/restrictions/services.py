"""Telling departments of a penalty, answering, and the life of a restriction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.models import Agency
from institutions.registry.choices import StandingKind
from institutions.registry.services import end_standing, set_standing
from penalties.cases.choices import Outcome
from penalties.decisions.choices import ENDS, TAKES_BACK, Standing
from penalties.decisions.selectors import ban_of, fine_of
from penalties.discretion.choices import PartyKind
from penalties.models import Challenge, Decision
from portal.access import Actor, Role, demand
from portal.audit import record
from portal.clocks import now
from portal.clocks import services as clocks
from portal.clocks.models import Clock
from portal.errors import Refused
from portal.events import RESTRICTION_ENDED, RESTRICTION_STARTED, announce
from portal.inbox.sentences import Sentence, label, sentence, verbatim
from portal.inbox.services import send, send_each
from portal.refs import ref
from sharing.restrictions import rules
from sharing.restrictions.choices import MEASURES, Answer, RestrictionKind
from sharing.restrictions.models import Acknowledgement, PenaltyNotice, Restriction
from sharing.restrictions.permissions import can_acknowledge
from sharing.restrictions.selectors import receivers_of

RULE = "N01"  # how long a department takes to answer: an internal target, not law
READERS = (Role.REPORTER, Role.CHIEF)


@transaction.atomic
def notify(decision: Decision, *, on: dt.date, actor: Actor) -> PenaltyNotice | None:
    """Tell every partner concerned and the other bureau of a penalty, and start what it bans.

    None for a decision without a penalty. The second time gives the notice that stands.
    """
    if decision.outcome != Outcome.PENALTY or decision.decided_on is None:
        return None
    case = decision.case
    notice, fresh = PenaltyNotice.objects.get_or_create(
        decision=decision,
        defaults={
            "institution_id": case.institution_id,
            "institution_name": case.institution.name,
            "agency_id": case.agency_id,
            "region_path": case.region_path,
            "case_number": case.number,
            "matter": str(case.matter),
            "party": case.party,
            "person_name": case.person_name,
            "basis": decision.basis,
            "penalties": "；".join(line.text for line in decision.lines.all()),
            "fine": fine_of(decision),
            "advice": _advice(decision),
            "decided_on": decision.decided_on,
            "standing": Standing.IN_FORCE,
        },
    )
    if fresh:
        agencies = receivers_of(case.institution, case.agency, on)
        facts = {"decision": decision.pk, "agencies": [each.pk for each in agencies]}
        record(actor, "notice.send", notice, facts=facts)
        _restrict(notice, actor)
        told = sentence(gettext_noop("处罚信息通报：%(notice)s"), notice=str(notice))
        _tell(notice, agencies, on=on, title=told, actor=actor)
    return notice


def _advice(decision: Decision) -> str:
    if decision.standing == Standing.ANNULLED:
        return _("该处罚决定不再有效，因该决定采取的限制措施请予解除。")
    ban = ban_of(decision)
    if ban is None:
        return _("请核对在履合同，加强履约监管，并在后续采购中考虑该处罚情况。")
    if ban.kind == RestrictionKind.OCCUPATION:
        return _("限制期内该人员不得从事监测工作；请核对在履合同的采样、检测和签字人员。")
    return _("限制期内不得委托或者采购其监测服务；在履合同请依法依约终止或者不再续签。")


def _tell(
    notice: PenaltyNotice, agencies: Iterable[Agency], *, on: dt.date, title: Sentence, actor: Actor
) -> None:
    """One line, one internal target and one message for each department."""
    holders = [(agency.pk, _answerer(agency)) for agency in agencies]
    started = clocks.start_each(RULE, notice, holders=holders, on=on, actor=actor)
    Acknowledgement.objects.bulk_create(
        Acknowledgement(
            notice=notice, agency_id=clock.agency_id, version=notice.version, due_on=clock.due_on
        )
        for clock in started
    )
    send_each(
        [(agency, reader) for agency, role in holders for reader in (role, Role.CHIEF)],
        title=title,
        body=[verbatim(notice.penalties)],
        url=notice.get_absolute_url(),
        subject_ref=ref(notice),
        key=f"told-{notice.version}",
        actor=actor,
    )


def _answerer(agency: Agency) -> str:
    return Role.OFFICER if agency.kind in {"ecology", "market"} else Role.REPORTER


# --- Restrictions ------------------------------------------------------------------------------


def _restrict(notice: PenaltyNotice, actor: Actor) -> None:
    """Start what the law attaches to the violation, or the decision states; else nothing."""
    ban = ban_of(notice.decision)
    if ban is None:
        return
    kind = RestrictionKind(ban.kind)
    made = Restriction.objects.create(
        notice=notice,
        institution_id=notice.institution_id,
        kind=kind,
        person_name=notice.person_name if notice.party == PartyKind.PERSON else "",
        measure=str(MEASURES[kind]),
        basis=ban.basis,
        from_on=ban.from_on,
        to_on=rules.last_day(ban.from_on, ban.years, ban.until),
    )
    facts = {"kind": made.kind, "from_on": made.from_on, "to_on": made.to_on}
    record(actor, "restriction.start", made, facts=facts)
    if kind == RestrictionKind.PURCHASE:
        _state(made, actor)
    announce(RESTRICTION_STARTED, made.pk, actor=actor)


def _state(restriction: Restriction, actor: Actor) -> None:
    """Rooms below read it as a dated fact about the institution."""
    set_standing(
        [restriction.institution_id],
        kind=StandingKind.RESTRICTION,
        value=restriction.kind,
        source=ref(restriction),
        from_on=restriction.from_on,
        to_on=restriction.to_on,
        actor=actor,
    )


# --- The decision changed ----------------------------------------------------------------------


@transaction.atomic
def follow_change(decision: Decision, *, on: dt.date, actor: Actor) -> PenaltyNotice | None:
    """After a review, a court or the bureau itself changed the decision: everyone is told.

    Annulled or void, its restrictions end with the day of the result. Each result is told once.
    """
    notice = notify(decision, on=on, actor=actor)
    result = decision.challenges.filter(result__in=TAKES_BACK).order_by("-result_on", "-pk").first()
    if notice is None or result is None or notice.challenge_id == result.pk:
        return notice
    notice = PenaltyNotice.objects.select_for_update().get(pk=notice.pk)
    before = {"standing": notice.standing, "fine": notice.fine, "advice": notice.advice}
    _rewrite(notice, decision, result)
    changes = {
        name: [value, getattr(notice, name)]
        for name, value in before.items()
        if value != getattr(notice, name)
    }
    record(actor, "notice.change", notice, reason=notice.change_reason, changes=changes)
    if result.result in ENDS:
        _end_restrictions(notice, result, actor)
    _retell(notice, on, actor)
    return notice


def _rewrite(notice: PenaltyNotice, decision: Decision, result: Challenge) -> None:
    words = {
        "channel": result.get_channel_display(),
        "result": result.get_result_display(),
        "body": result.body,
        "document": result.document,
        "reason": result.reason,
    }
    told = _("%(channel)s结果：%(result)s（%(body)s，%(document)s）。%(reason)s")
    notice.challenge = result
    notice.standing = decision.standing
    notice.advice = _advice(decision)
    notice.changed_on = result.result_on
    notice.change_reason = told % words
    notice.version += 1
    if result.new_fine is not None:
        notice.fine = result.new_fine
    notice.save()


def _end_restrictions(notice: PenaltyNotice, result: Challenge, actor: Actor) -> None:
    reason = notice.change_reason[:500]
    for row in notice.restrictions.filter(ended_on=None):
        Restriction.objects.filter(pk=row.pk).update(ended_on=result.result_on, end_reason=reason)
        facts = {"ended_on": result.result_on}
        record(actor, "restriction.end", row, reason=reason, facts=facts)
        if row.kind == RestrictionKind.PURCHASE and result.result_on is not None:
            last = result.result_on - dt.timedelta(days=1)
            end_standing(ref(row), kind=StandingKind.RESTRICTION, on=last, actor=actor)
        announce(RESTRICTION_ENDED, row.pk, actor=actor)


def _retell(notice: PenaltyNotice, on: dt.date, actor: Actor) -> None:
    """Those who were told before, and those who have come into question since."""
    for clock in Clock.objects.open().of(ref(notice)):
        clocks.stop(clock, on=on, reason=_("决定已变更，重新通报。"), actor=actor)
    before = notice.acknowledgements.values("agency")
    known = {each.pk: each for each in Agency.objects.active().filter(pk__in=before)}
    for each in receivers_of(notice.institution, notice.agency, on):
        known.setdefault(each.pk, each)
    agencies = [known[key] for key in sorted(known)]
    told = sentence(gettext_noop("处罚决定已变更或者撤销：%(notice)s"), notice=str(notice))
    _tell(notice, agencies, on=on, title=told, actor=actor)


# --- Answers -----------------------------------------------------------------------------------


@transaction.atomic
def acknowledge(
    line: Acknowledgement, *, answer: str, reason: str, on: dt.date, actor: Actor
) -> None:
    """确认回执 for the own department; a later answer replaces it, both stay in the history."""
    demand(can_acknowledge(actor, line))
    if answer not in Answer.values:
        raise Refused(_("请选择回执内容。"), code="answer")
    if answer == Answer.NOT_APPLICABLE and not reason.strip():
        raise Refused(_("选择“不适用”须写明理由。"), code="reason")
    row = Acknowledgement.objects.select_for_update().select_related("notice").get(pk=line.pk)
    if row.version != row.notice.version:
        raise Refused(_("处罚决定已变更，请确认最新的通报。"), code="told_anew")
    before = row.answer
    values: dict[str, Any] = {"answer": answer, "reason": reason.strip()}
    values |= {"answered_at": now(), "answered_by_id": actor.post_id}
    Acknowledgement.objects.filter(pk=row.pk).update(**values)
    if not before:
        _stop(row, on, actor)
    facts = {"agency": row.agency_id, "version": row.version}
    changes = {"acknowledgements.answer": [before, answer]}
    record(actor, "notice.acknowledge", row.notice, reason=reason, changes=changes, facts=facts)


def _stop(row: Acknowledgement, on: dt.date, actor: Actor) -> None:
    for clock in Clock.objects.open().of(ref(row.notice)).filter(agency_id=row.agency_id):
        clocks.stop(clock, on=on, reason=_("已确认。"), actor=actor)


@transaction.atomic
def urge(notice: PenaltyNotice, agency_id: int, *, key: str, actor: Actor) -> None:
    """Remind a department that has not answered."""
    agency = Agency.objects.get(pk=agency_id)
    for role in READERS:
        send(
            to_agency=agency,
            role=role,
            title=sentence(gettext_noop("请确认处罚信息通报：%(notice)s"), notice=str(notice)),
            url=notice.get_absolute_url(),
            subject_ref=ref(notice),
            key=key,
            actor=actor,
        )
    record(actor, "notice.urge", notice, facts={"agency": agency_id, "key": key})


# --- The end of a term -------------------------------------------------------------------------


def release_expired(day: dt.date, *, actor: Actor) -> int:
    """Say once of each restriction whose last day has passed that it is over; how many.

    They ended with that day by themselves, whether or not this ever ran.
    """
    over = Restriction.objects.filter(release_told_at=None, ended_on=None, to_on__lt=day)
    told = 0
    for row in over.select_related("notice", "institution").order_by("to_on", "pk"):
        with transaction.atomic():
            if not over.filter(pk=row.pk).update(release_told_at=now()):
                continue
            facts = {"to_on": row.to_on, "late_days": (day - row.to_on).days - 1}  # type: ignore[operator]  # filtered: to_on is a day
            record(actor, "restriction.release", row, facts=facts)
            _tell_release(row, actor)
            announce(RESTRICTION_ENDED, row.pk, actor=actor)
            told += 1
    return told


def _tell_release(row: Restriction, actor: Actor) -> None:
    title = sentence(
        gettext_noop("限制期满自动解除：%(kind)s %(whom)s（%(day)s）"),
        kind=label(row.get_kind_display()),
        whom=row.person_name or row.institution.name,
        day=row.to_on or row.from_on,
    )
    agencies = row.notice.acknowledgements.values_list("agency", flat=True).distinct()
    for agency in {row.notice.agency_id, *agencies}:
        send(
            to_agency=agency,
            role=Role.CHIEF,
            title=title,
            url=row.get_absolute_url(),
            subject_ref=ref(row),
            key="released",
            actor=actor,
        )
