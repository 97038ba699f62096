"""现场检查笔录: the signed record as a paper."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import override

from inspections.findings.choices import ItemValue
from inspections.signing.models import VisitRecord
from inspections.visits.models import of_institution, whole
from inspections.visits.papers import head
from portal.access import Actor
from portal.papers.content import Block, Content, Facts, Grid, Heading, Items, Signatures, Text

RECORD = "visit_record"
CLOCK = "%Y年%m月%d日 %H:%M"


def for_the_inspected(subjects: QuerySet[Any, Any], actor: Actor) -> QuerySet[Any, Any]:
    """Who sees the visit whole, and the institution once the record is signed."""
    return subjects.filter(whole(actor) | of_institution(actor))


def record_content(written: VisitRecord) -> Content:
    """What was seen, point by point, what was found, and who signed or refused."""
    visit = written.visit
    times = [timezone.localtime(each).strftime(CLOCK) for each in _times(written)]
    rows = (
        *head(visit),
        ("检查码", visit.inspection_code),
        ("检查时间", "至".join(times)),
        ("检查地点", written.place),
        ("现场负责人", f"{written.representative} {written.representative_title}".strip() or "—"),
    )
    blocks: list[Block] = [Facts(rows), Heading("检查情况"), Text(written.text)]
    points = _points(written)
    if points:
        blocks += [Heading("检查表"), Grid(("序号", "检查项", "结果", "说明"), points)]
    found = visit.findings.standing().select_related("matter")
    if found:
        facts = tuple(f"{each.matter.title}：{each.facts}" for each in found)
        blocks += [Heading("发现的问题"), Items(facts)]
    signed = [*_signatures(written), Signatures(("检查人员", "检查人员", "现场负责人"))]
    return Content(title="现场检查笔录", blocks=(*blocks, Heading("签字"), *signed))


def _times(written: VisitRecord) -> tuple[Any, Any]:
    return (written.began_at, written.ended_at)


def _points(written: VisitRecord) -> tuple[tuple[str, ...], ...]:
    """What was looked at; points that nobody looked at are left out."""
    rows = written.visit.item_results.exclude(value=ItemValue.UNCHECKED).select_related("point")
    with override(settings.LANGUAGE_CODE):
        return tuple(
            (str(row.point.number), row.point.name, str(ItemValue(row.value).label), row.remark)
            for row in rows
        )


def _signatures(written: VisitRecord) -> list[Block]:
    said = []
    for each in written.signatures.valid().prefetch_related("witnesses"):
        if each.is_refusal:
            names = "、".join(str(witness) for witness in each.witnesses.all())
            said.append(f"被检查机构拒绝签字：{each.note}（检查人员 {names} 注明）")
        else:
            said.append(f"{each.name} {each.title}".strip())
    return [Items(tuple(said))] if said else []
