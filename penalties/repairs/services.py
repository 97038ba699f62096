"""Recording an application for repair and deciding it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from penalties.models import PenaltyPublication
from penalties.publication.selectors import by_order_45, penalty_of
from penalties.publication.services import end_early
from penalties.repairs import rules, selectors, workflow
from penalties.repairs.models import Repair
from penalties.repairs.permissions import can_record
from portal.access import Actor, demand
from portal.audit import record
from portal.errors import Refused
from portal.files.models import StoredFile


@dataclass(frozen=True, slots=True)
class Application:
    """What the party hands in, and what the officer looked up."""

    applied_on: dt.date
    grounds: str
    committed_on: dt.date | None = None
    commitment: StoredFile | None = None
    harm_removed: str = ""
    list_checked_on: dt.date | None = None
    listed: bool | None = None


@transaction.atomic
def apply(row: PenaltyPublication, *, application: Application, actor: Actor) -> Repair:
    """受理修复申请 for a publication that the public reads.

    Refused at once where the law never ends it early (order 45: 停产停业, 限制从业, 降级, 吊销).
    """
    demand(can_record(actor, row))
    if not row.is_public(application.applied_on):
        raise Refused(_("该处罚未在公示期内，无需修复。"), code="not_public")
    kinds = penalty_of(row.decision).kinds
    if by_order_45(row.decision, row.kind) and kinds & rules.NEVER_EARLY:
        raise Refused(
            _("责令停产停业、限制从业、降低资质等级、吊销许可证件的处罚不得提前停止公示。"),
            code="never_early",
        )
    if actor.user_id is None:
        raise PermissionDenied(_("须由在岗人员办理。"))
    facts = {name: getattr(application, name) for name in application.__slots__}
    try:
        with transaction.atomic():
            made = Repair.objects.create(publication=row, recorded_by_id=actor.user_id, **facts)
    except IntegrityError as error:
        raise Refused(_("该公示已有待审查的修复申请。"), code="known") from error
    record(actor, "repair.apply", made, facts={"publication": row.pk, "kind": row.kind})
    return made


@transaction.atomic
def grant(repair: Repair, *, opinion: str, on: dt.date, actor: Actor) -> None:
    """准予修复: every condition is met; the publication ends and the platform is told.

    A restriction by law is untouched: it rests on the decision, which still stands.
    """
    checks = selectors.checks_of(repair, on)
    missing = [check for check in checks if not check.met]
    if missing:
        labels = "；".join(f"{check.label}（{check.words}）" for check in missing)
        message = _("不符合修复条件：%(missing)s")
        raise Refused(message % {"missing": labels}, code="unmet")
    facts = {"on": on, "conditions": [check.code for check in checks]}
    workflow.repair.apply("grant", repair, actor=actor, facts=facts)
    _decide(repair, checks, opinion, on, actor)
    reason = _("经信用修复，提前停止公示。")
    end_early(repair.publication, reason=reason, on=on, actor=actor)


@transaction.atomic
def refuse(repair: Repair, *, opinion: str, on: dt.date, actor: Actor) -> None:
    """不予修复, with the reason; the publication runs on."""
    checks = selectors.checks_of(repair, on)
    workflow.repair.apply("refuse", repair, actor=actor, reason=opinion, facts={"on": on})
    _decide(repair, checks, opinion, on, actor)


def _decide(
    repair: Repair, checks: list[selectors.Check], opinion: str, on: dt.date, actor: Actor
) -> None:
    kept = [{"code": each.code, "met": each.met, "words": each.words} for each in checks]
    Repair.objects.filter(pk=repair.pk).update(
        checks=kept, decided_on=on, decided_by_id=actor.user_id, opinion=opinion
    )
