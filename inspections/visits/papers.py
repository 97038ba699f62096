"""行政检查审批表 and 行政检查通知书 (国办发〔2024〕54号: both come before the visit)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from inspections.visits.choices import ANNOUNCED_STATES
from inspections.visits.models import BureauPart, Visit, of_institution, whole
from portal.access import Actor
from portal.papers.content import Content, Facts, Heading, Items, Signatures, Text
from portal.papers.printing import chinese_date

APPROVAL = "visit_approval"
NOTICE = "visit_notice"
BASIS = "国办发〔2024〕54号"


def for_staff(subjects: QuerySet[Any, Any], actor: Actor) -> QuerySet[Any, Any]:
    """Visits that staff see whole."""
    return subjects.filter(whole(actor))


def for_the_notified(subjects: QuerySet[Any, Any], actor: Actor) -> QuerySet[Any, Any]:
    """Also the institution, from the notice on."""
    return subjects.filter(whole(actor) | of_institution(actor, states=ANNOUNCED_STATES))


def people(visit: Visit) -> str:
    """The inspectors with their certificates, as papers list them."""
    rows = visit.members.present().filter(inspector__isnull=False)
    return "；".join(f"{row.name}（执法证号 {row.certificate_number}）" for row in rows)


def head(visit: Visit) -> tuple[tuple[str, str], ...]:
    """The rows that every paper of a visit begins with."""
    bureaus = "、".join(part.agency.name for part in visit.parts.select_related("agency"))
    days = f"{chinese_date(visit.planned_from)}至{chinese_date(visit.planned_to)}"
    return (
        ("检查对象", visit.printed_name),
        ("统一社会信用代码", visit.institution.uscc),
        ("实施部门", bureaus),
        ("检查日期", days),
        ("检查人员", people(visit)),
    )


def _items(visit: Visit) -> Items:
    rows = visit.visit_items.select_related("item")
    return Items(tuple(f"{row.item.name}（依据：{row.item.basis}）" for row in rows))


def approval_content(visit: Visit, part: BureauPart) -> Content:
    """The form that one bureau's leader approved, with the opinion and the signature."""
    blocks = (
        Facts((*head(visit), ("检查目的", visit.purpose))),
        Heading("检查事项"),
        _items(visit),
        Heading("审批意见"),
        Text(part.approval_opinion or "同意。"),
        Facts((("批准人", part.approval_signature),)),
        Signatures(("经办人", "分管领导")),
    )
    return Content(title="行政检查审批表", blocks=blocks)


def notice_content(visit: Visit) -> Content:
    """What the institution is told before the visit."""
    blocks = (
        Text(f"因{visit.purpose}，决定对你单位实施行政检查，现予通知。"),
        Facts(head(visit)),
        Heading("检查事项"),
        _items(visit),
        Heading("告知事项"),
        Text(
            "检查人员应当出示执法证件和检查码；认为检查人员与本单位有利害关系的，可以申请其回避。"
        ),
    )
    return Content(title="行政检查通知书", addressee=visit.printed_name, blocks=blocks)
