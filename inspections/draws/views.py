"""Doors of preparing a draw, of its record, and of what everybody may see of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inspections.draws import permissions, selectors, services, workflow
from inspections.draws.choices import DRAW_TONES, OPEN_STATES, DrawState, Sitting
from inspections.draws.forms import ExcludeForm, OpenForm, StrikeForm
from inspections.draws.models import Draw
from inspections.draws.tables import DRAWS
from inspections.plans.models import Batch
from institutions.models import Institution
from portal.access import PUBLIC, Request, demand
from portal.audit.selectors import timeline
from portal.errors import Refused
from portal.lists import list_page
from portal.refs import ref
from portal.workflow import seen

TEMPLATES = "inspections/draws"
SCRIPT = Path(settings.BASE_DIR) / "deploy" / "verify_draw.py"
ORDER = (DrawState.DRAFT, DrawState.FROZEN, DrawState.COMMITTED, DrawState.REVEALED)
WHOLE = (
    "imported",
    "batch__plan__region",
    "batch__plan__initiating__superior",
    "batch__plan__cooperating__superior",
)


def draw_of(request: Request, pk: int) -> Draw:
    """A draw that the actor sees inside; 404 for everybody else."""
    rows = Draw.objects.visible_to(request.actor).visible_inside(request.actor)
    return get_object_or_404(rows.select_related(*WHOLE), pk=pk)


def _shown(request: Request, pk: int) -> Draw:
    """A draw of which the actor sees at least what everybody does."""
    return get_object_or_404(Draw.objects.visible_to(request.actor).select_related(*WHOLE), pk=pk)


@require_safe
@login_required
def draw_list(request: Request) -> HttpResponse:
    return list_page(request, DRAWS, f"{TEMPLATES}/draw_list.html")


@require_safe
@login_required
def draw_detail(request: Request, pk: int) -> HttpResponse:
    draw, actor = _shown(request, pk), request.actor
    if not permissions.can_see_annex(actor, draw):
        return redirect("public_draw", pk)  # what everybody sees of it
    names = {each.party: each for each in draw.commitments.select_related("post__user")}
    context: dict[str, Any] = {
        "draw": draw,
        "tone": DRAW_TONES[DrawState(draw.state)],
        "steps": step_labels(),
        "step": step_of(draw),
        "turns": selectors.turns(draw),
        "counts": selectors.counts(draw),
        "parties": [
            (agency, party, names.get(party)) for party, agency in permissions.parties(draw).items()
        ],
        "party": permissions.party_of(draw, actor.agency_id),
        "visits": selectors.drawn(draw, actor),
        "strikes": draw.strikes.all(),
        "exclusions": draw.exclusions.select_related("institution"),
        "replacements": draw.replacements.select_related("institution"),
        "versions": draw.versions.defer("text"),
        "offers": _offers(draw, request),
        "can": _can(draw, request),
        "pool": selectors.frame_of(draw, actor) if draw.state == DrawState.DRAFT else None,
        "timeline": timeline(ref(draw), actor),
    }
    return render(request, f"{TEMPLATES}/draw_detail.html", context)


def step_labels() -> list[str]:
    return [_("准备"), _("冻结"), _("承诺"), _("揭示"), _("抽取"), _("公开")]


def step_of(draw: Draw) -> int:
    """The number of the step that is due, from 1; 7 when all are done."""
    if draw.state in ORDER:
        return ORDER.index(DrawState(draw.state)) + 2 - (draw.state == DrawState.DRAFT)
    return 6 if draw.state == DrawState.EXECUTED else 7


def _offers(draw: Draw, request: Request) -> list[Any]:
    """Commitments and reveals have pages of their own; the rest are the workflow's buttons."""
    offers = workflow.draw.offers(draw, request.actor)
    if draw.sitting == Sitting.TOGETHER and draw.state != DrawState.REVEALED:
        offers = [each for each in offers if each.move.name != "execute"]
    return [each for each in offers if each.move.name not in {"commit", "reveal"}]


def _can(draw: Draw, request: Request) -> dict[str, bool]:
    """Which acts of the present step the page offers."""
    part = bool(permissions.can_take_part(request.actor, draw))
    mine = draw.commitments.filter(
        party=permissions.party_of(draw, request.actor.agency_id)
    ).first()
    together = draw.sitting == Sitting.TOGETHER
    frozen, committed = draw.state == DrawState.FROZEN, draw.state == DrawState.COMMITTED
    return {
        "exclude": draw.state == DrawState.DRAFT
        and bool(permissions.can_prepare(request.actor, draw)),
        "strike": frozen and part and not draw.commitments.exists(),
        "sit": part and together and frozen,
        "commit": part and not together and frozen and mine is None,
        "reveal": part and committed and mine is not None and not mine.secret,
        "watch": draw.state in OPEN_STATES,
        "replace": bool(permissions.can_replace(request.actor, draw)),
        "annex": bool(permissions.can_see_annex(request.actor, draw)),
    }


@require_http_methods(["GET", "POST"])
@login_required
def draw_create(request: Request, pk: int) -> HttpResponse:
    """Open an attempt at the draw of a batch."""
    rows = Batch.objects.visible_to(request.actor).select_related("plan__region")
    batch = get_object_or_404(rows, pk=pk)
    demand(permissions.can_open(request.actor, batch))
    form = OpenForm(request.POST or None, initial={"for_date": batch.starts_on})
    if form.is_valid():
        try:
            draw = services.open_draw(batch, **form.cleaned_data, actor=request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("已开启抽取：请核对名录后冻结。"))
            return redirect(draw)
    return render(request, f"{TEMPLATES}/draw_create.html", {"batch": batch, "form": form})


