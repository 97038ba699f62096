"""What publications put on desks, on the visit's page and before the public."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from inspections.draws.choices import DRAW_TONES, DrawState
from inspections.draws.models import Draw
from inspections.draws.selectors import counts, record_url
from inspections.plans.choices import PlanState
from inspections.plans.models import Plan
from inspections.publications.choices import PUBLICATION_TONES, PublicationState
from inspections.publications.models import ResultPublication
from inspections.publications.permissions import REVIEWED, can_draft
from inspections.rectifications.models import Order
from inspections.visits.models import Visit
from portal.access import PUBLIC, Actor, Role
from portal.desk import Occasion, WorkItem
from portal.refs import resolve

MOST_ON_A_DESK = 50
MOST_OF_AN_INSTITUTION = 20
NEWEST = 3  # of each kind on the public start page


def public_rows(text: str = "") -> Any:
    """What everybody may read, newest first; ``text`` is a name or a credit code."""
    rows = ResultPublication.objects.visible_to(PUBLIC)
    if len(text) == 18 and text.isalnum():
        return rows.filter(uscc=text.upper())
    return rows.filter(institution_name__contains=text) if text else rows


def start_panel(page: object, actor: Actor) -> tuple[str, Mapping[str, Any]]:
    """The public start page: the newest results, draws and plans."""
    plans = Plan.objects.visible_to(PUBLIC).filter(state=PlanState.PUBLISHED)
    draws = Draw.objects.visible_to(PUBLIC).select_related("batch__plan__region")
    newest = draws.defer("annex_text", "struck_text").order_by("-frozen_at", "-pk")[:NEWEST]
    context = {
        "results": public_rows()[:NEWEST],
        "draws": [(row, counts(row), DRAW_TONES[DrawState(row.state)]) for row in newest],
        "plans": plans.select_related("region").order_by("-published_at", "-pk")[:NEWEST],
    }
    return "inspections/publications/part_start.html", context


def institution_panel(institution: Any, actor: Actor) -> tuple[str, Mapping[str, Any]]:
    """The public page of an institution: its published results, or that there are none."""
    rows = public_rows().filter(visit__institution=institution)[:MOST_OF_AN_INSTITUTION]
    return "inspections/publications/part_institution.html", {"rows": rows}


def occasions(institution: Any, actor: Actor) -> Iterator[Occasion]:
    """Visits, their published results and orders, for the timeline of an institution."""
    if actor.is_public:
        for row in public_rows().filter(visit__institution=institution)[:MOST_OF_AN_INSTITUTION]:
            url = reverse("public_result", args=[row.pk])
            words = f"{row.kind_words} {_('；').join(name for _code, name in row.codes)}"
            yield Occasion(row.visited_on, _("检查"), words, url)
        return
    visits = Visit.objects.visible_to(actor).filter(institution=institution)
    for visit in visits.order_by("-pk")[:MOST_OF_AN_INSTITUTION]:
        on = localtime(visit.opened_at).date() if visit.opened_at else visit.planned_from
        words = f"{visit.get_kind_display()} {visit.get_state_display()}"
        yield Occasion(on, _("检查"), words, visit.get_absolute_url())
    orders = Order.objects.visible_to(actor).filter(institution=institution)
    for order in orders.order_by("-pk")[:MOST_OF_AN_INSTITUTION]:
        yield Occasion(order.issued_on, _("责令改正"), order.demand, order.get_absolute_url())
        if order.closed_on:
            url = order.get_absolute_url()
            yield Occasion(order.closed_on, _("整改完成"), order.demand, url)


def public_draw_of(publication: ResultPublication) -> Draw | None:
    """The draw that chose the institution, once its record is public."""
    visit = publication.visit
    draw = resolve(visit.draw_ref, PUBLIC) if visit.draw_ref else None
    return draw if isinstance(draw, Draw) and record_url(draw) else None


def panel(visit: Visit, actor: Actor) -> tuple[str, Mapping[str, Any]] | None:
    """The editions of a visit's publication, and the door to the first."""
    rows = ResultPublication.objects.visible_to(actor).filter(visit=visit).order_by("-edition")
    found = [(row, PUBLICATION_TONES[PublicationState(row.state)]) for row in rows]
    may = bool(can_draft(actor, visit)) and not found
    if not found and not may:
        return None
    context = {"visit": visit, "publications": found, "can_draft": may}
    return "inspections/publications/part_publication.html", context


def work_items(actor: Actor, today: dt.date) -> Iterator[WorkItem]:
    """Drafts to publish for the chiefs of the bureaus that made the visit."""
    if not (actor.is_bureau and actor.has(Role.CHIEF, Role.LEADER)):
        return
    rows = ResultPublication.objects.visible_to(actor).filter(state=PublicationState.DRAFT)
    own = Visit.objects.visible_to(actor).of_bureau(actor.agency_id).filter(state__in=REVIEWED)
    for row in rows.filter(visit__in=own).order_by("pk")[:MOST_ON_A_DESK]:
        yield WorkItem(_("公示检查结果"), str(row), row.get_absolute_url(), None, _("去公示"))
