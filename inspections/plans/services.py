"""The verbs of plans: draft, batches, submit, decide, publish, replace, withdraw."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.delegations.selectors import signature
from agencies.models import Agency, Region
from inspections.plans import rules, workflow
from inspections.plans.choices import EDITABLE_STATES, BatchState, Decision, PlanKind, PlanState
from inspections.plans.models import (
    Batch,
    BatchSlot,
    BatchStratum,
    CheckItem,
    Plan,
    PlanApproval,
    PlanItem,
)
from inspections.plans.permissions import can_decide, can_start_replacement
from inspections.plans.selectors import PUBLICATION_RULE, due_of_year
from portal.access import Actor, Role, demand
from portal.audit import record
from portal.clocks import now, today
from portal.clocks import services as clocks
from portal.clocks.models import Clock
from portal.errors import Refused
from portal.inbox.sentences import Sentence, sentence, verbatim
from portal.inbox.services import send
from portal.refs import ref
from portal.workflow.moves import conflict_of

CHECK_ITEMS = Path(__file__).parent.parent / "seeds" / "check_items.csv"


def seed_check_items() -> None:
    """The item list of the file: add what is missing, leave what somebody edited since."""
    with CHECK_ITEMS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            days = {name: row[name] or None for name in ("from_on", "to_on")}
            if not CheckItem.objects.filter(code=row["code"], from_on=days["from_on"]).exists():
                CheckItem.objects.create(**{**row, **days})


# --- A plan and its facts ---------------------------------------------------------------------


@transaction.atomic
def create_plan(
    *, year: int, kind: str, items: Collection[CheckItem], actor: Actor, **facts: Any
) -> Plan:
    """Draft a plan of the actor's agency; a yearly one has its day to be public.

    ``facts``: title, cooperating (or None), basis, reasons.
    """
    initiating = Agency.objects.select_related("region").get(pk=actor.agency_id or 0)
    _check_bureaus(initiating, facts["cooperating"], items)
    place = {"region": initiating.region, "initiating": initiating}
    plan = Plan.objects.create(year=year, kind=kind, created_at=now(), **place, **facts)
    _set_items(plan, items)
    record(actor, "plan.create", plan, facts={"items": _codes(items)})
    _start_clock(plan, actor)
    return plan


def _start_clock(plan: Plan, actor: Actor) -> None:
    """Rule P01; where the law's data has none, nothing runs."""
    due = due_of_year(plan.year) if plan.kind == PlanKind.YEARLY else None
    if due is not None:
        clocks.start(
            PUBLICATION_RULE,
            plan,
            agency=plan.initiating_id,
            on=dt.date(plan.year, 1, 1),
            due=due,
            role=Role.OFFICER,
            actor=actor,
        )


def _stop_clock(plan: Plan, *, reason: str, actor: Actor) -> None:
    for clock in Clock.objects.open().filter(ref=ref(plan)):
        clocks.stop(clock, on=today(), reason=reason, actor=actor)


def _check_bureaus(
    initiating: Agency, cooperating: Agency | None, items: Iterable[CheckItem]
) -> None:
    kinds = {initiating.kind}
    if cooperating is not None:
        kinds.add(cooperating.kind)
        if cooperating.region_id != initiating.region_id or len(kinds) != 2:
            raise Refused(_("配合部门应为同一行政区划的另一局。"), code="cooperating")
    strangers = _codes(item for item in items if item.authority not in kinds)
    if strangers:
        message = _("抽查事项 %(codes)s 的抽查主体没有参与本计划，请调整事项或增加配合部门。")
        raise Refused(message % {"codes": _("、").join(strangers)}, code="items")


def _set_items(plan: Plan, items: Iterable[CheckItem]) -> None:
    plan.plan_items.all().delete()
    PlanItem.objects.bulk_create(PlanItem(plan=plan, item=item) for item in items)


