"""Entering, editing and importing inspectors and experts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agencies.people.models import Expert, Inspector
from portal.access import Actor
from portal.audit import record
from portal.errors import Conflict, Refused

Person = TypeVar("Person", Inspector, Expert)
SILENT = frozenset({"phone", "recusal_notes"})  # personal: the audit names the field only


@transaction.atomic
def enter(person: Person, *, actor: Actor) -> Person:
    """Put a new person into the own agency's directory."""
    person.agency_id = actor.agency_id or person.agency_id
    _insert(person)
    record(actor, f"{_noun(person)}.create", person, facts={"name": person.name})
    return person


@transaction.atomic
def edit(person: Person, *, version: int, values: Mapping[str, Any], actor: Actor) -> None:
    """Change a person's facts; Conflict when somebody else was faster."""
    rows = type(person)._default_manager
    before = rows.get(pk=person.pk)
    for name, value in values.items():
        setattr(person, name, value)
    _check_engagement(person)
    if rows.filter(pk=person.pk, version=version).update(**values, version=version + 1) != 1:
        raise Conflict(_("人员信息已更新"))
    changed = [name for name, value in values.items() if getattr(before, name) != value]
    changes = {
        name: [getattr(before, name), values[name]] for name in changed if name not in SILENT
    }
    facts = {"fields": sorted(changed)}
    record(actor, f"{_noun(person)}.edit", person, changes=changes, facts=facts)


@transaction.atomic
def import_people(people: Iterable[Person], *, actor: Actor, source: str) -> int:
    """Enter all rows of a checked workbook, or none; answers how many."""
    entered = 0
    for person in people:
        person.agency_id = actor.agency_id or 0
        _insert(person)
        entered += 1
    facts = {"rows": entered, "file": source}
    record(actor, "agency.people_import", f"agency:{actor.agency_id}", facts=facts)
    return entered


def _insert(person: Inspector | Expert) -> None:
    """Refused for a person who stands there already, whoever was faster."""
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        known = {
            "inspector": _("执法证号 %(number)s 已登记。"),
            "expert": _("%(name)s 本年度已登记。"),
        }[_noun(person)]
        number = getattr(person, "certificate_number", "")
        raise Refused(known % {"number": number, "name": person.name}) from error


def _check_engagement(person: Inspector | Expert) -> None:
    if not isinstance(person, Expert):
        return
    same = Expert.objects.filter(
        agency_id=person.agency_id,
        name=person.name,
        organisation=person.organisation,
        year=person.year,
    )
    if same.exclude(pk=person.pk).exists():
        raise Refused(_("该专家本年度已登记。"))


def _noun(person: Inspector | Expert) -> str:
    return "inspector" if isinstance(person, Inspector) else "expert"
