"""Pages where an agency says how its numbers look and which Word templates it uses."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access import Request, demand
from portal.clocks import today
from portal.errors import Conflict, Refused
from portal.files.kinds import WORD
from portal.files.services import store_upload
from portal.papers import numbering, permissions, templates
from portal.papers.forms import SeriesForm, TemplateForm
from portal.papers.kinds import PaperKind, registered_kinds
from portal.papers.models import PaperSeries, PaperTemplate
from portal.papers.word import default_template


@dataclass(frozen=True, slots=True)
class Setting:
    """One kind of paper as this agency numbers and prints it."""

    kind: PaperKind
    following: str
    template: PaperTemplate | None


def _agency(request: Request) -> Any:
    agencies = apps.get_model(settings.AGENCY_MODEL)._default_manager.get_queryset()
    return get_object_or_404(agencies.visible_to(request.actor), pk=request.actor.agency_id)


def _kind(code: str) -> PaperKind:
    found = {each.code: each for each in registered_kinds()}.get(code)
    if found is None:
        raise Http404
    return found


def _counter(request: Request, kind: PaperKind, agency: Any) -> PaperSeries:
    """The counter of this year, made on its first use; shown unsaved until then."""
    year = today().year
    rows = PaperSeries.objects.visible_to(request.actor).filter(series=kind.series)
    now = rows.filter(year=year).first()
    before = rows.first()
    return now or numbering.fresh_counter(agency, kind.series, year, before)


@require_safe
@login_required
def paper_settings(request: Request) -> HttpResponse:
    demand(permissions.can_set_up(request.actor))
    agency = _agency(request)
    own = PaperTemplate.objects.visible_to(request.actor).in_use().select_related("file")
    in_use = {each.kind: each for each in own}
    found = [
        Setting(kind, _following(_counter(request, kind, agency), agency), in_use.get(kind.code))
        for kind in registered_kinds()
    ]
    return render(request, "papers/paper_settings.html", {"agency": agency, "settings": found})


def _following(counter: PaperSeries, agency: Any) -> str:
    try:
        return numbering.text_of(counter, agency, counter.last + 1)
    except Refused as reason:
        return str(reason)


@require_http_methods(["GET", "POST"])
@login_required
def paper_series_edit(request: Request, kind: str) -> HttpResponse:
    demand(permissions.can_set_up(request.actor))
    found, agency = _kind(kind), _agency(request)
    form = SeriesForm(_counter(request, found, agency), request.POST or None)
    if form.is_valid():
        facts = form.cleaned_data
        counter = numbering.series_of(agency, found.series, today().year)
        if counter.last != facts.pop("before"):
            raise Conflict(_("刚有新的文号编出"))
        try:
            numbering.set_series(counter, **facts, actor=request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("文号设置已保存，自下一号起适用。"))
            return redirect("paper_settings")
    return render(request, "papers/paper_series_edit.html", {"kind": found, "form": form})


@require_http_methods(["GET", "POST"])
@login_required
def paper_template_upload(request: Request, kind: str) -> HttpResponse:
    demand(permissions.can_set_up(request.actor))
    found, agency = _kind(kind), _agency(request)
    form = TemplateForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            upload = form.cleaned_data["file"]
            file = store_upload(upload, purpose="paper_template", actor=request.actor)
            templates.use_template(found.code, file=file, agency=agency, actor=request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("模板已启用，自下一份编号的文书起适用。"))
            return redirect("paper_settings")
    return render(request, "papers/paper_template_upload.html", {"kind": found, "form": form})


@require_POST
@login_required
def paper_template_end(request: Request, kind: str) -> HttpResponse:
    demand(permissions.can_set_up(request.actor))
    rows = PaperTemplate.objects.visible_to(request.actor).in_use()
    templates.end_template(get_object_or_404(rows, kind=kind), actor=request.actor)
    messages.success(request, _("已恢复使用默认模板。"))
    return redirect("paper_settings")


@require_safe
@login_required
def paper_template_default(request: Request) -> FileResponse:
    """Our template, to start one's own from."""
    demand(permissions.can_set_up(request.actor))
    body = io.BytesIO(default_template())
    name = _("文书默认模板.docx")
    return FileResponse(body, as_attachment=True, filename=name, content_type=WORD)