@transaction.atomic
def edit_plan(
    plan: Plan, *, version: int, items: Collection[CheckItem], actor: Actor, **facts: Any
) -> None:
    """Change a draft's facts; Conflict when it was changed or submitted meanwhile.

    ``facts``: title, cooperating, basis, reasons. A change of bureaus seats the batches anew.
    """
    _check_bureaus(plan.initiating, facts["cooperating"], items)
    before = {name: _plain(getattr(plan, name)) for name in facts}
    known = _codes(plan.items.all())
    rows = Plan.objects.filter(pk=plan.pk, version=version, state__in=EDITABLE_STATES)
    if not rows.update(version=F("version") + 1, **facts):
        raise conflict_of(plan)
    _set_items(plan, items)
    changes = _changes(before, {name: _plain(value) for name, value in facts.items()})
    told = {} if _codes(items) == known else {"items": _codes(items)}
    record(actor, "plan.edit", plan, changes=changes, facts=told)
    if "cooperating" in changes:
        plan.refresh_from_db()
        for batch in plan.batches.all():
            _set_slots(batch, expert=_has_expert(batch))


def _codes(items: Iterable[CheckItem]) -> list[str]:
    return sorted(item.code for item in items)


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return {name: [before[name], new] for name, new in after.items() if before[name] != new}


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Agency) else value


# --- Batches ----------------------------------------------------------------------------------


@transaction.atomic
def add_batch(plan: Plan, *, facts: rules.BatchFacts, actor: Actor) -> Batch:
    """Add a batch to a draft, with its strata and the seats of the bureaus that take part."""
    plan = _draft(plan)
    _check_batch(plan, facts)
    last = plan.batches.aggregate(last=Max("number"))["last"] or 0
    batch = Batch.objects.create(plan=plan, number=last + 1, **facts.columns())
    _set_strata(batch, facts.strata)
    _set_slots(batch, expert=facts.expert)
    record(actor, "batch.create", batch, facts={"strata": list(facts.strata)})
    return batch


@transaction.atomic
def edit_batch(batch: Batch, *, version: int, facts: rules.BatchFacts, actor: Actor) -> None:
    """Change a batch of a draft; Conflict when somebody else changed it first."""
    plan = _draft(batch.plan)
    _check_batch(plan, facts)
    before = {name: getattr(batch, name) for name in facts.columns()}
    rows = Batch.objects.filter(pk=batch.pk, version=version)
    if not rows.update(version=F("version") + 1, **facts.columns()):
        raise conflict_of(batch)
    _set_strata(batch, facts.strata)
    _set_slots(batch, expert=facts.expert)
    changes = _changes(before, facts.columns())
    record(actor, "batch.edit", batch, changes=changes, facts={"strata": list(facts.strata)})


@transaction.atomic
def remove_batch(batch: Batch, *, actor: Actor) -> None:
    """Take a batch out of a draft; the others keep their numbers."""
    plan = _draft(batch.plan)
    record(actor, "batch.remove", batch, facts={"number": batch.number, "name": batch.name})
    plan.batches.filter(pk=batch.pk).delete()


def _draft(plan: Plan) -> Plan:
    """The plan locked, as long as it is a draft."""
    locked = _locked(plan)
    if locked.state not in EDITABLE_STATES:
        raise conflict_of(locked)
    return locked


def _check_batch(plan: Plan, facts: rules.BatchFacts) -> None:
    if facts.ends_on < facts.starts_on:
        raise Refused(_("结束日期不能早于开始日期。"), code="dates")
    if {facts.starts_on.year, facts.ends_on.year} != {plan.year}:
        raise Refused(_("批次日期应在 %(year)s 年内。") % {"year": plan.year}, code="dates")
    inside = Region.objects.filter(parent=plan.region_id, path__in=facts.regions)
    if inside.count() != len(set(facts.regions)):
        raise Refused(_("所选行政区划不属于本计划的区域。"), code="regions")
    if not facts.strata:
        raise Refused(_("请至少选择一个信用等级。"), code="strata")


def _set_strata(batch: Batch, strata: Sequence[rules.Stratum]) -> None:
    batch.strata.all().delete()
    BatchStratum.objects.bulk_create(
        BatchStratum(batch=batch, name=name, ratio_bp=ratio, floor=floor)
        for name, ratio, floor in strata
    )


