"""Reading clocks: explanations in words, the desk, what stands open at a post."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import refs
from portal.access import Actor
from portal.clocks import services
from portal.clocks.choices import ClockState, RunState
from portal.clocks.models import Clock, ClockQuerySet, EffectRun, EngineState
from portal.clocks.rules import Day
from portal.desk import WorkItem
from portal.models import EventDelivery

MOST_ON_A_DESK = 300
MOST_ON_JOBS = 100
MOST_ATTEMPTS = 5

WHY = {
    "start": gettext_lazy("起算日，不计入"),
    "working": gettext_lazy("工作日"),
    "make_up": gettext_lazy("调休上班"),
    "weekend": gettext_lazy("周末，不计入"),
    "holiday": gettext_lazy("节假日，不计入"),
    "calendar": gettext_lazy("自然日"),
    "suspended": gettext_lazy("中止期间，不计入"),
    "moved": gettext_lazy("末日逢休息日，顺延至此"),
    "term": gettext_lazy("期满日"),
    "fixed": gettext_lazy("固定日期，不顺延"),
    "hour": gettext_lazy("期满时刻"),
    "extended": gettext_lazy("经批准延长至此"),
    "target": gettext_lazy("内部时限"),
}
COUNTED = {"working", "make_up", "calendar", "term", "fixed", "hour"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an explanation, in words."""

    on: dt.date
    at: dt.datetime | None
    number: int | None
    words: str
    provisional: bool
    last: bool


def explanation(clock: Clock) -> list[Line]:
    """How the due day came about, day by day, in words."""
    return in_words(services.explain(clock))


def in_words(days: list[Day]) -> list[Line]:
    """The days of a count as lines for people."""
    return [
        Line(
            day.on,
            day.at,
            day.number if day.why in COUNTED else None,
            f"{WHY[day.why]}({_named(day.note)})" if day.note else str(WHY[day.why]),
            day.provisional,
            last=index == len(days) - 1,
        )
        for index, day in enumerate(days)
    ]


def _named(note: str) -> str:
    return _("周末") if note == "weekend" else note


def clocks_of(subject: Any, actor: Actor) -> ClockQuerySet:
    """The clocks of one record that the actor may see, the next due first."""
    rows = Clock.objects.visible_to(actor).of(refs.ref(subject))
    return rows.select_related("rule", "agency")


def open_clocks(*, agency_id: int, roles: Iterable[str] = ()) -> ClockQuerySet:
    """What runs or is suspended at an agency, for some roles or all: for a handover."""
    rows = Clock.objects.open().filter(agency_id=agency_id).select_related("rule")
    wanted = list(roles)
    return rows.filter(role__in=wanted) if wanted else rows


def work_items(actor: Actor, today: dt.date) -> Iterator[WorkItem]:
    """The desk: running clocks of the actor's agency and roles, with the records they are of."""
    if not actor.is_staff or actor.agency_id is None or not actor.roles:
        return
    rows = open_clocks(agency_id=actor.agency_id, roles=actor.roles)
    clocks = list(rows.filter(state=ClockState.RUNNING)[:MOST_ON_A_DESK])
    found = refs.resolve_many({clock.ref for clock in clocks}, actor)
    for clock in clocks:
        subject = found.get(clock.ref)
        if subject is not None:
            url = getattr(subject, "get_absolute_url", clock.get_absolute_url)()
            yield WorkItem(clock.rule.step, str(subject), url, clock.due_on, _("去办理"))


@dataclass(frozen=True, slots=True)
class Jobs:
    """What the engine and the listeners have to show for themselves."""

    engine: EngineState | None
    poisoned: list[EffectRun]
    trying: list[EffectRun]
    late: list[EffectRun]
    failed: list[EventDelivery]
    retrying: list[EventDelivery]


def jobs() -> Jobs:
    """Poisoned, failing and late effects, and listeners' failed deliveries; newest first."""
    runs = EffectRun.objects.select_related("clock__rule", "clock__agency").order_by("-pk")
    deliveries = EventDelivery.objects.select_related("event").filter(done_at__isnull=True)
    deliveries = deliveries.order_by("-pk")
    return Jobs(
        engine=EngineState.objects.first(),
        poisoned=list(runs.filter(state=RunState.POISON)[:MOST_ON_JOBS]),
        trying=list(runs.filter(state=RunState.WAITING, attempts__gt=0)[:MOST_ON_JOBS]),
        late=list(runs.filter(state=RunState.DONE, late=True)[:MOST_ON_JOBS]),
        failed=list(deliveries.filter(attempts__gte=MOST_ATTEMPTS)[:MOST_ON_JOBS]),
        retrying=list(deliveries.filter(attempts__range=(1, MOST_ATTEMPTS - 1))[:MOST_ON_JOBS]),
    )
