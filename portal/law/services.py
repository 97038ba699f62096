"""Keeping the law's data: a proposal by one legal reviewer, its approval by another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext as _

from portal.access import Actor
from portal.audit.record import record
from portal.clocks.now import now
from portal.errors import Refused
from portal.events import CALENDAR_CONFIRMED, announce
from portal.law import workflow
from portal.law.choices import VersionState, YearState
from portal.law.models import CalendarYear, DeadlineRule, LawParameter, WorkingDay
from portal.law.permissions import can_propose
from portal.workflow import Workflow

DAY = dt.timedelta(days=1)
NOT_COPIED = {"id", "version", "state", "seeded", "proposed_by", "approved_by", "approved_at"}


@transaction.atomic
def propose_rule(
    current: DeadlineRule, *, values: Mapping[str, Any], reason: str, actor: Actor
) -> DeadlineRule:
    """Propose the next version of a deadline rule; it counts nothing until it is approved."""
    new: DeadlineRule = _propose(DeadlineRule, current, values, reason, actor)
    return new


@transaction.atomic
def propose_parameter(
    current: LawParameter, *, values: Mapping[str, Any], reason: str, actor: Actor
) -> LawParameter:
    """Propose the next version of a threshold, percentage, term or list."""
    new: LawParameter = _propose(LawParameter, current, values, reason, actor)
    return new


def approve_rule(rule: DeadlineRule, *, actor: Actor) -> None:
    """Put a proposed version in force; the version before it ends the day before."""
    _approve(rule, workflow.rule, actor)


def approve_parameter(parameter: LawParameter, *, actor: Actor) -> None:
    """Put a proposed version in force; the version before it ends the day before."""
    _approve(parameter, workflow.parameter, actor)


@transaction.atomic
def withdraw(proposal: models.Model, *, reason: str, actor: Actor) -> None:
    """Take back or turn down a proposal of any kind; it stays in the history."""
    tables = {
        DeadlineRule: workflow.rule,
        LawParameter: workflow.parameter,
        CalendarYear: workflow.calendar,
    }
    tables[type(proposal)].apply("withdraw", proposal, actor=actor, reason=reason)


@transaction.atomic
def propose_calendar(
    year: int, *, days: Sequence[tuple[dt.date, bool, str]], source: str, actor: Actor
) -> CalendarYear:
    """Propose a year's days off and make-up days: (day, worked, name). Others go by the week."""
    _need_legal(actor)
    strangers = [on for on, _working, _name in days if on.year != year]
    if strangers:
        words = {"day": strangers[0].isoformat(), "year": year}
        raise Refused(_("%(day)s 不在 %(year)s 年，请检查文件。") % words, code="wrong_year")
    if not days:
        raise Refused(_("文件中没有任何日期。"), code="no_days")
    if CalendarYear.objects.filter(year=year, state=YearState.DRAFT).exists():
        raise Refused(_("该年度已有待复核的日历，请先处理。"), code="open_proposal")
    edition = CalendarYear.objects.create(year=year, source=source, proposed_by_id=actor.user_id)
    WorkingDay.objects.bulk_create(
        WorkingDay(edition=edition, on=on, working=working, name=name) for on, working, name in days
    )
    record(actor, "calendaryear.propose", edition, facts={"year": year, "days": len(days)})
    return edition


@transaction.atomic
def approve_calendar(edition: CalendarYear, *, actor: Actor) -> None:
    """Make a proposed year official; the edition before it is replaced and clocks count again."""
    same_year = CalendarYear.objects.in_force().filter(year=edition.year)
    for former in same_year.select_for_update():
        workflow.calendar.apply("replace", former, actor=actor)
    workflow.calendar.apply("approve", edition, actor=actor)
    CalendarYear.objects.filter(pk=edition.pk).update(
        approved_by_id=actor.user_id, approved_at=now()
    )
    announce(CALENDAR_CONFIRMED, edition.pk, actor=actor)


def _propose(
    model: type[models.Model],
    current: DeadlineRule | LawParameter,
    values: Mapping[str, Any],
    reason: str,
    actor: Actor,
) -> Any:
    _need_legal(actor)
    if not reason.strip():
        raise Refused(_("请写明修改理由。"), code="reason")
    if values.get("effective_from") is None:
        raise Refused(_("请填写新版本的施行日期。"), code="effective_from")
    versions = model._default_manager.select_for_update().filter(code=current.code)
    known: list[Any] = list(versions)
    if any(each.state == VersionState.DRAFT for each in known):
        raise Refused(_("该规则已有待复核的版本，请先处理。"), code="open_proposal")
    facts = {
        field.attname: getattr(current, field.attname)
        for field in model._meta.concrete_fields
        if field.name not in NOT_COPIED
    }
    new: Any = model(**facts)
    for name, value in values.items():
        setattr(new, name, value)
    new.version = max(each.version for each in known) + 1
    new.reason = reason
    new.proposed_by_id = actor.user_id
    new.full_clean()
    new.save()
    record(actor, f"{model._meta.model_name}.propose", new, reason=reason)
    return new


@transaction.atomic
def _approve(version: Any, table: Workflow, actor: Actor) -> None:
    table.apply("approve", version, actor=actor)
    rows = type(version)._default_manager
    rows.filter(pk=version.pk).update(approved_by_id=actor.user_id, approved_at=now())
    before = version.effective_from - DAY
    open_ended = models.Q(effective_to__isnull=True) | models.Q(effective_to__gt=before)
    begun = models.Q(effective_from__isnull=True) | models.Q(effective_from__lte=before)
    older = rows.filter(open_ended, begun, code=version.code, state=VersionState.APPROVED)
    older.filter(version__lt=version.version).update(effective_to=before)


def _need_legal(actor: Actor) -> None:
    allowed = can_propose(actor)
    if not allowed:
        raise PermissionDenied(allowed.why_not)
