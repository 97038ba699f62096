"""Pages of publication, and what the public reads."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from penalties.publication import permissions, selectors, services, workflow
from penalties.publication.choices import TONES
from penalties.publication.forms import ApproveForm, PublicationForm
from penalties.publication.models import PenaltyPublication
from penalties.publication.tables import PUBLICATIONS
from portal.access import PUBLIC, Request, demand
from portal.audit.selectors import timeline
from portal.clocks import today
from portal.clocks.selectors import clocks_of
from portal.desk.selectors import panels
from portal.errors import Refused
from portal.lists import list_page
from portal.lists.search import LONGEST_TERM
from portal.refs import ref
from portal.ui.forms import ReasonForm
from portal.workflow import Offer, seen

TEMPLATES = "penalties/publication"
ON_A_PAGE = 20
WITH_REASON = ("return", "correct", "withdraw", "exempt")
WITH_FIELDS = frozenset({"approve"})  # asks on a page of its own, not in the move's dialog


def _row(request: Request, pk: int) -> PenaltyPublication:
    """The work on it is the staff's; others read the public page."""
    if not request.actor.is_staff:
        raise Http404
    rows = PenaltyPublication.objects.visible_to(request.actor)
    related = ("case__agency__region", "case__institution__region", "decision__case")
    return get_object_or_404(rows.select_related(*related), pk=pk)


@require_safe
@login_required
def penalty_publication_list(request: Request) -> HttpResponse:
    return list_page(request, PUBLICATIONS, f"{TEMPLATES}/penalty_publication_list.html")


@require_safe
@login_required
def penalty_publication_detail(request: Request, pk: int) -> HttpResponse:
    """The draft as the public would read it, and every version that went out."""
    row = _row(request, pk)
    offers = _offers(row, request)
    asking = [each for each in offers if each.move.name in WITH_FIELDS and each.allowed]
    context = {
        "row": row,
        "tone": TONES[row.state],
        "content": selectors.content_of(row),
        "versions": row.versions.order_by("-number"),
        "clocks": clocks_of(row, request.actor),
        "today": today(),
        "is_public": row.is_public(today()),
        "asking": [
            (each.move.label, reverse(f"penalty_publication_{each.move.name}", args=[row.pk]))
            for each in asking
        ],
        "offers": [each for each in offers if each not in asking],
        "panels": panels("penalty_publication", row, request.actor),
        "can_edit": row.state == "draft" and permissions.can_draft(request.actor, row),
        "timeline": timeline(ref(row), request.actor),
    }
    return render(request, f"{TEMPLATES}/penalty_publication_detail.html", context)


def _offers(row: PenaltyPublication, request: Request) -> list[Offer]:
    """A repair begins with an application, on a page of its own."""
    offers = workflow.publication.offers(row, request.actor)
    return [offer for offer in offers if offer.move.name != "repair"]


@require_http_methods(["GET", "POST"])
@login_required
def penalty_publication_edit(request: Request, pk: int) -> HttpResponse:
    row = _row(request, pk)
    demand(permissions.can_draft(request.actor, row))
    initial = {name: getattr(row, name) for name in (*services.TEXTS, "version")}
    form = PublicationForm(request.POST or None, initial=initial)
    if form.is_valid():
        texts = dict(form.cleaned_data)
        version = texts.pop("version")
        try:
            services.edit(row, texts=texts, version=version, actor=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("公示内容已保存。"))
            return redirect(row)
    return render(request, f"{TEMPLATES}/penalty_publication_edit.html", {"row": row, "form": form})


@require_POST
@login_required
def penalty_publication_submit(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "submit")


@require_POST
@login_required
def penalty_publication_redraft(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "redraft")


@require_POST
@login_required
def penalty_publication_publish(request: Request, pk: int) -> HttpResponse:
    """Earlier than planned."""
    return _act(request, pk, "publish")


def _act(request: Request, pk: int, name: str) -> HttpResponse:
    """A move without words."""
    row = _row(request, pk)
    _demand(request, row, name)
    seen(row, request.POST.get("seen", ""))
    try:
        if name == "submit":
            services.submit(row, actor=request.actor)
        elif name == "redraft":
            services.redraft(row, actor=request.actor)
        else:
            services.publish(row, on=today(), actor=request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已完成：%(move)s。") % {"move": _label(name)})
    return redirect(row)


def _label(name: str) -> str:
    return str(workflow.publication.moves[name].label)


def _demand(request: Request, row: PenaltyPublication, name: str) -> None:
    can = getattr(permissions, workflow.publication.moves[name].permission)
    demand(can(request.actor, row))


@require_http_methods(["GET", "POST"])
@login_required
def penalty_publication_approve(request: Request, pk: int) -> HttpResponse:
    """The second person's review, with the day on which it comes out."""
    row = _row(request, pk)
    _demand(request, row, "approve")
    form = ApproveForm(
        request.POST or None, initial={"publish_on": today(), "version": row.version}
    )
    if form.is_valid():
        seen(row, request.POST.get("seen", ""))
        try:
            services.approve(row, **form.cleaned_data, on=today(), actor=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("复核通过。"))
            return redirect(row)
    context = {
        "object": row,
        "form": form,
        "move": workflow.publication.moves["approve"],
        "cancel_url": row.get_absolute_url(),
        "content": selectors.content_of(row),
    }
    return render(request, f"{TEMPLATES}/penalty_publication_approve.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def penalty_publication_move(request: Request, pk: int, name: str) -> HttpResponse:
    """A move that needs its reason."""
    row = _row(request, pk)
    _demand(request, row, name)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        seen(row, request.POST.get("seen", ""))
        reason = form.cleaned_data["reason"]
        try:
            if name == "withdraw":
                services.withdraw(row, reason=reason, on=today(), actor=request.actor)
            else:
                services.move(row, name, reason=reason, on=today(), actor=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已完成：%(move)s。") % {"move": _label(name)})
            return redirect(row)
    context = {
        "object": row,
        "form": form,
        "move": workflow.publication.moves[name],
        "cancel_url": row.get_absolute_url(),
    }
    return render(request, f"{TEMPLATES}/penalty_publication_move.html", context)


@require_safe
def public_penalties(request: Request) -> HttpResponse:
    """Every penalty in public, the newest first; no login, no script."""
    term = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST_TERM]
    pages = Paginator(selectors.public_rows(today(), term), ON_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    lines = [selectors.public_line(row) for row in page]
    gone = [] if term else selectors.withdrawals(today())
    context = {"term": term, "page": page, "lines": lines, "withdrawn": gone}
    return render(request, f"{TEMPLATES}/public_penalties.html", context)


@require_safe
def public_penalty(request: Request, pk: int) -> HttpResponse:
    """One penalty with its basis and term; why it was withdrawn; gone when its term is over."""
    gone = selectors.withdrawal_of(pk, today())
    if gone is not None:
        return render(request, f"{TEMPLATES}/public_withdrawal.html", {"row": gone})
    rows = PenaltyPublication.objects.visible_to(PUBLIC).prefetch_related("versions")
    row = get_object_or_404(rows, pk=pk)
    others = PenaltyPublication.objects.visible_to(PUBLIC).filter(decision=row.decision_id)
    context = {
        "line": selectors.public_line(row),
        "terms": [selectors.public_line(each) for each in others.prefetch_related("versions")],
    }
    return render(request, f"{TEMPLATES}/public_penalty.html", context)
