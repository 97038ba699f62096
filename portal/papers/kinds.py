"""The kinds of papers there are; the rooms that write them register them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from portal.papers.choices import Part

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.access import Actor


def staff(subjects: QuerySet[Any, Any], actor: Actor) -> QuerySet[Any, Any]:
    """Staff who see the record; neither institutions nor the public."""
    return subjects if actor.reads_business else subjects.none()


@dataclass(frozen=True, slots=True)
class PaperKind:
    """One kind of paper about one kind of record.

    ``series`` is the part of the number that names the kind (宝环〔罚〕 → 罚; may be empty);
    kinds with the same series share its numbers. ``subject`` is the reference name of the records
    (``bulletin``). ``visible`` narrows the records that the actor sees to those whose papers of
    this kind it may see too; it narrows in SQL, because files and lists are reached that way.
    ``since`` is the day of the act that the paper states: it is numbered on that day or later.
    Papers of the secondary part never leave their agency and its audit (EV13).
    """

    code: str
    label: str | Promise
    series: str
    subject: str
    basis: str = ""
    visible: Callable[[QuerySet[Any, Any], Actor], QuerySet[Any, Any]] = staff
    part: Part = Part.MAIN
    since: Callable[[Any], dt.date | None] | None = None


_kinds: dict[str, PaperKind] = {}


def register_kind(kind: PaperKind) -> None:
    """Called in ``apps.py.ready()`` by the room whose ``papers.py`` writes such papers."""
    known = _kinds.setdefault(kind.code, kind)
    if known != kind:
        raise ValueError(f"The kind of paper {kind.code!r} is registered twice.")


def kind_named(code: str) -> PaperKind:
    """KeyError for a kind that nobody registered."""
    return _kinds[code]


def registered_kinds() -> list[PaperKind]:
    return [_kinds[code] for code in sorted(_kinds)]
