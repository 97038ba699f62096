"""The bounds come from a file; later versions are proposed and approved by the legal role."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from penalties.discretion import workflow
from penalties.discretion.models import PenaltyBound
from penalties.discretion.permissions import can_propose
from portal.access import Actor, demand
from portal.audit import record
from portal.clocks import now
from portal.errors import Refused
from portal.law.choices import VersionState
from portal.law.models import LegalBasis

DAY = dt.timedelta(days=1)

BOUNDS = Path(__file__).parent.parent / "seeds" / "bounds.csv"
SUMS = (
    "fine_min",
    "fine_max",
    "severe_min",
    "severe_max",
    "fee_times_min",
    "fee_times_max",
    "floor_fee",
    "floor_min",
    "floor_max",
)
WORDS = ("code", "party", "ban_kind", "basis", "mark")


def seed_bounds() -> None:
    """Add what is missing; a row that somebody edited since is left as it is."""
    with BOUNDS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            facts = _facts(row)
            key = {name: facts.pop(name) for name in ("code", "party", "from_on")}
            if not PenaltyBound.objects.filter(**key).exists():
                PenaltyBound.objects.create(state=VersionState.APPROVED, **key, **facts)
            _link(PenaltyBound.objects.get(**key), row["duty"])


@transaction.atomic
def propose(
    current: PenaltyBound,
    *,
    values: Mapping[str, Any],
    bases: Sequence[LegalBasis],
    duties: Sequence[LegalBasis],
    reason: str,
    actor: Actor,
) -> PenaltyBound:
    """Propose the next version of a violation's bounds; nothing follows from it until approved."""
    demand(can_propose(actor))
    if not reason.strip():
        raise Refused(_("请写明修改理由。"), code="reason")
    if values.get("from_on") is None:
        raise Refused(_("请填写新版本的施行日期。"), code="effective_from")
    if not bases:
        raise Refused(_("请选择规定该幅度的条款。"), code="no_basis")
    same = PenaltyBound.objects.select_for_update().filter(code=current.code, party=current.party)
    known = list(same)
    if any(each.state == VersionState.DRAFT for each in known):
        raise Refused(_("该幅度已有待复核的版本，请先处理。"), code="open_proposal")
    new = PenaltyBound(code=current.code, party=current.party, **values)
    new.basis = "；".join(row.citation().replace("《", "").replace("》", "") for row in bases)
    new.version = max(each.version for each in known) + 1
    new.reason = reason
    new.proposed_by_id = actor.user_id
    new.full_clean()
    new.save()
    new.bases.set(bases)
    new.duties.set(duties)
    record(actor, "penaltybound.propose", new, reason=reason)
    return new


@transaction.atomic
def approve(bound: PenaltyBound, *, actor: Actor) -> None:
    """A second legal reviewer puts it in force; the version before it ends the day before."""
    if bound.from_on is None:
        raise Refused(_("请填写新版本的施行日期。"), code="effective_from")
    before = bound.from_on - DAY
    same = PenaltyBound.objects.filter(
        code=bound.code, party=bound.party, state=VersionState.APPROVED
    )
    if same.filter(from_on__gte=bound.from_on).exists():
        raise Refused(
            _("已有自同日或者更晚施行的版本，请撤回本提案后重新提出。"), code="not_the_newest"
        )
    workflow.bound.apply("approve", bound, actor=actor)
    PenaltyBound.objects.filter(pk=bound.pk).update(approved_by_id=actor.user_id, approved_at=now())
    open_ended = Q(to_on=None) | Q(to_on__gt=before)
    same.exclude(pk=bound.pk).filter(open_ended).update(to_on=before)


@transaction.atomic
def withdraw(bound: PenaltyBound, *, reason: str, actor: Actor) -> None:
    """Take back or turn down a proposal; it stays in the history."""
    workflow.bound.apply("withdraw", bound, actor=actor, reason=reason)


def _link(bound: PenaltyBound, duty: str) -> None:
    """Tie the row to the provisions that it cites, unless somebody did already."""
    if not bound.bases.exists():
        bound.bases.set(LegalBasis.objects.cited_in(bound.basis))
        bound.duties.set(LegalBasis.objects.cited_in(duty))


def _facts(row: dict[str, str]) -> dict[str, Any]:
    facts: dict[str, Any] = {name: row[name] for name in WORDS}
    facts |= {name: Decimal(row[name]) if row[name] else None for name in SUMS}
    for name in ("from_on", "to_on"):
        facts[name] = dt.date.fromisoformat(row[name]) if row[name] else None
    facts["needs_order"] = bool(row["needs_order"])
    facts["other_kinds"] = row["other_kinds"].split()
    facts["ban_years"] = int(row["ban_years"]) if row["ban_years"] else None
    return facts
