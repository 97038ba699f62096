"""Who is told when a message stands still or differs: its agency, and who runs the portal."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext_noop

from portal.access import Actor, Role
from portal.clocks import now, today
from portal.inbox import services as inbox
from portal.inbox.sentences import Sentence, label, sentence
from portal.outbox.choices import OPERATORS, Difference
from portal.outbox.models import OutboxMessage
from portal.refs import ref


def tell_stopped(message: OutboxMessage, *, error: str, actor: Actor) -> None:
    """A dead letter: it blocks what comes after it, so somebody has to look."""
    _tell(
        message,
        title=sentence(gettext_noop("对外报送已停发：%(message)s"), message=str(message)),
        body=sentence(
            gettext_noop(
                "同一事项的后续报送一并等待。请查明原因后重新发送，或说明理由放弃。原因：%(error)s"
            ),
            error=error,
        ),
        key=f"stopped {now().isoformat()}",
        actor=actor,
    )


def tell_difference(message: OutboxMessage, *, actor: Actor) -> None:
    """The other side's books differ from ours."""
    _tell(
        message,
        title=sentence(gettext_noop("对外报送核对有差异：%(message)s"), message=str(message)),
        body=sentence(
            gettext_noop("%(difference)s。请与对方核对，必要时重新发送。"),
            difference=label(Difference(message.difference).label),
        ),
        key=f"differs {today().isoformat()}",
        actor=actor,
    )


def _tell(
    message: OutboxMessage, *, title: Sentence, body: Sentence, key: str, actor: Actor
) -> None:
    receivers = [(message.agency_id, role) for role in OPERATORS]
    receivers += [(agency, Role.SYSADMIN) for agency in _agencies_that_run(message)]
    for agency_id, role in receivers:
        inbox.send(
            to_agency=agency_id,
            role=role,
            title=title,
            body=[body],
            url=message.get_absolute_url(),
            subject_ref=ref(message),
            key=key,
            actor=actor,
        )


def _agencies_that_run(message: OutboxMessage) -> list[int]:
    """Agencies with a system administrator, in the sender's region and above it."""
    agency: Any = message.agency
    steps = agency.region.path.split("/")
    paths = ["/".join(steps[:length]) for length in range(1, len(steps) + 1)]
    posts: Any = apps.get_model(settings.POST_MODEL)._default_manager
    held = posts.active_on(today()).filter(
        roles__contains=[Role.SYSADMIN], agency__region__path__in=paths
    )
    return sorted(set(held.values_list("agency_id", flat=True)))
