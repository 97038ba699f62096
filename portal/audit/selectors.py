"""Reading the audit: the timeline of a record, the state of the seals."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, models
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal import refs
from portal.audit.changes import Change, Describer
from portal.audit.check_audit import node_hash
from portal.audit.models import AuditBatch, AuditEvent, AuditHead, AuditSeal
from portal.audit.verbs import label_of

if TYPE_CHECKING:
    from portal.access import Actor

OLDEST = """
SELECT min(e.at) FROM audit_queue q JOIN audit_event e ON e.id = q.event_id
"""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of a record's history, in plain words."""

    at: dt.datetime
    who: str
    sentence: str
    changes: tuple[Change, ...]
    reason: str


def last_act(subject: str) -> tuple[str, dt.datetime | None]:
    """Who acted last on a record, and when; ("", None) when nobody did."""
    event = AuditEvent.objects.filter(subject=subject).order_by("-id").first()
    if event is None:
        return "", None
    user = get_user_model()._default_manager.filter(pk=event.user_id).first()
    return (str(user) if user else "", event.at)


def timeline(subject: str, actor: Actor, *, most: int = 200) -> list[TimelineEntry]:
    """The latest acts on a record, newest first; nothing when the actor does not see the record.

    An institution's user sees what its own institution did.
    """
    if refs.resolve(subject, actor) is None:
        return []
    events = AuditEvent.objects.filter(subject=subject).exclude(verb="access.read")
    if actor.institution_id is not None:
        users = get_user_model()._default_manager.filter(institution_id=actor.institution_id)
        events = events.filter(user_id__in=users.values("pk"))
    return describe(events.order_by("-id")[:most], actor)


def describe(events: Iterable[AuditEvent], actor: Actor) -> list[TimelineEntry]:
    """Events as sentences; names are read in a handful of queries, however many events."""
    told = [(event, json.loads(event.body)) for event in events]
    names = names_of([body["actor"] for _event, body in told])
    periods = _periods(told)
    words = Describer([(_changed(event), body["changes"]) for event, body in told], actor)
    return [
        TimelineEntry(
            at=event.at,
            who=names.who(body["actor"]),
            sentence=_sentence(event, periods.get(body["facts"].get("clock"))),
            changes=words.changes(_changed(event), body["changes"]),
            reason=body["reason"],
        )
        for event, body in told
    ]


def _periods(told: Iterable[tuple[AuditEvent, Mapping[str, Any]]]) -> dict[Any, str]:
    """What each clock of these events counts to, by its key; one query where there are clocks."""
    keys = {body["facts"].get("clock") for event, body in told if _is_of_clock(event)} - {None}
    if not keys:
        return {}
    clocks = apps.get_model("portal", "Clock")._default_manager.filter(pk__in=keys)
    return dict(clocks.values_list("pk", "rule__step"))


def _sentence(event: AuditEvent, period: str | None) -> str:
    label = label_of(event.verb)
    if period is None or not _is_of_clock(event):
        return label
    return _("%(act)s：%(period)s") % {"act": label, "period": period}


def _is_of_clock(event: AuditEvent) -> bool:
    return event.verb.startswith("clock.")


def _changed(event: AuditEvent) -> str:
    """What the changes are of: a clock's stand in the history of what it runs for."""
    return "clock:" if _is_of_clock(event) else event.subject


@dataclass(frozen=True, slots=True)
class Names:
    """People, and the holders of the posts they acted for."""

    users: dict[int, str]
    posts: dict[int, str]

    def who(self, facts: Mapping[str, Any]) -> str:
        """张三, 张三代李四 under a delegation, or what acted when nobody did."""
        if facts["user"] is None:
            return _("系统任务") if facts["kind"] == "job" else _("未登录的访问者")
        name = self.users.get(facts["user"], _("已删除的账号"))
        if facts["acting_for"] is None:
            return name
        other = self.posts.get(facts["acting_for"], _("已删除的岗位"))
        return _("%(name)s代%(other)s") % {"name": name, "other": other}


