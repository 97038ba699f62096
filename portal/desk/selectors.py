"""What an actor finds on the desk, in the menu and by the search."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.access import Actor
from portal.desk import registry
from portal.desk.registry import Figure, Hit, MenuEntry, Message, Occasion, Section, WorkItem

LEAST_LETTERS = 2
MOST_OCCASIONS = 100
HITS_ON_PAGE = 20
HITS_SUGGESTED = 4
MESSAGES_ON_DESK = 6


@dataclass(frozen=True, slots=True)
class Line:
    """A menu entry with its address."""

    entry: MenuEntry
    url: str

    @property
    def key(self) -> str:
        """Names the place of the entry's count on the page."""
        return f"count-{self.entry.url_name.replace(':', '-')}"

    @property
    def counted(self) -> bool:
        return self.entry.count is not None


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the menu with the lines the actor may see."""

    section: Section
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Group:
    """Items of the desk that are due in the same span of time."""

    name: str
    label: str
    items: list[WorkItem]


def menu(actor: Actor) -> list[Part]:
    """The sections that have something for this actor. Asks no database."""
    entries = [entry for entry in registry.menu_entries() if entry.visible(actor)]
    parts = []
    for section in registry.SECTIONS:
        own = [entry for entry in entries if entry.section == section.name]
        if own:
            lines = [Line(entry, reverse(entry.url_name)) for entry in own]
            parts.append(Part(section, lines))
    return parts


def counts(actor: Actor) -> dict[str, int]:
    """How many items wait for the actor, by the key of the menu's line."""
    lines = [line for part in menu(actor) for line in part.lines]
    return {line.key: line.entry.count(actor) for line in lines if line.entry.count}


def due_soon(actor: Actor, day: dt.date) -> int:
    """How many items of work are overdue or due this week."""
    groups = work(actor, day)
    return sum(len(group.items) for group in groups if group.name != "later")


def unread_messages(actor: Actor) -> int:
    inbox = registry.inbox()
    return inbox.unread(actor) if inbox else 0


def latest_messages(actor: Actor) -> list[Message]:
    inbox = registry.inbox()
    return list(inbox.latest(actor, MESSAGES_ON_DESK)) if inbox else []


def work(actor: Actor, day: dt.date) -> list[Group]:
    """The actor's work in the four groups of the desk; empty groups are left out."""
    items = [item for provider in registry.work_providers() for item in provider(actor, day)]
    items.sort(key=lambda item: (item.due_on or dt.date.max, str(item.title)))
    week_ends = day + dt.timedelta(days=6 - day.weekday())
    groups = [
        Group("late", _("逾期"), _due(items, dt.date.min, day - dt.timedelta(days=1))),
        Group("today", _("今天"), _due(items, day, day)),
        Group("week", _("本周"), _due(items, day + dt.timedelta(days=1), week_ends)),
        Group("later", _("以后"), _due(items, week_ends + dt.timedelta(days=1), dt.date.max)),
    ]
    return [group for group in groups if group.items]


def figures(actor: Actor, day: dt.date) -> list[Figure]:
    return [one for provider in registry.figure_providers() for one in provider(actor, day)]


def search(actor: Actor, text: str, limit: int) -> dict[str, list[Hit]]:
    """Hits by kind; nothing for less than two characters."""
    text = text.strip()
    if len(text) < LEAST_LETTERS:
        return {}
    found: dict[str, list[Hit]] = {}
    for provider in registry.search_providers():
        for hit in provider(actor, text, limit):
            found.setdefault(str(hit.kind), []).append(hit)
    return found


def panels(page: str, obj: Any, actor: Actor) -> list[tuple[str, Mapping[str, Any]]]:
    """The parts that other rooms put on a page, as (template, context)."""
    answers = [provider(obj, actor) for provider in registry.panel_providers(page)]
    return [answer for answer in answers if answer is not None]


def occasions(institution: Any, actor: Actor) -> list[Occasion]:
    """Everything that happened to an institution, as far as the actor may know, newest first."""
    found = [
        one for provider in registry.occasion_providers() for one in provider(institution, actor)
    ]
    found.sort(key=lambda one: one.on, reverse=True)
    return found[:MOST_OCCASIONS]


def _due(items: Iterable[WorkItem], first: dt.date, last: dt.date) -> list[WorkItem]:
    return [item for item in items if first <= (item.due_on or dt.date.max) <= last]
