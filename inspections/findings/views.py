"""Doors on site: arrival, the checklist on a phone, findings, evidence."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inspections.findings import permissions as own
from inspections.findings import selectors, services
from inspections.findings.choices import SEVERITY_TONES, ItemValue, Severity
from inspections.findings.forms import (
    ArrivalForm,
    EvidenceForm,
    FindingEditForm,
    FindingForm,
    LeadForm,
)
from inspections.findings.models import Evidence, Finding
from inspections.findings.selectors import Card
from inspections.visits import permissions, workflow
from inspections.visits.models import Visit
from portal.access import Request, demand
from portal.audit.selectors import timeline
from portal.desk.selectors import panels
from portal.errors import Refused
from portal.refs import ref
from portal.ui.forms import ReasonForm
from portal.ui.moves import done, move_page

TEMPLATES = "inspections/findings"
VALUES = [value for value in ItemValue if value]


def _visit(request: Request, pk: int) -> Visit:
    rows = Visit.objects.visible_to(request.actor)
    rows = rows.select_related("institution", "initiating__region", "cooperating", "site__region")
    return get_object_or_404(rows.select_related("batch__plan__region"), pk=pk)


def _finding(request: Request, pk: int) -> Finding:
    rows = Finding.objects.visible_to(request.actor)
    rows = rows.select_related("visit__institution", "visit__initiating", "matter", "agency")
    return get_object_or_404(rows.select_related("point"), pk=pk)


@require_http_methods(["GET", "POST"])
@login_required
def visit_open(request: Request, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    demand(permissions.can_open(request.actor, visit))
    place = visit.site.address if visit.site else visit.institution.address
    options = {"initial": {"place": place}}
    step, told = workflow.visit.moves["open"], _("已登记到场，可以开始检查。")
    return move_page(request, visit, step, services.arrive, told, form=ArrivalForm, options=options)


# --- The checklist ----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@login_required
def visit_check(request: Request, pk: int) -> HttpResponse:
    """One card for each point. Without scripts one button saves them all."""
    visit = _visit(request, pk)
    demand(permissions.can_inspect(request.actor, visit))
    cards = selectors.cards(visit, request.actor)
    if request.method == "POST" and _save_all(request, visit, cards):
        messages.success(request, _("检查表已保存。"))
        return redirect(visit)
    unchecked = sum(not card.value for card in cards)
    context = {"visit": visit, "cards": cards, "values": VALUES, "unchecked": unchecked}
    return render(request, f"{TEMPLATES}/visit_check.html", context)


@require_POST
@login_required
def visit_check_item(request: Request, pk: int, point: int) -> HttpResponse:
    """Saves one card by itself and says so; a refusal stands in the card."""
    visit = _visit(request, pk)
    demand(permissions.can_inspect(request.actor, visit))
    cards = [each for each in selectors.cards(visit, request.actor) if each.row.point_id == point]
    if not cards:
        return HttpResponse(status=404)
    saved = _save_all(request, visit, cards)
    context = {"card": cards[0], "saved": saved}
    return render(request, f"{TEMPLATES}/part_saved.html", context)


def _save_all(request: Request, visit: Visit, cards: list[Card]) -> bool:
    """Save every card that changed; True when none was refused."""
    for card in cards:
        _read(card, request)
        if card.error or (card.value, card.remark) == (card.row.value, card.row.remark):
            continue
        try:
            card.row = services.set_item(
                visit, card.row.point, value=card.value, remark=card.remark, actor=request.actor
            )
        except Refused as refusal:
            card.error = str(refusal)
    return not any(card.error for card in cards)


def _read(card: Card, request: Request) -> None:
    key = card.row.point_id
    value = request.POST.get(f"value_{key}", card.value)
    card.value = value if value in ItemValue.values else card.value
    remark = request.POST.get(f"remark_{key}", card.remark).strip()[:500]
    card.remark = remark.replace("\0", "")
    if card.remark != remark:
        card.error = _("说明中有不能保存的空字符，已去掉，请核对后再保存。")


# --- Findings ---------------------------------------------------------------------------------


@require_safe
@login_required
def finding_detail(request: Request, pk: int) -> HttpResponse:
    finding, actor = _finding(request, pk), request.actor
    staff = actor.is_staff
    context = {
        "finding": finding,
        "tone": SEVERITY_TONES[Severity(finding.severity)],
        "evidence": Evidence.objects.visible_to(actor)
        .filter(finding=finding)
        .select_related("file"),
        "can": {
            "edit": own.can_edit(actor, finding),
            "link": own.can_link(actor, finding),
        },
        "panels": panels("finding", finding, actor),
        "timeline": timeline(ref(finding), actor) if staff else [],
    }
    return render(request, f"{TEMPLATES}/finding_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def finding_create(request: Request, pk: int) -> HttpResponse:
    visit = _visit(request, pk)
    demand(permissions.can_inspect(request.actor, visit))
    asked = request.GET.get("point", "")
    initial = {"point": int(asked) if asked.isdecimal() else None}
    form = FindingForm(visit, request.actor, request.POST or None, initial=initial)
    made: list[Finding] = []
    if done(form, lambda data: made.append(_add(visit, data, request))):
        messages.success(request, _("问题已记录，可以添加证据。"))
        return redirect(made[0])
    context = {"visit": visit, "form": form, "title": _("记录问题")}
    return render(request, f"{TEMPLATES}/finding_form.html", context)


def _add(visit: Visit, data: dict[str, Any], request: Request) -> Finding:
    return services.add_finding(visit, **data, actor=request.actor)


@require_http_methods(["GET", "POST"])
@login_required
def finding_edit(request: Request, pk: int) -> HttpResponse:
    finding = _finding(request, pk)
    demand(own.can_edit(request.actor, finding))
    form = FindingEditForm.of(finding, request.actor, request.POST or None)
    if done(form, lambda data: services.edit_finding(finding, **data, actor=request.actor)):
        messages.success(request, _("问题已保存。"))
        return redirect(finding)
    context = {"visit": finding.visit, "form": form, "title": _("修改问题")}
    return render(request, f"{TEMPLATES}/finding_form.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def finding_drop(request: Request, pk: int) -> HttpResponse:
    finding = _finding(request, pk)
    demand(own.can_edit(request.actor, finding))
    form = ReasonForm(request.POST or None)
    if done(form, lambda data: services.drop_finding(finding, **data, actor=request.actor)):
        messages.success(request, _("问题已撤销。"))
        return redirect(finding)
    context = {"visit": finding.visit, "form": form, "title": _("撤销问题")}
    return render(request, f"{TEMPLATES}/finding_form.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def finding_link(request: Request, pk: int) -> HttpResponse:
    """Note the lead by which a finding went to another department."""
    finding = _finding(request, pk)
    demand(own.can_link(request.actor, finding))
    form = LeadForm(request.POST or None)
    if done(form, lambda data: services.link_lead(finding, **data, actor=request.actor)):
        messages.success(request, _("已关联线索。"))
        return redirect(finding)
    context = {"visit": finding.visit, "form": form, "title": _("转线索")}
    return render(request, f"{TEMPLATES}/finding_form.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def evidence_add(request: Request, pk: int) -> HttpResponse:
    """A photo from the camera, or a file; for the point or finding that the address names."""
    visit = _visit(request, pk)
    demand(permissions.can_inspect(request.actor, visit))
    asked = {name: request.GET.get(name, "") for name in ("point", "finding")}
    initial = {name: int(key) for name, key in asked.items() if key.isdecimal()}
    first = {"place": visit.place, **initial}
    form = EvidenceForm(
        visit, request.actor, request.POST or None, request.FILES or None, initial=first
    )
    if done(form, lambda data: services.add_evidence(visit, **data, actor=request.actor)):
        messages.success(request, _("证据已保存。"))
        back = reverse("visit_check", args=[visit.pk])
        point = form.cleaned_data["point"]
        return redirect(f"{back}#point-{point.pk}" if point else visit.get_absolute_url())
    return render(request, f"{TEMPLATES}/evidence_add.html", {"visit": visit, "form": form})
