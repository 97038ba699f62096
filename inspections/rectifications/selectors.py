"""Orders on desks, in the search and on the institution's page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from inspections.rectifications.choices import WITH_INSTITUTION, OrderState
from inspections.rectifications.models import Order
from inspections.rectifications.permissions import can_issue
from inspections.visits.models import Visit
from inspections.visits.permissions import MAKERS
from institutions.models import Institution
from portal.access import Actor, Role
from portal.clocks.models import Clock
from portal.desk import Hit, WorkItem
from portal.refs import ref

RULE = "D30"
MOST_ON_A_DESK = 50


def clock_of(order: Order, actor: Actor) -> Clock | None:
    """The running period of an order, which everybody who sees the order may see."""
    rows = Clock.objects.visible_to(actor).of(ref(order))
    return rows.filter(rule_code=RULE).select_related("rule", "agency").first()


def work_items(actor: Actor, today: dt.date) -> Iterator[WorkItem]:
    """To verify for the ordering bureau, to decide for its chief, to answer for the institution."""
    rows = Order.objects.visible_to(actor)
    if actor.institution_id is not None:
        mine = rows.filter(institution=actor.institution_id, state__in=WITH_INSTITUTION)
        yield from _items(mine, _("提交整改材料"), _("去提交"))
        return
    if not actor.reads_business or actor.agency_id is None:
        return
    own = rows.filter(agency=actor.agency_id)
    if actor.has(*MAKERS, Role.INSPECTOR):
        yield from _items(own.filter(state=OrderState.SUBMITTED), _("核实整改材料"), _("去核实"))
        late = own.overdue(today)
        yield from _items(late, _("整改逾期，请督促"), _("查看"))
    if actor.has(Role.CHIEF, Role.LEADER):
        asked = Q(extensions__is_granted__isnull=True, extensions__isnull=False)
        yield from _items(own.filter(asked), _("决定整改延期"), _("去决定"))


def _items(rows: Any, title: str, action: str) -> Iterator[WorkItem]:
    for order in rows.order_by("due_on", "pk")[:MOST_ON_A_DESK]:
        yield WorkItem(title, str(order), order.get_absolute_url(), order.due_on, action)


def find_orders(actor: Actor, text: str, limit: int) -> list[Hit]:
    """The global search over orders by the institution's name of their day."""
    rows = Order.objects.visible_to(actor).filter(institution_name__contains=text)
    return [
        Hit(_("责令改正"), str(row), str(row.get_state_display()), row.get_absolute_url())
        for row in rows[:limit]
    ]


def visit_panel(visit: Visit, actor: Actor) -> tuple[str, dict[str, Any]] | None:
    """The orders of a visit, and the door to one more."""
    found = list(Order.objects.visible_to(actor).filter(visit=visit).select_related("agency"))
    may = can_issue(actor, visit) and bool(visit.findings.standing())
    if not found and not may:
        return None
    context = {"visit": visit, "orders": found, "can_issue": may}
    return "inspections/rectifications/part_visit.html", context


def panel(institution: Institution, actor: Actor) -> tuple[str, dict[str, Any]] | None:
    """The latest orders on the institution's page."""
    found = list(Order.objects.visible_to(actor).filter(institution=institution)[:10])
    return ("inspections/rectifications/part_orders.html", {"orders": found}) if found else None
