"""责令改正通知书: the order as it is served."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from inspections.rectifications.models import Order
from inspections.visits.rules import printed_name
from portal.access import Actor
from portal.papers.content import Content, Facts, Heading, Items, Text
from portal.papers.printing import chinese_date

ORDER = "rectification_order"


def for_all_who_see(subjects: QuerySet[Any, Any], actor: Actor) -> QuerySet[Any, Any]:
    """Whoever sees the order, the institution first of all."""
    return subjects


def order_content(order: Order) -> Content:
    """Facts, basis, what is demanded until when, and the remedies (处罚法 art. 28: 责令改正)."""
    name = printed_name(order.institution_name, order.institution.name)
    facts = tuple(
        f"{each.facts}（违反：{each.matter.title}；依据：{each.basis}）"
        for each in order.findings.select_related("matter")
    )
    rows = (
        ("当事人", name),
        ("统一社会信用代码", order.institution.uscc),
        ("整改期限", chinese_date(order.due_on)),
    )
    blocks = (
        Facts(rows),
        Heading("存在的问题"),
        Items(facts),
        Heading("整改要求"),
        Text(order.demand),
        Heading("救济途径"),
        Text("如不服本责令，可以自收到之日起六十日内申请行政复议，或者六个月内提起行政诉讼。"),
    )
    return Content(title="责令改正通知书", addressee=name, blocks=blocks)
