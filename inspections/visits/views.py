"""Doors of visits: the list, one visit with what the rooms above know of it, its early moves."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inspections.visits import permissions, services, workflow
from inspections.visits.choices import BEFORE_ARRIVAL, TEAM_OPEN, VISIT_TONES, VisitState
from inspections.visits.forms import ApprovalForm, NoticeForm
from inspections.visits.models import Visit
from inspections.visits.selectors import (
    draw_of,
    items_of,
    members_of,
    parts_of,
    team_faults,
    vacant_slots,
)
from inspections.visits.tables import VISITS
from portal.access import Actor, Request, demand
from portal.audit.selectors import timeline
from portal.clocks import today
from portal.clocks.selectors import clocks_of
from portal.desk.selectors import panels
from portal.lists import list_page
from portal.refs import ref
from portal.ui.forms import ReasonForm
from portal.ui.moves import move_page

TEMPLATES = "inspections/visits"
NOT_OFFERED = ("sign", "record_outcome")  # by the last signature, and from the checklist
WITH_FIELDS = ("approve", "notify", "open", "record", "review")  # links to pages of their own


def _visit(request: Request, pk: int) -> Visit:
    rows = Visit.objects.visible_to(request.actor)
    rows = rows.select_related(
        "institution", "initiating__region", "cooperating", "site__region", "batch__plan__region"
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
@login_required
def visit_list(request: Request) -> HttpResponse:
    can = {"create": permissions.can_create(request.actor)}
    return list_page(request, VISITS, f"{TEMPLATES}/visit_list.html", {"can": can})


@require_safe
@login_required
def visit_detail(request: Request, pk: int) -> HttpResponse:
    """Head and team; findings, record, orders and results come as panels of the rooms above."""
    visit, actor = _visit(request, pk), request.actor
    staff = permissions.sees_inside(actor, visit) and actor.is_staff
    inside = staff or actor.institution_id == visit.institution_id  # others see the head alone
    context = {
        "visit": visit,
        "tone": VISIT_TONES[VisitState(visit.state)],
        "items": items_of(visit) if inside else [],
        "inside": inside,
        "can": {
            "edit": permissions.can_edit(actor, visit),
            "team": permissions.can_change_team(actor, visit),
            "add": permissions.can_add_member(actor, visit),
            "recuse": visit.state in TEAM_OPEN and permissions.is_recuser(actor, visit),
            "inspect": permissions.can_inspect(actor, visit),
        },
        "staff": staff,
        "panels": panels("visit", visit, actor),
        "today": today(),
        "offers": [],
        **(_inside(visit, actor) if staff else {}),
    }
    return render(request, f"{TEMPLATES}/visit_detail.html", context)


def _inside(visit: Visit, actor: Actor) -> dict[str, Any]:
    """What the staff that sees the visit whole finds on its page besides."""
    offers = workflow.visit.offers(visit, actor)
    asking = [each for each in offers if each.move.name in WITH_FIELDS]
    waiting = visit.state in BEFORE_ARRIVAL
    return {
        "parts": parts_of(visit),
        "members": members_of(visit),
        "faults": team_faults(visit, visit.planned_from) if waiting else [],
        "draw": draw_of(visit),
        "vacant": vacant_slots(visit),
        "offers": [each for each in offers if each.move.name not in (*NOT_OFFERED, *WITH_FIELDS)],
        "asking": [
            (each.move.label, reverse(f"visit_{each.move.name}", args=[visit.pk]))
            for each in asking
            if each.allowed
        ],
        "blocked": [(each.move.label, each.why_not) for each in asking if not each.allowed],
        "clocks": clocks_of(visit, actor),
        "timeline": timeline(ref(visit), actor),
    }


@require_http_methods(["GET", "POST"])
@login_required
def visit_submit(request: Request, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    demand(permissions.can_edit(request.actor, visit))
    step = workflow.visit.moves["submit"]
    return move_page(request, visit, step, services.submit, _("检查任务已提交审批。"))


@require_http_methods(["GET", "POST"])
@login_required
def visit_approve(request: Request, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    demand(permissions.can_approve(request.actor, visit))
    step = workflow.visit.moves["approve"]
    return move_page(request, visit, step, services.approve, _("已批准。"), form=ApprovalForm)


@require_http_methods(["GET", "POST"])
@login_required
def visit_return(request: Request, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    demand(permissions.can_approve(request.actor, visit))
    step = workflow.visit.moves["return"]
    return move_page(request, visit, step, services.return_visit, _("已退回。"), form=ReasonForm)


@require_http_methods(["GET", "POST"])
@login_required
def visit_notify(request: Request, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    demand(permissions.can_notify(request.actor, visit))
    step, told = workflow.visit.moves["notify"], _("已登记通知，被检查机构可以看到检查安排。")
    options = {"initial": {"on": today()}}
    return move_page(request, visit, step, services.notify, told, form=NoticeForm, options=options)


@require_http_methods(["GET", "POST"])
@login_required
def visit_waive_notice(request: Request, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    demand(permissions.can_notify(request.actor, visit))
    step, told = workflow.visit.moves["waive_notice"], _("已登记不预先通知的理由。")
    return move_page(request, visit, step, services.waive_notice, told, form=ReasonForm)


@require_http_methods(["GET", "POST"])
@login_required
def visit_cancel(request: Request, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    demand(permissions.can_cancel(request.actor, visit))
    step = workflow.visit.moves["cancel"]
    return move_page(request, visit, step, services.cancel, _("检查已取消。"), form=ReasonForm)
