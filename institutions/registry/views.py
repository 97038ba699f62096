"""Pages of the register for staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import Region
from institutions.registry import permissions, services
from institutions.registry.forms import (
    CreateForm,
    EditForm,
    MergeForm,
    RenameForm,
    SiteEndForm,
    SiteForm,
    StatusForm,
)
from institutions.registry.models import Institution, Site
from institutions.registry.selectors import (
    PUBLIC_HITS,
    SHORTEST_TERM,
    institution_page,
    public_search,
)
from institutions.registry.tables import INSTITUTIONS
from portal.access import PUBLIC, Request, demand
from portal.audit.selectors import timeline
from portal.clocks import today
from portal.desk.selectors import occasions, panels
from portal.errors import Refused
from portal.lists import list_page
from portal.lists.search import LONGEST_TERM
from portal.refs import ref


@require_safe
@login_required
def institution_list(request: Request) -> HttpResponse:
    can = {"create": permissions.can_create(request.actor)}
    template = "institutions/registry/institution_list.html"
    return list_page(request, INSTITUTIONS, template, {"can": can})


@require_safe
@login_required
def institution_detail(request: Request, pk: int) -> HttpResponse:
    actor = request.actor
    if actor.is_public:
        raise PermissionDenied(_("您的账号目前没有有效岗位。请联系本单位的系统管理员。"))
    rows = Institution.objects.visible_to(actor).select_related("region", "merged_into")
    institution = get_object_or_404(rows, pk=pk)
    page = institution_page(institution, actor, today())
    context = {
        "page": page,
        "institution": institution,
        "can": {
            "edit": permissions.can_edit(actor, institution),
            "merge": permissions.can_merge(actor, institution),
        },
        "panels": panels("institution", institution, actor),
        "occasions": occasions(institution, actor),
        "entries": timeline(ref(institution), actor) if page.sees_inside else [],
    }
    return render(request, "institutions/registry/institution_detail.html", context)


# What a link may fill in: the roster's matching queue knows these of a new institution.
GIVEN = ("uscc", "name", "address", "filing_number")


@require_http_methods(["GET", "POST"])
@login_required
def institution_create(request: Request) -> HttpResponse:
    demand(permissions.can_create(request.actor))
    here = Region.objects.filter(path=request.actor.region).first()
    given = {name: request.GET[name] for name in GIVEN if name in request.GET}
    form = CreateForm(request.POST or None, initial={"region": here, **given})
    similar: list[dict[str, Any]] = []
    known = None
    if form.is_valid():
        try:
            institution = services.create_institution(**form.cleaned_data, actor=request.actor)
        except Refused as refusal:
            similar = refusal.details if refusal.code == "similar" else []
            known = refusal.details["institution"] if refusal.code == "uscc_taken" else None
            form.add_error("reason" if similar else "uscc", str(refusal))
        else:
            messages.success(request, _("%(name)s 已登记。") % {"name": institution})
            return redirect(institution)
    context = {"form": form, "similar": similar, "known": known}
    return render(request, "institutions/registry/institution_create.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def institution_edit(request: Request, pk: int) -> HttpResponse:
    institution = _editable(request, pk)
    form = EditForm.of(institution, request.POST or None)
    if form.is_valid():
        services.edit_institution(institution, **form.cleaned_data, actor=request.actor, on=today())
        messages.success(request, _("%(name)s 的信息已更新。") % {"name": institution})
        return redirect(institution)
    return _form_page(request, "institution_edit", form, institution)


@require_http_methods(["GET", "POST"])
@login_required
def institution_rename(request: Request, pk: int) -> HttpResponse:
    institution = _editable(request, pk)
    start = {"until_on": today(), "version": institution.version}
    form = RenameForm(request.POST or None, initial=start)
    if form.is_valid() and _done(
        form, lambda data: services.rename(institution, **data, actor=request.actor)
    ):
        messages.success(request, _("已更名为 %(name)s。") % {"name": institution})
        return redirect(institution)
    return _form_page(request, "institution_rename", form, institution)


@require_http_methods(["GET", "POST"])
@login_required
def institution_status(request: Request, pk: int) -> HttpResponse:
    institution = _editable(request, pk)
    start = {"status": institution.status, "version": institution.version}
    form = StatusForm(request.POST or None, initial=start)
    if form.is_valid() and _done(
        form, lambda data: services.change_status(institution, **data, actor=request.actor)
    ):
        messages.success(request, _("%(name)s 的状态已更新。") % {"name": institution})
        return redirect(institution)
    return _form_page(request, "institution_status", form, institution)


@require_http_methods(["GET", "POST"])
@login_required
def institution_merge(request: Request, pk: int) -> HttpResponse:
    institution = _visible(request, pk)
    demand(permissions.can_merge(request.actor, institution))
    start = {"version": institution.version}
    form = MergeForm(request.actor, request.POST or None, initial=start)
    if form.is_valid() and _done(
        form, lambda data: services.merge(institution, **data, actor=request.actor)
    ):
        messages.success(request, _("%(name)s 已并入。") % {"name": institution})
        return redirect(form.cleaned_data["into"])
    return _form_page(request, "institution_merge", form, institution)


@require_http_methods(["GET", "POST"])
@login_required
def site_create(request: Request, pk: int) -> HttpResponse:
    institution = _editable(request, pk)
    form = SiteForm(request.POST or None)
    if form.is_valid():
        services.add_site(institution, **form.cleaned_data, actor=request.actor)
        messages.success(request, _("场所已登记。"))
        return redirect(institution)
    return _form_page(request, "site_create", form, institution)


@require_http_methods(["GET", "POST"])
@login_required
def site_end(request: Request, pk: int) -> HttpResponse:
    site = get_object_or_404(
        Site.objects.visible_to(request.actor).select_related("institution"), pk=pk
    )
    institution = _editable(request, site.institution_id)
    form = SiteEndForm(request.POST or None, initial={"to_on": today()})
    if form.is_valid() and _done(
        form, lambda data: services.end_site(site, **data, actor=request.actor)
    ):
        messages.success(request, _("场所已停用。"))
        return redirect(institution)
    return _form_page(request, "site_end", form, institution)


# --- For everybody --------------------------------------------------------------------------


@require_safe
def public_institutions(request: Request) -> HttpResponse:
    """One large search box; no login, no script."""
    term = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST_TERM]
    found = public_search(term) if term else []
    context = {
        "term": term,
        "too_short": bool(term) and len(term) < SHORTEST_TERM,
        "found": found[:PUBLIC_HITS],
        "more": len(found) > PUBLIC_HITS,
        "most": PUBLIC_HITS,
    }
    return render(request, "institutions/registry/public_institutions.html", context)


@require_safe
def public_institution(request: Request, uscc: str) -> HttpResponse:
    """The public part of one institution, whoever asks; a merged entry leads to the other."""
    rows = Institution.objects.visible_to(PUBLIC).select_related("region", "merged_into")
    institution = get_object_or_404(rows, uscc=uscc)
    if institution.merged_into is not None:
        return redirect("public_institution", institution.merged_into.uscc)
    context = {
        "institution": institution,
        "page": institution_page(institution, PUBLIC, today()),
        "panels": panels("public_institution", institution, PUBLIC),
        "occasions": occasions(institution, PUBLIC),
    }
    return render(request, "institutions/registry/public_institution.html", context)


# --- Shared by the forms --------------------------------------------------------------------


def _visible(request: Request, pk: int) -> Institution:
    rows = Institution.objects.visible_to(request.actor).select_related("region")
    return get_object_or_404(rows, pk=pk)


def _editable(request: Request, pk: int) -> Institution:
    institution = _visible(request, pk)
    demand(permissions.can_edit(request.actor, institution))
    return institution


def _done(form: forms.Form, act: Callable[[dict[str, Any]], Any]) -> bool:
    """Act on what was entered; a refusal stands on the form."""
    try:
        act(form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _form_page(
    request: Request, name: str, form: forms.Form, institution: Institution
) -> HttpResponse:
    context = {"form": form, "institution": institution}
    return render(request, f"institutions/registry/{name}.html", context)
