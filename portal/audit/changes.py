"""Before and after in words: the labels of fields and choices, the names of related records."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal import refs
from portal.clocks.now import SHANGHAI

if TYPE_CHECKING:
    from portal.access import Actor

Field: TypeAlias = "models.Field[Any, Any]"
Told = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a record, before and after."""

    label: str
    before: str
    after: str

    def __str__(self) -> str:
        words = {"label": self.label, "before": self.before, "after": self.after}
        if not self.before:
            return _("%(label)s：填写为“%(after)s”") % words
        if not self.after:
            return _("%(label)s：原为“%(before)s”，已清空") % words
        return _("%(label)s：“%(before)s” → “%(after)s”") % words


class Describer:
    """Knows the names of all related records that a set of changes mentions."""

    def __init__(self, told: Iterable[Told], actor: Actor) -> None:
        self._actor = actor
        keys: dict[type[models.Model], set[int]] = defaultdict(set)
        for subject, changes in told:
            for name, change in changes.items():
                related = _related(_field(subject, name))
                if related is not None:
                    keys[related] |= {value for value in _pair(change) if isinstance(value, int)}
        self._names = {model: _named(model, found, actor) for model, found in keys.items()}

    def changes(self, subject: str, changes: Mapping[str, Any]) -> tuple[Change, ...]:
        return tuple(self._change(subject, name, change) for name, change in changes.items())

    def _change(self, subject: str, name: str, change: Any) -> Change:
        field = _field(subject, name)
        label = str(getattr(field, "verbose_name", name))
        before, after = _pair(change)
        return Change(label, self._word(field, before), self._word(field, after))

    def _word(self, field: Field | None, value: Any) -> str:
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if isinstance(value, list):
            return "、".join(self._word(field, each) for each in value)
        related = _related(field)
        if related is not None:
            return self._names.get(related, {}).get(value, str(value))
        if _is_ref(field, value):
            return self._record(value)
        if isinstance(field, models.DateField) and isinstance(value, str):
            return _day_in_words(value)
        return str(_choices(field).get(value, value))

    def _record(self, text: str) -> str:
        """The name of a record that a reference points at, as far as the reader sees it."""
        found = refs.resolve(text, self._actor)
        return str(found) if found is not None else _("一条记录")


def _is_ref(field: Field | None, value: Any) -> bool:
    """A text like ``case:7`` in a field that holds references."""
    named = getattr(field, "name", "").endswith("_ref") and isinstance(value, str)
    return named and value.partition(":")[0] in refs.registered()


def _day_in_words(value: str) -> str:
    """A day, or a moment in Shanghai, as the page's language writes it."""
    if len(value) == len("2026-03-02"):
        return date_format(dt.date.fromisoformat(value), "DATE_FORMAT")
    moment = dt.datetime.fromisoformat(value).astimezone(SHANGHAI)
    return date_format(moment, "DATETIME_FORMAT")


def _field(subject: str, name: str) -> Field | None:
    """The field of the subject's model, by its name or its column's; ``parts.name`` of a part."""
    model = refs.registered().get(subject.partition(":")[0])
    part, _dot, last = name.rpartition(".")
    if model is not None and part:
        model, name = _part(model, part), last
    if model is None:
        return None
    try:
        field = model._meta.get_field(name.removesuffix("_id") if name != "_id" else name)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, models.Field) else None


def _part(model: type[models.Model], name: str) -> type[models.Model] | None:
    """The model of a record's parts, by the name under which the record holds them."""
    for relation in model._meta.related_objects:
        if relation.get_accessor_name() == name:
            return _related(relation)  # type: ignore[arg-type]  # a relation has a model like a key
    return None


def _related(field: Field | None) -> type[models.Model] | None:
    related = getattr(field, "related_model", None)
    return related if isinstance(related, type) else None


def _choices(field: Field | None) -> dict[Any, Any]:
    inner = getattr(field, "base_field", field)  # an array holds the field of its elements
    return dict(inner.flatchoices) if inner is not None else {}


def _pair(change: Any) -> tuple[Any, Any]:
    """``[before, after]``; a single value tells what there is now."""
    if isinstance(change, list) and len(change) == 2:
        return change[0], change[1]
    return None, change


def _named(model: type[models.Model], keys: set[int], actor: Actor) -> dict[Any, str]:
    rows = model._default_manager.get_queryset()
    visible_to = getattr(rows, "visible_to", None)
    seen = visible_to(actor) if visible_to is not None else rows.none()
    return {each.pk: str(each) for each in seen.filter(pk__in=keys)}
