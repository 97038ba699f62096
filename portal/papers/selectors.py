"""The papers of a record, in the order of its file."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.db.models import F

from portal.access import Actor
from portal.papers.choices import Part
from portal.papers.models import Paper
from portal.refs import ref


@dataclass(frozen=True, slots=True)
class FiledPaper:
    """A paper with its place in its part of the file; a draft has no place yet."""

    paper: Paper
    order: int | None
    first_page: int | None
    last_page: int | None

    @property
    def part(self) -> Part:
        return self.paper.part


def papers_of(subject: models.Model, actor: Actor) -> list[FiledPaper]:
    """The papers of a record that the actor sees, by date; each part counts its own pages.

    The count is of the whole part: a reader who sees less sees gaps, never other numbers.
    """
    rows = Paper.objects.of(ref(subject)).order_by(F("numbered_on").asc(nulls_last=True), "pk")
    seen = set(rows.visible_to(actor).values_list("pk", flat=True))
    filed = [_filed(paper, place) for paper, place in _placed(list(rows))]
    return [each for each in filed if each.paper.pk in seen]


def _placed(papers: list[Paper]) -> list[tuple[Paper, tuple[int, int] | None]]:
    order, pages = dict.fromkeys(Part, 0), dict.fromkeys(Part, 0)
    placed: list[tuple[Paper, tuple[int, int] | None]] = []
    for paper in papers:
        if paper.pages is None:
            placed.append((paper, None))
            continue
        order[paper.part] += 1
        placed.append((paper, (order[paper.part], pages[paper.part] + 1)))
        pages[paper.part] += paper.pages
    return placed


def _filed(paper: Paper, place: tuple[int, int] | None) -> FiledPaper:
    if place is None or paper.pages is None:
        return FiledPaper(paper, None, None, None)
    order, first = place
    return FiledPaper(paper, order, first, first + paper.pages - 1)