@require_http_methods(["GET", "POST"])
@login_required
def draw_exclude(request: Request, pk: int) -> HttpResponse:
    draw = draw_of(request, pk)
    demand(permissions.can_prepare(request.actor, draw))
    inside = [each.institution.pk for each in selectors.frame_of(draw, request.actor).inside]
    choices = Institution.objects.visible_to(request.actor).filter(pk__in=inside).order_by("name")
    form = ExcludeForm(choices, request.POST or None)
    if form.is_valid():
        try:
            services.exclude(draw, **form.cleaned_data, actor=request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("已列为不抽取。"))
            return redirect(draw)
    return render(request, f"{TEMPLATES}/draw_exclude.html", {"draw": draw, "form": form})


@require_http_methods(["GET", "POST"])
@login_required
def draw_freeze(request: Request, pk: int) -> HttpResponse:
    """Says what a freeze means, then freezes the pool as it is at that moment."""
    draw = draw_of(request, pk)
    demand(permissions.can_prepare(request.actor, draw))
    if request.method == "POST":
        seen(draw, request.POST.get("seen", ""))
        try:
            services.freeze(draw, actor=request.actor)
        except Refused as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("名录已冻结，校验值已公开。"))
        return redirect(draw)
    context = {
        "object": draw,
        "move": workflow.draw.moves["freeze"],
        "cancel_url": draw.get_absolute_url(),
        "pool": selectors.frame_of(draw, request.actor),
    }
    return render(request, f"{TEMPLATES}/draw_freeze.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def draw_strike(request: Request, pk: int) -> HttpResponse:
    draw = draw_of(request, pk)
    demand(permissions.can_take_part(request.actor, draw))
    usccs = [each["id"] for each in draw.public.get("institutions", [])]
    rows = Institution.objects.visible_to(request.actor).filter(uscc__in=usccs)
    form = StrikeForm(list(rows.values_list("uscc", "name")), request.POST or None)
    if form.is_valid():
        try:
            services.strike(draw, **form.cleaned_data, actor=request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("已剔除；首次承诺后剔除名单关闭。"))
            return redirect(draw)
    return render(request, f"{TEMPLATES}/draw_strike.html", {"draw": draw, "form": form})


# --- Files ------------------------------------------------------------------------------------


@require_safe
@login_required
def draw_record(request: Request, pk: int) -> HttpResponse:
    """The record for those who see it at once; the annex stays a file of its own."""
    draw = draw_of(request, pk)
    return _json_file(draw.record_text, f"{draw.draw_id}-{draw.attempt}.json")


@require_safe
@login_required
def draw_annex(request: Request, pk: int) -> HttpResponse:
    draw = draw_of(request, pk)
    demand(permissions.can_see_annex(request.actor, draw))
    return _json_file(draw.annex_text, f"{draw.draw_id}-{draw.attempt}-annex.json")


@require_safe
@login_required
def draw_verify(request: Request, pk: int) -> HttpResponse:
    """Every step of the record computed again by this platform, in the reader's language."""
    draw = draw_of(request, pk)
    if not draw.record_text:
        raise Http404
    steps = selectors.verified(draw)
    context = {"draw": draw, "steps": steps, "holds": all(each.ok for each in steps)}
    return render(request, f"{TEMPLATES}/draw_verify.html", context)


def _json_file(text: str, name: str) -> HttpResponse:
    if not text:
        raise Http404
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# --- Everybody --------------------------------------------------------------------------------


@require_safe
def public_draws(request: Request) -> HttpResponse:
    draws = Draw.objects.visible_to(PUBLIC).select_related("batch__plan__region", "imported")
    draws = draws.defer("annex_text", "struck_text").order_by("-opened_at", "-pk")[:200]
    found = [(each, selectors.counts(each), DRAW_TONES[DrawState(each.state)]) for each in draws]
    return render(request, f"{TEMPLATES}/public_draws.html", {"draws": found})


@require_safe
def public_draw(request: Request, pk: int) -> HttpResponse:
    """Hashes and counts at once; the record after the batch's last visit."""
    rows = Draw.objects.visible_to(PUBLIC).select_related(*WHOLE)
    draw = get_object_or_404(rows, pk=pk)
    context = {
        "draw": draw,
        "tone": DRAW_TONES[DrawState(draw.state)],
        "counts": selectors.counts(draw),
        "commitments": draw.commitments.all(),
        "versions": draw.versions.defer("text"),
        "record_url": selectors.record_url(draw),
        "names": selectors.shown_names(draw),
    }
    return render(request, f"{TEMPLATES}/public_draw.html", context)


@require_safe
def verify_draw_script(request: Request) -> FileResponse:
    """The stand-alone verifier, a second implementation that needs nothing but Python."""
    return FileResponse(SCRIPT.open("rb"), as_attachment=True, content_type="text/x-python")


@require_safe
def public_draw_record(request: Request, pk: int) -> HttpResponse:
    draw = get_object_or_404(Draw.objects.visible_to(PUBLIC).select_related("batch"), pk=pk)
    if selectors.record_url(draw) is None:
        raise Http404
    return _json_file(draw.record_text, f"{draw.draw_id}-{draw.attempt}.json")