def _has_expert(batch: Batch) -> bool:
    return batch.slots.filter(name=rules.EXPERT_SLOT[0]).exists()


def _set_slots(batch: Batch, *, expert: bool) -> None:
    kinds = Agency.objects.filter(pk__in=batch.plan.bureau_ids).values_list("kind", flat=True)
    batch.slots.all().delete()
    BatchSlot.objects.bulk_create(
        BatchSlot(batch=batch, order=order, name=name, dept=dept)
        for order, (name, dept) in enumerate(rules.seats(list(kinds), expert=expert), start=1)
    )


# --- Submitting and deciding ------------------------------------------------------------------


@transaction.atomic
def submit(plan: Plan, *, actor: Actor) -> None:
    """Hand a draft to the leaders of the bureaus that take part, and tell them."""
    if not plan.plan_items.exists():
        raise Refused(_("请先选择抽查事项，再提交审批。"), code="no_items")
    if not plan.batches.exists():
        raise Refused(_("请先添加至少一个批次，再提交审批。"), code="no_batches")
    workflow.plan.apply("submit", plan, actor=actor)
    Plan.objects.filter(pk=plan.pk).update(submission=F("submission") + 1)
    plan.refresh_from_db()
    title = sentence(gettext_noop("请审批：%(title)s"), title=plan.title)
    told = [(agency, Role.LEADER) for agency in plan.bureau_ids]
    if plan.cooperating_id is not None:
        told.append((plan.cooperating_id, Role.CHIEF))
    for agency, role in told:
        _tell(plan, agency, role, title, "submitted", actor)


def recall(plan: Plan, *, actor: Actor) -> None:
    """Take a submission back before any leader has decided (EV5)."""
    workflow.plan.apply("recall", plan, actor=actor)


@transaction.atomic
def approve(plan: Plan, *, opinion: str, actor: Actor) -> None:
    """A leader's approval; with the last one that is needed the plan is approved."""
    plan = _locked(plan)
    given = plan.approvals.filter(submission=plan.submission, decision=Decision.APPROVED)
    approved = {*given.values_list("agency_id", flat=True), actor.agency_id or 0}
    if rules.still_to_approve(plan.bureau_ids, approved):
        demand(can_decide(actor, plan))
        if plan.state != PlanState.SUBMITTED:
            raise conflict_of(plan)
        record(actor, "plan.endorse", plan, reason=opinion)
    else:
        workflow.plan.apply("approve", plan, actor=actor, reason=opinion)
        title = sentence(gettext_noop("已获批准，请公布：%(title)s"), title=plan.title)
        _tell(plan, plan.initiating_id, Role.OFFICER, title, "approved", actor)
    _decide(plan, Decision.APPROVED, opinion, actor)


@transaction.atomic
def return_plan(plan: Plan, *, reason: str, actor: Actor) -> None:
    """A leader sends the plan back with a reason; every bureau decides anew afterwards."""
    plan = _locked(plan)
    workflow.plan.apply("return", plan, actor=actor, reason=reason)
    _decide(plan, Decision.RETURNED, reason, actor)
    title = sentence(gettext_noop("被退回，请修改：%(title)s"), title=plan.title)
    _tell(plan, plan.initiating_id, Role.OFFICER, title, "returned", actor, reason)


def _decide(plan: Plan, decision: Decision, opinion: str, actor: Actor) -> None:
    """One decision for each bureau and submission; a return replaces the bureau's own approval."""
    PlanApproval.objects.update_or_create(
        plan=plan,
        submission=plan.submission,
        agency_id=actor.agency_id,
        defaults={
            "leader_id": actor.post_id,
            "signature": signature(actor),
            "decision": decision,
            "opinion": opinion,
            "decided_at": now(),
        },
    )


def _locked(plan: Plan) -> Plan:
    return Plan.objects.select_for_update(of=("self",)).select_related("region").get(pk=plan.pk)


