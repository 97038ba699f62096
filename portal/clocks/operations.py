"""What the system administrator does to the engine: every act with its audit line."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.access import Actor
from portal.audit.record import record
from portal.clocks.choices import RunState
from portal.clocks.engine import ENGINE
from portal.clocks.models import EffectRun, EngineState
from portal.errors import Refused
from portal.models import EventDelivery


@transaction.atomic
def retry_effect(run: EffectRun, *, actor: Actor) -> None:
    """Let a stopped effect try again from the first attempt."""
    stopped = EffectRun.objects.filter(pk=run.pk, state=RunState.POISON)
    fresh = {"state": RunState.WAITING, "attempts": 0, "claimed_at": None, "retry_at": None}
    if not stopped.update(**fresh):
        raise Refused(_("该任务当前不是停止状态，无需重新执行。"), code="not_stopped")
    facts = {"effect": run.effect, "clock": run.clock_id, "legal_on": run.legal_on}
    record(actor, "effect.retry", f"effect:{run.pk}", facts=facts)


@transaction.atomic
def retry_delivery(delivery: EventDelivery, *, actor: Actor) -> None:
    """Let a listener try again from the first attempt."""
    open_ones = EventDelivery.objects.filter(pk=delivery.pk, done_at__isnull=True)
    if not open_ones.update(attempts=0, claimed_at=None, retry_at=None):
        raise Refused(_("该任务当前不是停止状态，无需重新执行。"), code="not_stopped")
    facts = {"listener": delivery.listener, "event": delivery.event_id}
    record(actor, "delivery.retry", f"delivery:{delivery.pk}", facts=facts)


@transaction.atomic
def trust_time(*, actor: Actor) -> None:
    """Confirm that the present time is right after the engine stood still for a clock set back."""
    EngineState.objects.filter(pk=ENGINE).update(
        looked_at=None, succeeded_at=None, refusal="", refused_at=None
    )
    record(actor, "engine.trust_time", f"engine:{ENGINE}")
