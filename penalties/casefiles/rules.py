"""What a closed file must hold. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Way:
    """What happened to a case, as far as papers follow from it."""

    opened: bool = False
    noticed: bool = False
    heard: bool = False
    decided: bool = False
    served: bool = False
    legally_reviewed: bool = False
    discussed: bool = False
    closed: bool = False
    corrected: bool = False
    reminded: bool = False


PAPERS = {
    "opened": "opening",
    "noticed": "notice",
    "heard": "hearing",
    "legally_reviewed": "legal_review",
    "discussed": "discussion",
    "decided": "decision",
    "served": "receipt",
    "corrected": "correction",
    "reminded": "reminder",
    "closed": "closing",
}


def wanted(way: Way) -> list[str]:
    """The kinds of paper that this way leaves behind, in the order of the file."""
    return [paper for fact, paper in PAPERS.items() if getattr(way, fact)]


def missing(way: Way, filed: frozenset[str]) -> list[str]:
    """What the file still lacks."""
    return [paper for paper in wanted(way) if paper not in filed]


def pages(counts: list[int]) -> list[tuple[int, int]]:
    """From which page to which each paper runs, one after the other."""
    found, first = [], 1
    for count in counts:
        found.append((first, first + count - 1))
        first += count
    return found
