"""Doors of publication, inside and for the public."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inspections.publications import permissions, services, workflow
from inspections.publications.choices import PUBLICATION_TONES, PublicationState
from inspections.publications.forms import TextForm
from inspections.publications.models import ResultPublication
from inspections.publications.selectors import public_draw_of, public_rows
from inspections.visits.models import Visit
from portal.access import Request, demand
from portal.audit.selectors import timeline
from portal.errors import Refused
from portal.refs import ref
from portal.ui.forms import ReasonForm
from portal.ui.moves import done, move_page

TEMPLATES = "inspections/publications"
ON_A_PAGE = 20
# Comes with the publication of the corrected edition.
NOT_OFFERED = ("replace",)


def _publication(request: Request, pk: int) -> ResultPublication:
    rows = ResultPublication.objects.visible_to(request.actor)
    return get_object_or_404(rows.select_related("visit__institution"), pk=pk)


@require_safe
@login_required
def publication_detail(request: Request, pk: int) -> HttpResponse:
    """The preview as the public will see it, and what stands against it."""
    publication, actor = _publication(request, pk), request.actor
    offers = workflow.publication.offers(publication, actor) if actor.is_staff else []
    draft = publication.state == PublicationState.DRAFT
    context = {
        "publication": publication,
        "tone": PUBLICATION_TONES[PublicationState(publication.state)],
        "traces": services.traces(publication) if draft and actor.is_staff else [],
        "offers": [each for each in offers if each.move.name not in NOT_OFFERED],
        "can": {
            "edit": permissions.can_edit(actor, publication),
            "correct": permissions.can_correct(actor, publication),
        },
        "timeline": timeline(ref(publication), actor) if actor.is_staff else [],
    }
    return render(request, f"{TEMPLATES}/publication_detail.html", context)


@require_POST
@login_required
def publication_draft(request: Request, pk: int) -> HttpResponse:
    """For the visit with this key."""
    rows = Visit.objects.visible_to(request.actor).select_related("institution")
    visit = get_object_or_404(rows, pk=pk)
    demand(permissions.can_draft(request.actor, visit))
    try:
        made = services.draft(visit, actor=request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(visit)
    messages.success(request, _("公示内容已起草，请核对后公示。"))
    return redirect(made)


@require_http_methods(["GET", "POST"])
@login_required
def publication_edit(request: Request, pk: int) -> HttpResponse:
    publication = _publication(request, pk)
    demand(permissions.can_edit(request.actor, publication))
    initial = {"text": publication.text, "version": publication.version}
    form = TextForm(request.POST or None, initial=initial)
    if done(form, lambda data: services.edit(publication, **data, actor=request.actor)):
        messages.success(request, _("公示内容已保存。"))
        return redirect(publication)
    context = {"publication": publication, "form": form}
    return render(request, f"{TEMPLATES}/publication_edit.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def resultpublication_publish(request: Request, pk: int) -> HttpResponse:
    publication = _publication(request, pk)
    demand(permissions.can_publish(request.actor, publication))
    step = workflow.publication.moves["publish"]
    return move_page(request, publication, step, services.publish, _("检查结果已公示。"))


@require_http_methods(["GET", "POST"])
@login_required
def resultpublication_withdraw(request: Request, pk: int) -> HttpResponse:
    publication = _publication(request, pk)
    demand(permissions.can_publish(request.actor, publication))
    step, told = workflow.publication.moves["withdraw"], _("公示已撤回。")
    return move_page(request, publication, step, services.withdraw, told, form=ReasonForm)


@require_http_methods(["GET", "POST"])
@login_required
def publication_correct(request: Request, pk: int) -> HttpResponse:
    """Draft the next edition, with the reason."""
    publication = _publication(request, pk)
    demand(permissions.can_correct(request.actor, publication))
    form = ReasonForm(request.POST or None)
    made: list[ResultPublication] = []
    if done(form, lambda data: made.append(_correct(publication, data["reason"], request))):
        messages.success(request, _("更正版已起草，请修改后公示。"))
        return redirect(made[0])
    context = {"publication": publication, "form": form}
    return render(request, f"{TEMPLATES}/publication_correct.html", context)


def _correct(publication: ResultPublication, reason: str, request: Request) -> ResultPublication:
    return services.correct(publication, reason=reason, actor=request.actor)


# --- For everybody ----------------------------------------------------------------------------


@require_safe
def public_results(request: Request) -> HttpResponse:
    """Published results, newest first, by name or code."""
    text = request.GET.get("q", "").strip()[:60]
    page = Paginator(public_rows(text), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, f"{TEMPLATES}/public_results.html", {"page": page, "text": text})


@require_safe
def public_result(request: Request, pk: int) -> HttpResponse:
    """One published result; withdrawn and replaced ones are gone from here."""
    rows = public_rows().select_related("visit")
    publication = get_object_or_404(rows, pk=pk)
    context = {"publication": publication, "draw": public_draw_of(publication)}
    return render(request, f"{TEMPLATES}/public_result.html", context)
