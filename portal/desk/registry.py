"""What the kernel shows of the apps: each app registers it, the kernel imports none of them.

A provider is registered under a lasting name; registering the same name twice is an error, so
that two rooms never show the same thing without knowing it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from portal.access import Actor

Text = str | Promise
Provider = TypeVar("Provider")


def everyone(actor: Actor) -> bool:
    """Visible to whoever may log in: staff and institution users."""
    return not actor.is_public


def only_staff(actor: Actor) -> bool:
    return actor.is_staff


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the menu; shown when it has an entry for the actor."""

    name: str
    label: Text
    icon: str


SECTIONS = (
    Section("desk", _("工作台"), "layout-dashboard"),
    Section("institutions", _("机构"), "building-community"),
    Section("inspections", _("检查"), "clipboard-check"),
    Section("penalties", _("处罚"), "gavel"),
    Section("sharing", _("协同"), "share"),
    Section("statistics", _("统计"), "chart-bar"),
    Section("system", _("系统"), "settings"),
)


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line of the menu. ``count`` tells how many items wait for the actor there."""

    section: str
    label: Text
    url_name: str
    visible: Callable[[Actor], bool] = everyone
    count: Callable[[Actor], int] | None = None
    order: int = 50


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One thing the actor has to do: what, whom it concerns, until when, and the one button."""

    title: Text
    subject: Text
    url: str
    due_on: dt.date | None
    action: Text


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the actor's agency; its link opens the list that makes it.

    ``series`` are (label, number) pairs, oldest first, drawn as a small chart with its table.
    """

    label: Text
    value: int | str
    url: str
    series: Sequence[tuple[str, float]] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One result of the search over everything the actor may see."""

    kind: Text
    label: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that happened to an institution on a day, as its page's one timeline tells it."""

    on: dt.date
    kind: Text
    words: Text
    url: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the desk lists it."""

    title: str
    body: str
    url: str
    at: dt.datetime
    unread: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """How the frame reaches the messages: how many are unread, the latest, and their list."""

    unread: Callable[[Actor], int]
    latest: Callable[[Actor, int], Iterable[Message]]
    url_name: str


WorkProvider = Callable[["Actor", dt.date], Iterable[WorkItem]]
FigureProvider = Callable[["Actor", dt.date], Iterable[Figure]]
SearchProvider = Callable[["Actor", str, int], "list[Hit]"]
PanelProvider = Callable[[Any, "Actor"], "tuple[str, Mapping[str, Any]] | None"]

_menu: list[MenuEntry] = []
_work: dict[str, WorkProvider] = {}
_figures: dict[str, FigureProvider] = {}
_search: dict[str, SearchProvider] = {}
_panels: dict[tuple[str, str], PanelProvider] = {}
OccasionProvider = Callable[[Any, "Actor"], "Iterable[Occasion]"]
_occasions: dict[str, OccasionProvider] = {}
_inboxes: dict[str, Inbox] = {}


def register_menu(entry: MenuEntry) -> None:
    """Add a line to the menu; ValueError for an unknown section."""
    if entry.section not in {section.name for section in SECTIONS}:
        raise ValueError(f"The menu has no section {entry.section!r}.")
    if entry not in _menu:
        _menu.append(entry)


def register_work(name: str, provider: WorkProvider) -> None:
    """Work for the desk: ``provider(actor, today)`` gives the actor's open items."""
    _once(_work, name, provider)


def register_figures(name: str, provider: FigureProvider) -> None:
    """Figures for the desk: ``provider(actor, today)``, empty when they do not concern it."""
    _once(_figures, name, provider)


def register_search(name: str, provider: SearchProvider) -> None:
    """A part of the global search: ``provider(actor, text, limit)`` with at most limit hits."""
    _once(_search, name, provider)


def register_panel(page: str, name: str, provider: PanelProvider) -> None:
    """A part of another room's page: ``provider(obj, actor)`` gives template and context."""
    _once(_panels, (page, name), provider)


def register_occasions(name: str, provider: OccasionProvider) -> None:
    """A part of an institution's timeline: ``provider(institution, actor)``, the public too."""
    _once(_occasions, name, provider)


def register_inbox(inbox: Inbox) -> None:
    """The one source of messages for the top bar and the desk."""
    _once(_inboxes, "inbox", inbox)


def menu_entries() -> list[MenuEntry]:
    return sorted(_menu, key=lambda entry: (entry.order, entry.url_name))


def work_providers() -> list[WorkProvider]:
    return list(_work.values())


def figure_providers() -> list[FigureProvider]:
    return list(_figures.values())


def search_providers() -> list[SearchProvider]:
    return list(_search.values())


def panel_providers(page: str) -> list[PanelProvider]:
    return [provider for (owner, _name), provider in _panels.items() if owner == page]


def occasion_providers() -> list[OccasionProvider]:
    return list(_occasions.values())


def inbox() -> Inbox | None:
    return _inboxes.get("inbox")


def _once(known: dict[Any, Provider], name: Any, provider: Provider) -> None:
    if known.setdefault(name, provider) is not provider:
        raise ValueError(f"{name!r} is registered twice.")
