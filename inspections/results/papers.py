"""行政检查结果告知: what the institution is told after the review."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from inspections.results.models import SETTLED
from inspections.visits.models import Visit, of_institution, whole
from inspections.visits.papers import head
from portal.access import Actor
from portal.papers.content import Block, Content, Facts, Heading, Items, Text

RESULT = "visit_result"


def for_the_told(subjects: QuerySet[Any, Any], actor: Actor) -> QuerySet[Any, Any]:
    """Who sees the visit whole, and the institution once the results are reviewed."""
    return subjects.filter(whole(actor) | of_institution(actor, states=SETTLED))


def result_content(visit: Visit) -> Content:
    """The reviewed results of all bureaus, and what was found."""
    rows = visit.results.select_related("code", "agency")
    results = tuple(f"{row.agency.name}：{row.code}" for row in rows)
    blocks: list[Block] = [
        Text("经检查和复核，现将检查结果告知如下。"),
        Facts(head(visit)),
        Heading("检查结果"),
        Items(results),
    ]
    found = visit.findings.standing().select_related("matter")
    if found:
        said = tuple(f"{each.matter.title}（依据：{each.basis}）" for each in found)
        blocks += [Heading("发现的问题"), Items(said)]
    return Content(title="行政检查结果告知书", addressee=visit.printed_name, blocks=tuple(blocks))
