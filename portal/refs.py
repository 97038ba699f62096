"""Names for any record: the kernel stores ``institution:12`` where others use generic keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from portal.access import Actor

_models: dict[str, type[models.Model]] = {}
_names: dict[type[models.Model], str] = {}
_carriers: set[str] = set()


def register(name: str, model: type[models.Model], *, carries_files: bool = False) -> None:
    """Give a model its name in references. Called in ``apps.py.ready()``.

    ``carries_files``: whoever sees such a record may download its files. Unless a room says so,
    a file is its uploader's alone, however public the record that it names.
    """
    known = _models.setdefault(name, model)
    if known is not model:
        raise ValueError(f"The reference {name!r} already names {known!r}.")
    _names[model] = name
    if carries_files:
        _carriers.add(name)


def ref(obj: models.Model) -> str:
    """``institution:12`` for an institution with key 12; KeyError when its model has no name."""
    return f"{_names[obj.__class__]}:{obj.pk}"  # not type(): request.user is a lazy object


def name_of(model: type[models.Model]) -> str:
    return _names[model]


def registered() -> dict[str, type[models.Model]]:
    """Every name with its model."""
    return dict(_models)


def carriers() -> dict[str, type[models.Model]]:
    """The records whose files are as visible as they are themselves."""
    return {name: _models[name] for name in sorted(_carriers)}


def resolve(text: str, actor: Actor) -> models.Model | None:
    """The record behind a reference, or None when it is gone or hidden from the actor."""
    name, _sep, key = text.partition(":")
    model = _models.get(name)
    if model is None or not key.isdecimal():
        return None
    rows = model._default_manager.get_queryset()
    visible: models.QuerySet[models.Model] = rows.visible_to(actor)  # type: ignore[attr-defined]  # every registered model has it
    return visible.filter(pk=int(key)).first()


def visible(texts: Iterable[str], actor: Actor) -> set[str]:
    """Those references whose records the actor sees; one query for each kind of record."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for text in texts:
        name, _sep, key = text.partition(":")
        if name in _models and key.isdecimal():
            wanted[name].append(int(key))
    seen: set[str] = set()
    for name, keys in wanted.items():
        rows = _models[name]._default_manager.get_queryset()
        found: models.QuerySet[models.Model] = rows.visible_to(actor)  # type: ignore[attr-defined]  # every registered model has it
        seen |= {f"{name}:{key}" for key in found.filter(pk__in=keys).values_list("pk", flat=True)}
    return seen


def resolve_many(texts: Iterable[str], actor: Actor) -> dict[str, models.Model]:
    """The visible records behind many references: one query for each kind."""
    keys: dict[str, list[int]] = {}
    for text in texts:
        name, _sep, key = text.partition(":")
        if name in _models and key.isdecimal():
            keys.setdefault(name, []).append(int(key))
    found: dict[str, models.Model] = {}
    for name, pks in keys.items():
        rows = _models[name]._default_manager.get_queryset()
        visible: models.QuerySet[models.Model] = rows.visible_to(actor)  # type: ignore[attr-defined]  # every registered model has it
        found.update({f"{name}:{obj.pk}": obj for obj in visible.filter(pk__in=pks)})
    return found
