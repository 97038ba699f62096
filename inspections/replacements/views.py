"""Doors of replacements."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.models import Inspector
from inspections.draws import permissions
from inspections.draws.models import Seat
from inspections.draws.views import draw_of
from inspections.plans.selectors import candidates
from inspections.replacements import services
from inspections.replacements.forms import ReplaceForm, ReplacementForm
from inspections.replacements.permissions import can_record_replacement
from institutions.models import Institution
from portal.access import Request, demand
from portal.clocks import today
from portal.ui.moves import done

TEMPLATES = "inspections/replacements"


@require_http_methods(["GET", "POST"])
@login_required
def draw_replace(request: Request, pk: int) -> HttpResponse:
    """An absent inspector, or an institution that cannot be visited."""
    draw = draw_of(request, pk)
    demand(permissions.can_replace(request.actor, draw))
    if draw.is_superior:
        told = reverse("draw_record_replacement", args=[pk])
        return redirect(f"{told}?{request.GET.urlencode()}")
    seats = Seat.objects.visible_to(request.actor).filter(draw=draw, ended_at=None)
    rows = Institution.objects.visible_to(request.actor)
    drawn = rows.filter(pk__in=seats.values("institution")).order_by("name")
    slots = [(each.name, str(each)) for each in draw.batch.slots.all()]
    form = ReplaceForm(drawn, slots, request.POST or None, initial=_asked(request))
    if done(form, lambda data: services.replace(draw, **data, actor=request.actor)):
        messages.success(request, _("替换结果已算出，记录已更新。"))
        return redirect(draw)
    return render(request, f"{TEMPLATES}/draw_replace.html", {"draw": draw, "form": form})


def _asked(request: Request) -> dict[str, str]:
    """The visit's page names the seat; what is not a seat of this draw is no choice of the form."""
    return {name: request.GET.get(name, "") for name in ("kind", "institution", "slot")}


@require_http_methods(["GET", "POST"])
@login_required
def draw_record_replacement(request: Request, pk: int) -> HttpResponse:
    """What was decided above, or by the chief, about a seat or an institution."""
    draw, actor = draw_of(request, pk), request.actor
    demand(can_record_replacement(actor, draw))
    held = Seat.objects.visible_to(actor).filter(draw=draw, ended_at=None)
    rows = Institution.objects.visible_to(actor)
    pool = [each.institution.pk for each in candidates(draw.batch, actor) if each.is_in_pool]
    drawn = rows.filter(pk__in=held.values("institution"))
    people = Inspector.objects.visible_to(actor).ready_on(max(draw.for_date, today()))
    here = people.filter(agency__region=draw.batch.plan.region_id)
    choices = {
        "institution": drawn.order_by("name"),
        "inspector": here.order_by("name"),
        "successor": rows.filter(pk__in=pool).exclude(pk__in=drawn).order_by("name"),
    }
    slots = [(each.name, str(each)) for each in draw.batch.slots.all()]
    form = ReplacementForm(slots, choices, request.POST or None, initial=_asked(request))
    act = partial(services.record_replacement, draw, actor=actor)
    if done(form, lambda data: act(**data)):
        messages.success(request, _("替换已登记，检查任务随之变更。"))
        return redirect(draw)
    context = {"draw": draw, "form": form}
    return render(request, f"{TEMPLATES}/draw_record_replacement.html", context)
