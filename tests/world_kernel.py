"""The kernel's records that URLs of the access matrix name."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from agencies.accounts.selectors import actor_from_post
from portal.access import Role
from portal.outbox.channels import Channel, register_channel
from tests.people import World, form, record

WORLD_CHANNEL = Channel("world_credit", "示范信用平台")  # one object: each world registers it


@record("audit_event")
def audit_event(world: World) -> list[Any]:
    """An act of the officer's, in the own district."""
    return [_act(world, "officer")]


@record("audit_event_outside")
def audit_event_outside(world: World) -> list[Any]:
    """An act in the sibling district."""
    return [_act(world, "sibling")]


def _act(world: World, who: str) -> int:
    from portal.audit import record as record_act
    from portal.models import AuditEvent

    post = world.user(who).posts.get()
    actor = actor_from_post(post.pk, source="test")
    record_act(actor, "agency.edit", post.agency, changes={"phone": ["", "021"]})
    return AuditEvent.objects.filter(user_id=post.user_id).latest("id").pk


@record("export_of_officer")
def export_of_officer(world: World) -> list[Any]:
    """An export that waits for a worker."""
    from portal.models import ExportJob

    user = world.user("officer")
    job = ExportJob.objects.create(
        user=user,
        post=user.posts.get(),
        list_name="exports",
        format="xlsx",
        language="zh-hans",
        created_at=timezone.now(),
    )
    return [job.pk]


@record("view_of_officer")
def view_of_officer(world: World) -> list[Any]:
    from portal.models import SavedView

    user = world.user("officer")
    view = SavedView.objects.create(
        user=user, list_name="exports", name="已完成", created_at=timezone.now()
    )
    return [view.pk]


@record("file_of_officer")
def file_of_officer(world: World) -> list[Any]:
    """An upload of the officer's without a record: nobody else's business."""
    from portal.models import StoredFile

    user = world.user("officer")
    stored = StoredFile.objects.create(
        sha256="0" * 64,
        size=0,
        name="draft.csv",
        content_type="text/csv",
        purpose="workbook",
        uploaded_by=user,
        uploaded_by_post=user.posts.get(),
        uploaded_at=timezone.now(),
        scan_state="pending",
    )
    return [stored.pk]


# --- The kernel's records ----------------------------------------------------------------------


@form("reason")
def reason(world: World) -> dict[str, Any]:
    """Why something is taken back."""
    return {"reason": "录入有误"}


def _rule(**facts: Any) -> Any:
    from portal.models import DeadlineRule

    same = {"trigger": "收到线索", "step": "决定是否立案", "length": 15, "unit": "working_day"}
    return DeadlineRule.objects.create(code="W01", name="核查", mark="D", **same, **facts)


@record("rule_in_force")
def rule_in_force(world: World) -> list[Any]:
    return [_rule(state="approved").pk]


@record("rule_proposed")
def rule_proposed(world: World) -> list[Any]:
    """A second version, by the ecology bureau's legal reviewer."""
    user = world.user("legal")
    when = {"effective_from": dt.date(2027, 1, 1)}
    return [_rule(version=2, state="draft", proposed_by=user, **when).pk]


def _parameter(**facts: Any) -> Any:
    from portal.models import LawParameter

    same = {"name": "听证标准", "kind": "threshold", "value": 50000, "unit": "元", "mark": "D"}
    return LawParameter.objects.create(code="world", **same, **facts)


@record("parameter_in_force")
def parameter_in_force(world: World) -> list[Any]:
    return [_parameter(state="approved").pk]


@record("parameter_proposed")
def parameter_proposed(world: World) -> list[Any]:
    user = world.user("legal")
    when = {"effective_from": dt.date(2027, 1, 1)}
    return [_parameter(version=2, state="draft", proposed_by=user, **when).pk]


@record("calendar_in_force")
def calendar_in_force(world: World) -> list[Any]:
    from portal.models import CalendarYear

    return [CalendarYear.objects.create(year=2031, state="provisional", source="暂定").pk]


