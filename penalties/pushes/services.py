"""推送至登记地 and its publication there: the clocks D20 and D20b, and what was done."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from penalties.cases.choices import Outcome, Procedure
from penalties.cases.models import Case
from penalties.cases.permissions import can_handle
from penalties.cases.services import start_clock, stop_clock
from penalties.decisions.choices import Standing
from penalties.decisions.models import Decision
from penalties.pushes import rules
from penalties.pushes.models import Push
from portal.access import Actor, demand
from portal.audit import record
from portal.errors import Refused
from portal.files.models import StoredFile


@transaction.atomic
def begin(decision: Decision, *, actor: Actor) -> Push | None:
    """After a market penalty of a party from elsewhere, ten working days begin; once."""
    case = decision.case
    market = case.procedure == Procedure.MARKET and decision.outcome == Outcome.PENALTY
    if not market or decision.decided_on is None:
        return None
    region = case.institution.region
    if not rules.registered_elsewhere(region.code, case.agency.region.code):
        return None
    known: Push | None = Push.objects.filter(decision=decision).first()
    if known is not None:
        return known
    clock = start_clock(case, "D20", on=decision.decided_on, actor=actor)
    facts = {"province": region.name, "due_on": clock.due_on}
    record(actor, "case.begin_push", case, facts=facts)
    return Push.objects.create(decision=decision, case=case, **facts)


@transaction.atomic
def push(
    case: Case,
    *,
    pushed_on: dt.date,
    receiver: str,
    way: str,
    document: str,
    proof: StoredFile | None = None,
    actor: Actor,
) -> Push:
    """The bureau of the place of registration has it; it publishes in ten working days (D20b)."""
    demand(can_handle(actor, case))
    row = _open(case)
    if case.decided_on is None or pushed_on < case.decided_on:
        raise Refused(_("推送日期不能早于决定日期。"), code="before_decision")
    stop_clock(case, "D20", on=pushed_on, actor=actor)
    clock = start_clock(case, "D20b", on=pushed_on, actor=actor)
    row.pushed_on, row.receiver, row.way = pushed_on, receiver, way
    row.document, row.proof, row.publish_due_on = document, proof, clock.due_on
    row.save()
    late = pushed_on > row.due_on
    facts = {"on": pushed_on, "receiver": receiver, "way": way, "late": late}
    record(actor, "case.push", case, facts=facts)
    return row


@transaction.atomic
def note_published(case: Case, *, published_on: dt.date, actor: Actor) -> None:
    """The place of registration has published it."""
    demand(can_handle(actor, case))
    rows = Push.objects.filter(case=case, published_on=None).exclude(pushed_on=None)
    row = rows.select_for_update().first()
    if row is None or row.pushed_on is None:
        raise Refused(_("没有已推送、待公示的记录。"), code="not_pushed")
    if published_on < row.pushed_on:
        raise Refused(_("登记地公示日期不能早于推送日期。"), code="before_push")
    row.published_on = published_on
    row.save(update_fields=["published_on"])
    stop_clock(case, "D20b", on=published_on, actor=actor)
    record(actor, "case.push_published", case, facts={"on": published_on})


@transaction.atomic
def follow_change(decision: Decision, *, on: dt.date, actor: Actor) -> None:
    """An annulled decision that was not pushed yet stays here."""
    if decision.standing != Standing.ANNULLED:
        return
    rows = Push.objects.filter(decision=decision, pushed_on=None, dropped_on=None)
    if rows.update(dropped_on=on):
        stop_clock(decision.case, "D20", on=on, reason=_("原处罚决定已撤销。"), actor=actor)
        record(actor, "case.drop_push", decision.case, facts={"on": on})


def _open(case: Case) -> Push:
    rows = Push.objects.filter(case=case, pushed_on=None, dropped_on=None)
    row: Push | None = rows.select_for_update().first()
    if row is None:
        raise Refused(_("本案没有待推送的处罚信息。"), code="no_push")
    return row
