"""Drafting, deciding, serving, mending, and following what became of a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.delegations.selectors import signature
from penalties.cases import workflow
from penalties.cases.choices import CaseState, Outcome
from penalties.cases.models import Case
from penalties.cases.permissions import can_approve, can_handle
from penalties.cases.services import acting_post, start_clock, stop_clock, stop_clocks
from penalties.decisions import selectors
from penalties.decisions.choices import ENDS, TAKES_BACK, ChallengeResult, Channel, Standing
from penalties.decisions.models import Challenge, Correction, Decision, PenaltyLine, Service
from penalties.decisions.papers import (
    CORRECTION,
    RECEIPT,
    correction_content,
    decision_content,
    kind_of,
    receipt_content,
)
from penalties.decisions.permissions import can_close_challenge
from penalties.discretion.choices import MONEY_KINDS
from penalties.discretion.selectors import (
    Grounds,
    demand_term,
)
from penalties.notices.choices import ServiceMethod
from penalties.notices.services import (
    demand_announced,
    demand_numbered,
)
from portal.access import Actor, Role, demand
from portal.audit import record
from portal.clocks.days import demand_happened
from portal.errors import Conflict, Refused
from portal.events import (
    CHALLENGE_CLOSED,
    DECISION_CHANGED,
    DECISION_MADE,
    DECISION_SERVED,
    announce,
)
from portal.files.models import StoredFile
from portal.papers import services as papers
from portal.workflow.moves import conflict_of

WRITTEN = ("facts", "evidence", "reasons", "performance", "remedy", "referred_to")
NO_GROUNDS = Grounds()
DECIDED = gettext_lazy("决定日期")
TEXTS = (*WRITTEN, "violation", "basis")
# Whose days end when a complaint is taken up; enforcement waits for its result (D15).
TAKEN_UP: Mapping[str, tuple[str, ...]] = {
    Channel.REVIEW: ("D16", "D15"),
    Channel.LITIGATION: ("D17", "D15"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One penalty of a draft; the sum in yuan."""

    kind: str
    text: str
    amount: Decimal | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a handler writes; name, code and address of the party come from the case."""

    outcome: str
    facts: str = ""
    evidence: str = ""
    grounds: Grounds = NO_GROUNDS
    reasons: str = ""
    performance: str = ""
    remedy: str = ""
    referred_to: str = ""
    factors: Sequence[str] = ()
    lines: Sequence[Line] = ()


@transaction.atomic
def draft(case: Case, *, words: Draft, version: int | None = None, actor: Actor) -> Decision:
    """Write or rewrite the draft; it may be incomplete until the decision is asked for.

    ``version`` is that of the draft which the writer saw, 0 for none: Conflict when another was
    written since. None overwrites what stands.
    """
    demand(can_handle(actor, case))
    _lock(case)
    if case.state not in {CaseState.REVIEWED, CaseState.DEFENDED}:
        raise Refused(_("当前阶段不能拟写决定。"), code="wrong_state")
    if any(line.kind in MONEY_KINDS and not line.amount for line in words.lines):
        raise Refused(_("罚款和没收须填写金额。"), code="no_amount")
    begun = case.noticed_on or case.opened_on or case.found_on
    for line in words.lines:
        demand_term(line.kind, line.until, begun)
    facts: dict[str, Any] = {name: getattr(words, name) for name in WRITTEN}
    facts |= selectors.party_facts(case) | words.grounds.texts()
    facts |= {"outcome": words.outcome, "factors": list(words.factors)}
    facts |= {"authority": case.agency.name, "drafted_by_id": actor.post_id or case.handler_id}
    facts["version"] = _seen(case, version) + 1
    made, fresh = Decision.objects.update_or_create(case=case, defaults=facts)
    made.bases.set(words.grounds.bases)
    made.violated.set(words.grounds.violated)
    made.lines.all().delete()
    PenaltyLine.objects.bulk_create(
        PenaltyLine(
            decision=made,
            number=number,
            kind=line.kind,
            text=line.text,
            amount=line.amount,
            until=line.until,
        )
        for number, line in enumerate(words.lines, 1)
    )
    record(actor, "case.draft_decision", case, facts={"fresh": fresh, "outcome": words.outcome})
    return made


def _lock(case: Case) -> None:
    """The case's row first, so that nobody writes a draft that is being decided; Conflict when
    the case has moved since it was read."""
    if Case.objects.select_for_update().get(pk=case.pk).state != case.state:
        raise conflict_of(case)


def _seen(case: Case, version: int | None) -> int:
    """The version of the draft that stands, 0 without one; Conflict when another one was seen."""
    known = Decision.objects.filter(case=case).values_list("version", flat=True).first() or 0
    if version not in {None, known}:
        raise Conflict(_("决定书已被他人重新拟写"))
    return known


@transaction.atomic
def propose(case: Case, *, on: dt.date, actor: Actor) -> None:
    """Ask for the decision: complete, within its bounds, no heavier than the party was told."""
    _lock(case)
    decision = selectors.decision_row(case)
    demand_happened(on, _("提请日期"), *selectors.steps_before(case))
    selectors.demand_sound(decision, on)
    workflow.of(case).apply("propose", case, actor=actor, facts={"decision": decision.pk})


@transaction.atomic
def decide(case: Case, *, on: dt.date, version: int | None = None, actor: Actor) -> Decision:
    """作出决定: signed by the leader within the powers lent; the ninety days end.

    Everything that was checked at the proposal is checked again, since law and time went on.
    Conflict when the draft is not of the ``version`` that the leader read.
    """
    _lock(case)
    _seen(case, version)
    decision = selectors.decision_row(case)
    demand_happened(on, DECIDED, *selectors.steps_before(case))
    selectors.demand_sound(decision, on)
    money = selectors.severity_of(list(decision.lines.all())).money
    selectors.demand_power(money, on, actor)
    facts = {"outcome": decision.outcome, "money": money, "on": on}
    workflow.of(case).apply("decide", case, actor=actor, facts=facts)
    decision.standing = Standing.IN_FORCE
    decision.decided_on = on
    decision.decided_by_id = actor.post_id
    decision.signature = signature(actor)
    frozen = selectors.grounds_of(decision).texts()
    for name, value in frozen.items():
        setattr(decision, name, value)
    made = ("standing", "decided_on", "decided_by", "signature")
    decision.save(update_fields=[*made, *frozen])
    fine = selectors.fine_of(decision)
    Case.objects.filter(pk=case.pk).update(decided_on=on, outcome=decision.outcome, fine=fine)
    case.decided_on, case.outcome, case.fine = on, decision.outcome, fine
    stop_clock(case, "D09", on=on, actor=actor)
    start_clock(case, "D10", on=on, actor=actor)
    words = decision_content(decision)
    papers.draft(kind_of(decision), decision, content=words, agency=case.agency, actor=actor)
    announce(DECISION_MADE, decision.pk, actor=actor)
    return decision


@transaction.atomic
def return_decision(case: Case, *, reason: str, actor: Actor) -> None:
    """The leader sends the draft back to where it came from."""
    name = "return_decision" if case.noticed_on else "return_unheard"
    workflow.of(case).apply(name, case, actor=actor, reason=reason)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a decision was served."""

    method: str
    served_on: dt.date
    receiver: str
    place: str = ""
    witness: str = ""
    announced_on: dt.date | None = None
    receipt: StoredFile | None = None