@record("calendar_proposed")
def calendar_proposed(world: World) -> list[Any]:
    from portal.models import CalendarYear

    user = world.user("legal")
    made = CalendarYear.objects.create(year=2031, state="draft", source="通知", proposed_by=user)
    made.days.create(on=dt.date(2031, 1, 1), working=False, name="元旦")
    return [made.pk]


@record("clock_of_ecology")
def clock_of_ecology(world: World) -> list[Any]:
    return [_clock(world).pk]


@record("effect_poisoned")
def effect_poisoned(world: World) -> list[Any]:
    """An effect that failed five times."""
    day = dt.date(2026, 9, 1)
    made = _clock(world).effects.create(
        effect="W01 T+1 late", due_on=day, legal_on=day, state="poison", attempts=5
    )
    return [made.pk]


@record("delivery_failed")
def delivery_failed(world: World) -> list[Any]:
    """A listener that failed five times."""
    from portal.models import EventRow

    row = EventRow.objects.create(name="world.event", record_pk=1, by={}, at=timezone.now())
    return [row.deliveries.create(listener="world", attempts=5).pk]


def _clock(world: World) -> Any:
    from portal.models import Clock, DeadlineRule

    agency = world.agency("ecology")
    rule = DeadlineRule.objects.filter(pk=world.args("rule_in_force")[0]).get()
    days = {"started_on": dt.date(2026, 8, 10), "due_on": dt.date(2026, 9, 1)}
    return Clock.objects.create(
        rule=rule,
        rule_code=rule.code,
        ref=f"agency:{agency.pk}",
        audit_stream=f"agency:{agency.pk}",
        agency=agency,
        role=Role.OFFICER,
        legal_due_on=days["due_on"],
        **days,
    )


@record("message_to_officer")
def message_to_officer(world: World) -> list[Any]:
    from portal.inbox.sentences import verbatim
    from portal.models import Message

    post = world.user("officer").posts.get()
    heading = verbatim("提醒").stored()
    return [
        Message.objects.create(to_post=post, heading=heading, key="1", sent_at=timezone.now()).pk
    ]


@record("message_to_institution")
def message_to_institution(world: World) -> list[Any]:
    from portal.inbox.sentences import verbatim
    from portal.models import Message

    [key] = world.args("institution")
    heading = verbatim("提醒").stored()
    row = Message(to_institution_id=key, heading=heading, key="2", sent_at=timezone.now())
    row.save()
    return [row.pk]


@record("outbox_channel")
def outbox_channel(world: World) -> list[Any]:
    """A channel that delivers by file."""
    register_channel(WORLD_CHANNEL)
    return [WORLD_CHANNEL.code]


def _outbox(world: World, key: str, state: str) -> Any:
    """A message of the ecology bureau's about the institution, which all staff see."""
    from portal.models import OutboxMessage

    [institution] = world.args("institution")
    [channel] = world.args("outbox_channel")
    return OutboxMessage.objects.create(
        channel=channel,
        key=key,
        order_by=key,
        subject_ref=f"institution:{institution}",
        audit_stream=f"institution:{institution}",
        title="示范报送",
        payload='{"name":"示范"}',
        sha256="0" * 64,
        agency=world.agency("ecology"),
        state=state,
        next_at=timezone.now(),
        created_at=timezone.now(),
    )


@record("outbox_dead")
def outbox_dead(world: World) -> list[Any]:
    return [_outbox(world, "dead/1", "dead").pk]


@record("outbox_batch")
def outbox_batch(world: World) -> list[Any]:
    """One message of the ecology bureau's in a file whose receipt has not come."""
    from portal.models import OutboxBatch

    batch = OutboxBatch.objects.create(
        channel="world_credit",
        agency=world.agency("ecology"),
        made_at=timezone.now(),
        made_by_post=world.user("chief").posts.get(),
        rows=1,
        sha256="0" * 64,
    )
    batch.lines.create(number=1, message=_outbox(world, "batched/1", "batched"))
    return [batch.pk]


@record("outbox_batch_file")
def outbox_batch_file(world: World) -> list[Any]:
    return [*world.args("outbox_batch"), "json"]