def _tell(
    plan: Plan, agency: int, role: str, title: Sentence, event: str, actor: Actor, reason: str = ""
) -> None:
    send(
        to_agency=agency,
        role=role,
        title=title,
        body=[verbatim(reason)] if reason else [],
        url=plan.get_absolute_url(),
        subject_ref=ref(plan),
        key=f"{event}:{plan.submission}",
        actor=actor,
    )


# --- Publishing, replacing, withdrawing -------------------------------------------------------


@transaction.atomic
def publish(plan: Plan, *, actor: Actor) -> None:
    """Make an approved plan public; an edition that replaces another takes its place."""
    plan = _locked(plan)
    former = plan.replaces
    if former is not None:
        _check_copies(plan)
        if former.state == PlanState.PUBLISHED:
            workflow.plan.apply("replace", former, actor=actor, reason=plan.change_reason)
            Plan.objects.filter(pk=former.pk).update(change_reason=plan.change_reason)
    Plan.objects.filter(pk=plan.pk).update(published_at=now())
    try:
        with transaction.atomic():
            workflow.plan.apply("publish", plan, actor=actor)
    except IntegrityError as error:
        raise Refused(_("该年度已公布同一部门的年度计划，请以替换版修改。")) from error
    _stop_clock(plan, reason=_("已公布"), actor=actor)
    if plan.cooperating_id is not None:
        title = sentence(gettext_noop("已公布：%(title)s"), title=plan.title)
        _tell(plan, plan.cooperating_id, Role.CHIEF, title, "published", actor)


def _check_copies(plan: Plan) -> None:
    """A batch that was drawn meanwhile stays with the former edition."""
    drawn = plan.batches.exclude(copied_from=None).exclude(copied_from__state=BatchState.PLANNED)
    numbers = [str(number) for number in drawn.values_list("number", flat=True)]
    if numbers:
        message = _("第 %(numbers)s 批次在原计划中已抽取，请退回后从替换版中删除。")
        raise Refused(message % {"numbers": _("、").join(numbers)}, code="drawn")


@transaction.atomic
def start_replacement(plan: Plan, *, reason: str, actor: Actor) -> Plan:
    """Draft the next edition of a published plan, with the batches not drawn yet (EV5)."""
    plan = _locked(plan)
    demand(can_start_replacement(actor, plan))
    copied = ("year", "region", "kind", "title", "initiating", "cooperating", "basis", "reasons")
    edition = Plan.objects.create(
        **{name: getattr(plan, name) for name in copied},
        edition=plan.edition + 1,
        replaces=plan,
        change_reason=reason,
        created_at=now(),
    )
    _set_items(edition, plan.items.all())
    for batch in plan.batches.filter(state=BatchState.PLANNED):
        _copy_batch(batch, edition)
    record(actor, "plan.create", edition, reason=reason, facts={"replaces": plan.pk})
    return edition


def _copy_batch(batch: Batch, edition: Plan) -> None:
    facts = {name: getattr(batch, name) for name in ("number", *rules.BATCH_COLUMNS)}
    copy = Batch.objects.create(plan=edition, copied_from=batch, **facts)
    _set_strata(copy, list(batch.strata.values_list("name", "ratio_bp", "floor")))
    _set_slots(copy, expert=_has_expert(batch))


@transaction.atomic
def withdraw(plan: Plan, *, reason: str, actor: Actor) -> None:
    """Take a published plan back; it stays readable with the reason, nothing more is drawn."""
    workflow.plan.apply("withdraw", plan, actor=actor, reason=reason)
    Plan.objects.filter(pk=plan.pk).update(change_reason=reason)
    if plan.cooperating_id is not None:
        title = sentence(gettext_noop("已撤回：%(title)s"), title=plan.title)
        _tell(plan, plan.cooperating_id, Role.CHIEF, title, "withdrawn", actor, reason)


@transaction.atomic
def discard(plan: Plan, *, reason: str, actor: Actor) -> None:
    """Give up a draft; its period to be public ends with it."""
    workflow.plan.apply("discard", plan, actor=actor, reason=reason)
    _stop_clock(plan, reason=reason, actor=actor)