@transaction.atomic
def serve(case: Case, *, delivery: Delivery, actor: Actor) -> Service:
    """送达: the party's days to pay and to complain begin (D11, D16, D17)."""
    decision = selectors.decision_row(case)
    _check_delivery(decision, delivery)
    if case.state == CaseState.DECIDED:
        demand_numbered(selectors.paper_of(decision), delivery.served_on)
    facts = {"method": delivery.method, "served_on": delivery.served_on}
    workflow.of(case).apply("serve", case, actor=actor, facts=facts)
    made = Service.objects.create(
        decision=decision,
        case=case,
        method=delivery.method,
        served_on=delivery.served_on,
        announced_on=delivery.announced_on,
        receiver=delivery.receiver,
        place=delivery.place,
        witness=delivery.witness,
        receipt=delivery.receipt,
    )
    on = delivery.served_on
    stop_clock(case, "D10", on=on, actor=actor)
    if decision.outcome == Outcome.PENALTY:
        if case.fine:
            start_clock(case, "D11", on=on, actor=actor)
        start_clock(case, "D16", on=on, role=Role.LEGAL, actor=actor)
        start_clock(case, "D17", on=on, role=Role.LEGAL, actor=actor)
    words = receipt_content(made)
    papers.draft(RECEIPT, decision, content=words, agency=case.agency, actor=actor)
    announce(DECISION_SERVED, decision.pk, actor=actor)
    return made


def _check_delivery(decision: Decision, delivery: Delivery) -> None:
    if decision.decided_on is None or delivery.served_on < decision.decided_on:
        raise Refused(_("送达日期不能早于决定日期。"), code="before_decision")
    demand_happened(delivery.served_on, _("送达日期"))
    if delivery.method == ServiceMethod.LEFT and not delivery.witness.strip():
        raise Refused(_("留置送达须写明见证人或者录音录像情况。"), code="no_witness")
    if delivery.method != ServiceMethod.ANNOUNCED:
        return
    demand_announced(delivery.announced_on, delivery.served_on, (DECIDED, decision.decided_on))


