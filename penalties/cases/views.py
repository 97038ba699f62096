"""The list of cases, and the register."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import Agency, Post
from penalties.cases import permissions, services
from penalties.cases.forms import RegisterForm
from penalties.cases.models import Case
from penalties.cases.tables import CASES
from portal.access import Request, demand
from portal.errors import Refused
from portal.lists import list_page


@require_safe
@login_required
def case_list(request: Request) -> HttpResponse:
    may_begin = permissions.can_begin(request.actor)
    return list_page(request, CASES, "penalties/cases/case_list.html", {"may_begin": may_begin})


@require_http_methods(["GET", "POST"])
@login_required
def case_create(request: Request) -> HttpResponse:
    """Enter a lead; the competent bureau is checked before anything is written."""
    demand(permissions.can_begin(request.actor))
    code = request.GET.get("institution", "")
    form = RegisterForm(request.POST or None, initial={"institution": code}, actor=request.actor)
    if form.is_valid():
        try:
            case = _register(request, form)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("已登记 %(case)s。") % {"case": case})
            return redirect(case)
    return render(request, "penalties/cases/case_create.html", {"form": form})


def _register(request: Request, form: RegisterForm) -> Case:
    return services.register(
        form.allegation(),
        agency=Agency.objects.select_related("region").get(pk=request.actor.agency_id or 0),
        handler=Post.objects.visible_to(request.actor).get(pk=request.actor.post_id or 0),
        actor=request.actor,
    )
