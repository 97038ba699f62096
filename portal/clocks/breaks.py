"""Before public holidays: each post once hears what falls due until work begins again (EV14)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext_noop

from portal import refs
from portal.access import Actor, job_actor
from portal.clocks.models import Clock, ClockQuerySet
from portal.clocks.rules import DAY, Break, break_ahead
from portal.inbox.models import Message
from portal.inbox.sentences import Sentence, sentence
from portal.inbox.services import send
from portal.law.selectors import working_calendar

MOST_LINES = 10


def tell_before_break(day: dt.date) -> int:
    """On the last working day before a public holiday, or later within it: how many were told.

    A post that was told is not told again; one whose turn the worker missed is told at the next
    look. An ordinary weekend is no break.
    """
    ahead = break_ahead(day, working_calendar())
    if ahead is None:
        return 0
    agencies = _due(ahead).order_by("agency_id").values_list("agency_id", flat=True).distinct()
    return sum(_tell_agency(agency_id, ahead, day) for agency_id in agencies)


def _due(ahead: Break) -> ClockQuerySet:
    """From the last working day before the break up to the first one after it."""
    return Clock.objects.running().filter(due_on__range=(ahead.from_on - DAY, ahead.back_on))


def _tell_agency(agency_id: int, ahead: Break, day: dt.date) -> int:
    key = f"break until {ahead.back_on}"
    told = set(Message.objects.filter(key=key).values_list("to_post_id", flat=True))
    staff = import_string(settings.STAFF_ON_DUTY)
    clocks = list(_due(ahead).filter(agency_id=agency_id).select_related("rule"))
    count = 0
    for actor in staff(day, agency_id=agency_id):
        lines = [] if actor.post_id in told else due_for(actor, clocks)
        if lines:
            _send(actor, lines, ahead, key)
            count += 1
    return count


def due_for(actor: Actor, clocks: list[Clock]) -> list[Sentence]:
    """One line for each clock of the actor's roles whose record the actor sees."""
    mine = [clock for clock in clocks if clock.role in actor.roles]
    found = refs.resolve_many({clock.ref for clock in mine}, actor)
    return [
        sentence(
            gettext_noop("%(due)s 到期：%(step)s，%(subject)s"),
            due=clock.due_on,
            step=clock.rule.step,
            subject=str(found[clock.ref]),
        )
        for clock in mine
        if clock.ref in found
    ]


def _send(actor: Actor, lines: list[Sentence], ahead: Break, key: str) -> None:
    more = len(lines) - MOST_LINES
    body = lines[:MOST_LINES]
    if more > 0:
        rest = sentence(gettext_noop("另有 %(more)s 项，请到“我的待办”查看。"), more=more)
        body = [*body, rest]
    send(
        to_post=actor.post_id,
        title=sentence(
            gettext_noop("%(first)s至%(last)s放假：%(back)s(节后首日)及以前到期 %(count)s 项"),
            first=ahead.from_on,
            last=ahead.to_on,
            back=ahead.back_on,
            count=len(lines),
        ),
        body=body,
        url=reverse("desk"),
        key=key,
        actor=job_actor("clocks.before_break"),
    )