@transaction.atomic
def correct(
    decision: Decision, *, wrong: str, right: str, reason: str, on: dt.date, actor: Actor
) -> Correction:
    """补正: mend a slip of the pen in a served decision; its substance stays (EV5)."""
    case = decision.case
    demand(can_approve(actor, case))
    if not hasattr(decision, "service"):
        raise Refused(_("决定书尚未送达，无需补正。"), code="not_served")
    demand_happened(on, _("补正日期"), (_("送达日期"), decision.service.served_on))
    texts = [getattr(decision, name) for name in TEXTS] + [decision.party_name]
    texts += [decision.party_address, *decision.lines.values_list("text", flat=True)]
    if not any(wrong in text for text in texts):
        raise Refused(
            _("决定书中没有“%(wrong)s”，请抄录原文。") % {"wrong": wrong}, code="no_such_text"
        )
    workflow.hold(case)
    if Correction.objects.filter(decision=decision, wrong=wrong, right=right).exists():
        raise Refused(_("该处文字已经补正，无需重复登记。"), code="known")
    made = Correction.objects.create(
        decision=decision,
        case=case,
        wrong=wrong,
        right=right,
        reason=reason,
        made_on=on,
        made_by_id=acting_post(actor),
        signature=signature(actor),
    )
    words = correction_content(made)
    papers.draft(CORRECTION, decision, content=words, agency=case.agency, actor=actor)
    changes = {"text": [wrong, right]}
    record(actor, "case.correct_decision", case, reason=reason, changes=changes)
    return made


@transaction.atomic
def file_challenge(
    decision: Decision, *, channel: str, body: str, filed_on: dt.date, actor: Actor
) -> Challenge:
    """A superior or a court took up a complaint against the decision."""
    case = decision.case
    demand(can_handle(actor, case))
    if decision.decided_on is None or filed_on < decision.decided_on:
        raise Refused(_("受理日期不能早于决定日期。"), code="before_decision")
    facts = {"channel": channel, "body": body, "filed_on": filed_on}
    try:
        with transaction.atomic():
            made = Challenge.objects.create(decision=decision, case=case, **facts)
    except IntegrityError as error:
        raise Refused(_("已有进行中的复议或者诉讼。"), code="open_challenge") from error
    stop_clocks(case, TAKEN_UP.get(channel, ()), on=filed_on, actor=actor)
    record(actor, "case.file_challenge", case, facts=facts)
    return made


@transaction.atomic
def close_challenge(
    challenge: Challenge,
    *,
    result: str,
    result_on: dt.date,
    document: str,
    reason: str,
    new_fine: Decimal | None = None,
    actor: Actor,
) -> None:
    """What became of it. Changed or annulled, the publication's three days begin (D22, PE14).

    A change only lightens. What the bureau mends by itself the leader decides, within the powers
    lent and the bounds of the law, as the decision itself was.
    """
    decision, case = challenge.decision, challenge.case
    workflow.hold(case)
    demand(can_close_challenge(actor, case))
    if result_on < challenge.filed_on:
        raise Refused(_("结果日期不能早于受理日期。"), code="before_filing")
    if (result == ChallengeResult.CHANGED) != (new_fine is not None):
        raise Refused(_("变更处罚的，须填写变更后的罚款，其他结果不填。"), code="new_fine")
    if new_fine is not None:
        selectors.demand_lighter(case, new_fine)
    if challenge.channel == Channel.OWN:
        selectors.demand_own(decision, result, new_fine, on=result_on, actor=actor)
    facts = {"result": result, "result_on": result_on, "document": document}
    rows = Challenge.objects.filter(pk=challenge.pk, result="")
    if rows.update(**facts, reason=reason, new_fine=new_fine) != 1:
        raise Refused(_("该复议或者诉讼已有结果。"), code="known")
    record(actor, "case.close_challenge", case, reason=reason, facts=facts)
    if result in TAKES_BACK:
        _take_back(decision, result, result_on, new_fine, actor)
    announce(CHALLENGE_CLOSED, challenge.pk, actor=actor)


def _take_back(
    decision: Decision, result: str, on: dt.date, new_fine: Decimal | None, actor: Actor
) -> None:
    case = decision.case
    before = decision.standing
    decision.standing = Standing.ANNULLED if result in ENDS else Standing.CHANGED
    decision.save(update_fields=["standing"])
    fine = Decimal(0) if result in ENDS else new_fine
    if fine is not None:
        Case.objects.filter(pk=case.pk).update(fine=fine)
    if result in ENDS:
        stop_clocks(case, ["D11", "D13", "D14", "D15", "D16", "D17"], on=on, actor=actor)
    start_clock(case, "D22", on=on, actor=actor)
    changes = {"standing": [before, decision.standing], "fine": [case.fine, fine]}
    record(actor, "case.change_decision", case, changes=changes)
    announce(DECISION_CHANGED, decision.pk, actor=actor)
