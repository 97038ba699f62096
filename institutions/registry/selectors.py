"""Reads of the registry: who is meant by a name or a code, and an institution's page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.db.models.functions import Reverse
from rapidfuzz import fuzz

from institutions.registry.choices import MatchReason
from institutions.registry.models import FormerName, Institution
from institutions.registry.rules import (
    core_of_name,
    normalise_name,
    normalise_uscc,
)

NamedRow = tuple[int, str, str, str]  # key of the institution, name, normalised, core

CANDIDATE_ROWS = 2000  # of each kind read from the database, however large the registry
SIMILAR_FROM = 60  # of 100: worth offering to a person
DUPLICATE_FROM = 75  # of 100: worth a reason before another is registered


@dataclass(frozen=True, slots=True)
class Candidate:
    """An institution that may be meant, how sure (0 to 100), and why it is offered."""

    institution: Institution
    score: int
    why: MatchReason
    name: str

    @property
    def is_certain(self) -> bool:
        """Same code or same name: a machine may take it when it is the only one."""
        return self.why in {MatchReason.USCC, MatchReason.NAME}

    def details(self) -> dict[str, Any]:
        """As a refusal and the API tell it."""
        return {
            "institution": self.institution.pk,
            "uscc": self.institution.uscc,
            "name": self.institution.name,
            "matched_name": self.name,
            "score": self.score,
            "why": self.why.value,
        }


def match_institution(uscc: str, name: str, limit: int = 5) -> list[Candidate]:
    """Institutions that a code or a name may mean, best first.

    A bounded number of rows is read through indexes: same code, same name, same former name, and
    names whose core shares its first or last letter, compared by rapidfuzz.
    """
    found: dict[int, Candidate] = {}
    for candidate in [*_same_code(uscc), *_same_name(name), *_similar(name)]:
        known = found.get(candidate.institution.pk)
        if known is None or candidate.score > known.score:
            found[candidate.institution.pk] = candidate
    ordered = sorted(found.values(), key=lambda each: (-each.score, each.institution.pk))
    return ordered[:limit]


def _same_code(uscc: str) -> list[Candidate]:
    code = normalise_uscc(uscc)
    rows = Institution.objects.filter(uscc=code).select_related("merged_into") if code else []
    meant = [row.merged_into or row for row in rows]
    return [Candidate(row, 100, MatchReason.USCC, row.name) for row in meant]


def _same_name(name: str) -> list[Candidate]:
    norm = normalise_name(name)
    if not norm:
        return []
    now = Institution.objects.current().filter(name_norm=norm)[:CANDIDATE_ROWS]
    former = FormerName.objects.filter(name_norm=norm, institution__merged_into__isnull=True)
    return [Candidate(row, 98, MatchReason.NAME, row.name) for row in now] + [
        Candidate(row.institution, 96, MatchReason.FORMER_NAME, row.name)
        for row in former.select_related("institution")[:CANDIDATE_ROWS]
    ]


def _similar(name: str) -> list[Candidate]:
    norm, core = normalise_name(name), core_of_name(name)
    if not core:
        return []
    now = _near(Institution.objects.current(), "pk", core)
    former = _near(FormerName.objects.filter(institution__merged_into=None), "institution_id", core)
    named = [(*row, MatchReason.SIMILAR) for row in now]
    named += [(*row, MatchReason.SIMILAR_FORMER) for row in former]
    scored = (
        (similarity((norm, core), (row_norm, row_core)), pk, row_name, why)
        for pk, row_name, row_norm, row_core, why in named
    )
    close = sorted((each for each in scored if each[0] >= SIMILAR_FROM), reverse=True)[:20]
    known = Institution.objects.in_bulk([pk for _score, pk, _name, _why in close])
    return [Candidate(known[pk], score, why, row_name) for score, pk, row_name, why in close]


def _near(rows: Any, key: str, core: str) -> Iterable[NamedRow]:
    """Rows whose core is the same, or shares the first or the last letter; bounded, unsorted."""
    columns = rows.order_by().values_list(key, "name", "name_norm", "name_core")
    last = columns.alias(reversed_core=Reverse("name_core"))
    return cast(
        "Iterable[NamedRow]",
        columns.filter(name_core=core)[:CANDIDATE_ROWS].union(
            columns.filter(name_core__startswith=core[0])[:CANDIDATE_ROWS],
            last.filter(reversed_core__startswith=core[-1])[:CANDIDATE_ROWS],
        ),
    )


def similarity(one: tuple[str, str], other: tuple[str, str]) -> int:
    """0 to 95 for two names given as (normalised, core): the core weighs as much as the whole."""
    whole, core = fuzz.ratio(one[0], other[0]), fuzz.ratio(one[1], other[1])
    return min(95, round((whole + core) / 2))
