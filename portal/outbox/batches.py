"""Messages carried by people: gathered into a batch, settled by the receipt that comes back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal.access import Actor, demand
from portal.audit.record import record
from portal.clocks import now
from portal.errors import Refused
from portal.outbox import services, workflow
from portal.outbox.channels import Receipt, channel_named, mode_of
from portal.outbox.choices import Answer, MessageState, Mode
from portal.outbox.models import OutboxBatch, OutboxBatchRow, OutboxMessage
from portal.outbox.permissions import can_operate

MOST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Answered:
    """What a receipt says of one row."""

    number: int
    answer: str
    error: str = ""


@transaction.atomic
def gather(channel: str, *, actor: Actor) -> OutboxBatch:
    """Put the agency's ready messages of a channel into a new batch, the first of each order.

    Refused when there is none, or when the channel does not deliver by file.
    """
    demand(can_operate(actor, actor.agency_id))
    channel_named(channel)
    if mode_of(channel) != Mode.FILE:
        raise Refused(_("该通道当前不以文件报送。"), code="mode")
    ready = OutboxMessage.objects.ready(now()).filter(channel=channel, agency=actor.agency_id)
    found = list(ready.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:MOST_ROWS])
    if not found:
        raise Refused(
            _("没有可编入的报送：待发送的已全部编入，或在等待前一条的回执。"), code="none"
        )
    return _written(channel, found, actor)


def _written(channel: str, found: list[OutboxMessage], actor: Actor) -> OutboxBatch:
    if actor.agency_id is None or actor.post_id is None:
        raise PermissionDenied
    batch = OutboxBatch.objects.create(
        channel=channel,
        agency_id=actor.agency_id,
        made_at=now(),
        made_by_post_id=actor.post_id,
        rows=len(found),
        sha256=digest_of(found),
    )
    OutboxBatchRow.objects.bulk_create(
        OutboxBatchRow(batch=batch, number=number, message=message)
        for number, message in enumerate(found, 1)
    )
    for message in found:
        workflow.message.apply("batch", message, actor=actor, facts={"batch": batch.number})
    facts = {"channel": channel, "rows": batch.rows, "sha256": batch.sha256}
    record(actor, "outboxbatch.make", batch, facts=facts)
    return batch


def digest_of(messages: Iterable[OutboxMessage]) -> str:
    """SHA-256 over a line ``number key sha256`` for each row: what the manifest tells."""
    lines = (f"{number} {one.key} {one.sha256}\n" for number, one in enumerate(messages, 1))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


@transaction.atomic
def settle(batch: OutboxBatch, answers: Iterable[Answered], *, actor: Actor) -> int:
    """Enter a receipt; how many rows it settled. The same receipt again changes nothing.

    Refused, and nothing is entered, when a row was answered otherwise before.
    """
    demand(can_operate(actor, batch.agency_id))
    lines = {
        line.number: line
        for line in batch.lines.select_for_update(of=("self",)).select_related("message")
    }
    settled = 0
    for answered in answers:
        line = lines.get(answered.number)
        if line is None:
            words = {"row": answered.number}
            raise Refused(_("批次中没有第 %(row)d 行。") % words, code="row")
        settled += _settle_line(batch, line, answered, actor)
    if settled:
        facts = {"rows": settled}
        record(actor, "outboxbatch.receive", batch, facts=facts)
    return settled


def _settle_line(
    batch: OutboxBatch, line: OutboxBatchRow, answered: Answered, actor: Actor
) -> bool:
    if line.answer == answered.answer:
        return False
    if line.answer:
        words = {"row": line.number, "answer": line.get_answer_display()}
        raise Refused(
            _("第 %(row)d 行的回执此前登记为“%(answer)s”，与本次不一致，请与对方核对。") % words,
            code="contradiction",
        )
    OutboxBatchRow.objects.filter(pk=line.pk).update(
        answer=answered.answer, error=answered.error, answered_at=now()
    )
    if answered.answer == Answer.ACCEPTED:
        receipt = Receipt(f"{batch.number}/{line.number}", {"batch": batch.number})
        services.accept(line.message, receipt=receipt, actor=actor)
    elif _still_waits_for(batch, line):
        services.bury(line.message, error=answered.error, actor=actor)
    return True


def _still_waits_for(batch: OutboxBatch, line: OutboxBatchRow) -> bool:
    """A refusal in an old batch says nothing about a message that went into a newer one."""
    if line.message.state != MessageState.BATCHED:
        return False
    newest = line.message.lines.order_by("-batch_id").first()
    return newest is not None and newest.batch_id == batch.pk