def names_of(actors: Iterable[Mapping[str, Any]]) -> Names:
    """The names behind the actors of events, in two queries."""
    facts = list(actors)
    users = {each["user"] for each in facts} - {None}
    posts = {each["acting_for"] for each in facts} - {None}
    people = get_user_model()._default_manager.filter(pk__in=users)
    holders = apps.get_model(settings.POST_MODEL)._default_manager.filter(pk__in=posts)
    return Names(
        {person.pk: str(person) for person in people},
        dict(holders.values_list("pk", "user__name")) if posts else {},
    )


def can_read_content(event: AuditEvent, actor: Actor, *, agencies: Iterable[int]) -> bool:
    """Whether the body may be shown: of acts of no agency, only where the record is visible."""
    if event.agency_id is None:
        return refs.resolve(event.subject, actor) is not None or event.user_id == actor.user_id
    return event.agency_id in set(agencies)


def metadata(event: AuditEvent) -> list[tuple[str, str]]:
    """Labels and values of what is known of an event without its content."""
    names = names_of([json.loads(event.body)["actor"]])
    agencies = apps.get_model(settings.AGENCY_MODEL)._default_manager
    agency = agencies.filter(pk=event.agency_id).first()
    return [
        (_("时间"), localtime(event.at).isoformat(sep=" ", timespec="milliseconds")),
        (_("人员"), names.who(json.loads(event.body)["actor"])),
        (_("单位"), str(agency) if agency else ""),
        (_("行为"), f"{label_of(event.verb)} ({event.verb})"),
        (_("对象"), event.subject),
        (_("序列"), f"{event.stream} #{event.stream_seq}"),
        (_("叶哈希"), bytes(event.leaf).hex()),
    ]


def oldest_unsealed() -> dt.datetime | None:
    """Since when the oldest event waits for its seal; None when nothing waits."""
    with connection.cursor() as cursor:
        cursor.execute(OLDEST)
        oldest: dt.datetime | None = cursor.fetchone()[0]
    return oldest


@dataclass(frozen=True, slots=True)
class Proof:
    """That one event lies under its batch's root: what `root_from_path` recomputes."""

    leaf_no: int
    leaf: str
    index: int
    size: int
    path: tuple[str, ...]
    root: str
    batch: int
    batch_hash: str


def proof_of(event: AuditEvent) -> Proof | None:
    """The inclusion path of an event (RFC 6962 section 2.1.1); None before it is sealed."""
    seal = AuditSeal.objects.filter(event_id=event.pk).first()
    if seal is None:
        return None
    batch = AuditBatch.objects.get(n=seal.batch)
    rows = AuditSeal.objects.filter(batch=seal.batch).order_by("leaf_no")
    leaves = [bytes(leaf) for leaf in rows.values_list("leaf", flat=True)]
    index = seal.leaf_no - batch.first_leaf
    return Proof(
        leaf_no=seal.leaf_no,
        leaf=bytes(seal.leaf).hex(),
        index=index,
        size=len(leaves),
        path=tuple(node.hex() for node in inclusion_path(leaves, index)),
        root=bytes(batch.root).hex(),
        batch=batch.n,
        batch_hash=bytes(batch.hash).hex(),
    )


def inclusion_path(leaves: list[bytes], index: int) -> list[bytes]:
    """The hashes beside a leaf on its way to the root, from the bottom up."""
    path: list[bytes] = []
    row = leaves
    while len(row) > 1:
        beside = index ^ 1
        if beside < len(row):
            path.append(row[beside])
        pairs = zip(row[::2], row[1::2], strict=False)
        row = [node_hash(a, b) for a, b in pairs] + ([row[-1]] if len(row) % 2 else [])
        index //= 2
    return path


def heads() -> models.QuerySet[AuditHead]:
    """The daily heads, newest first; public."""
    return AuditHead.objects.order_by("-on_date")


def head_facts(head: AuditHead) -> dict[str, Any]:
    """A head as heads.json holds it, for `verify_audit --against` and the checker's `--heads`."""
    return {
        "date": head.on_date.isoformat(),
        "batch": head.batch,
        "leaves": head.leaves,
        "hash": head.hex,
        "at": head.at.isoformat(),
    }


def newest_batch() -> AuditBatch | None:
    """The end of the chain at this moment."""
    return AuditBatch.objects.order_by("-n").first()
