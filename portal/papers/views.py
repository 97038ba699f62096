"""Pages of papers."""

from __future__ import annotations

import io

from csp.decorators import csp_replace
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from portal import refs
from portal.access import Request, demand
from portal.audit.selectors import timeline
from portal.errors import Refused
from portal.files.kinds import WORD
from portal.files.services import safe_name, store_upload
from portal.lists import list_page
from portal.papers import permissions, services, workflow
from portal.papers.document import pdf
from portal.papers.forms import NumberForm, ScanForm, SealForm
from portal.papers.models import Paper
from portal.papers.printing import Sheet
from portal.papers.tables import SEALINGS
from portal.papers.templates import word_of
from portal.workflow import seen

FRAMED = {"default-src": ["'none'"], "frame-ancestors": ["'self'"]}


def _paper(request: Request, pk: int) -> Paper:
    rows = Paper.objects.visible_to(request.actor)
    return get_object_or_404(rows.select_related("agency", "corrects", "scan"), pk=pk)


@require_safe
@login_required
def seal_register(request: Request) -> HttpResponse:
    return list_page(request, SEALINGS, "papers/seal_register.html")


@require_safe
@login_required
def paper_detail(request: Request, pk: int) -> HttpResponse:
    paper, actor = _paper(request, pk), request.actor
    context = {
        "paper": paper,
        "subject": refs.resolve(paper.subject_ref, actor),
        "corrections": paper.corrections.visible_to(actor),
        "sealings": paper.sealings.select_related("by__user"),
        "offers": workflow.paper.offers(paper, actor),
        "can_seal": permissions.can_seal(actor, paper),
        "can_attach_scan": permissions.can_attach_scan(actor, paper),
        "timeline": timeline(refs.ref(paper), actor),
    }
    return render(request, "papers/paper_detail.html", context)


@require_safe
@login_required
@xframe_options_sameorigin
@csp_replace(FRAMED)  # type: ignore[arg-type]  # typed for views without arguments
def paper_pdf(request: Request, pk: int) -> FileResponse:
    """The stored bytes of a numbered paper; a draft is made now, with its watermark."""
    paper = _paper(request, pk)
    if paper.is_draft:
        body: io.BufferedIOBase = io.BytesIO(pdf(paper.words, Sheet(paper.agency.name)).body)
    else:
        body = services.bytes_of(paper.pdf_sha256).open("rb")
    name = safe_name(f"{paper}.pdf")
    return FileResponse(body, filename=name, content_type="application/pdf")


@require_safe
@login_required
def paper_docx(request: Request, pk: int) -> FileResponse:
    """As `paper_pdf`, in the agency's Word template."""
    paper = _paper(request, pk)
    if paper.is_draft:
        body: io.BufferedIOBase = io.BytesIO(word_of(paper, Sheet(paper.agency.name)))
    else:
        body = services.bytes_of(paper.docx_sha256).open("rb")
    name = safe_name(f"{paper}.docx")
    return FileResponse(body, as_attachment=True, filename=name, content_type=WORD)


@require_http_methods(["GET", "POST"])
@login_required
def paper_number(request: Request, pk: int) -> HttpResponse:
    paper = _paper(request, pk)
    demand(permissions.can_number(request.actor, paper))
    form = NumberForm(request.POST or None, initial={"seen": paper.state})
    if form.is_valid():
        seen(paper, form.cleaned_data["seen"])
        try:
            paper = services.number(paper, on=form.cleaned_data["on"], actor=request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            words = {"number": paper.number}
            messages.success(request, _("已编号：%(number)s。") % words)
            return redirect(paper)
    context = {
        "object": paper,
        "form": form,
        "move": workflow.paper.moves["number"],
        "cancel_url": paper.get_absolute_url(),
    }
    return render(request, "papers/paper_number.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def paper_seal(request: Request, pk: int) -> HttpResponse:
    paper = _paper(request, pk)
    demand(permissions.can_seal(request.actor, paper))
    form = SealForm(request.POST or None)
    if form.is_valid():
        try:
            services.seal(paper, **form.cleaned_data, actor=request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("用印已登记。"))
            return redirect(paper)
    return render(request, "papers/paper_seal.html", {"paper": paper, "form": form})


@require_http_methods(["GET", "POST"])
@login_required
def paper_scan(request: Request, pk: int) -> HttpResponse:
    paper = _paper(request, pk)
    demand(permissions.can_attach_scan(request.actor, paper))
    form = ScanForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            upload, about = form.cleaned_data["file"], refs.ref(paper)
            file = store_upload(upload, purpose="scan", actor=request.actor, subject_ref=about)
            services.attach_scan(paper, file=file, actor=request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("扫描件已归入文书。"))
            return redirect(paper)
    return render(request, "papers/paper_scan.html", {"paper": paper, "form": form})
