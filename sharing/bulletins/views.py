"""Pages of bulletins."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access import Request, demand
from portal.audit.selectors import timeline
from portal.errors import Refused
from portal.lists import list_page
from portal.papers.selectors import papers_of
from portal.refs import ref
from portal.workflow import seen
from sharing.bulletins import permissions, services, workflow
from sharing.bulletins.forms import BulletinForm
from sharing.bulletins.models import Bulletin
from sharing.bulletins.tables import BULLETINS


def _bulletin(request: Request, pk: int) -> Bulletin:
    rows = Bulletin.objects.visible_to(request.actor).select_related("agency")
    return get_object_or_404(rows, pk=pk)


@require_safe
@login_required
def bulletin_list(request: Request) -> HttpResponse:
    return list_page(request, BULLETINS, "sharing/bulletins/bulletin_list.html")


@require_safe
@login_required
def bulletin_detail(request: Request, pk: int) -> HttpResponse:
    bulletin = _bulletin(request, pk)
    context = {
        "bulletin": bulletin,
        "lines": bulletin.lines.select_related("agency", "acknowledged_by__user"),
        "offers": workflow.bulletin.offers(bulletin, request.actor),
        "can_edit": permissions.can_edit(request.actor, bulletin),
        "can_acknowledge": permissions.can_acknowledge(request.actor, bulletin),
        "papers": papers_of(bulletin, request.actor),
        "timeline": timeline(ref(bulletin), request.actor),
    }
    return render(request, "sharing/bulletins/bulletin_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def bulletin_edit(request: Request, pk: int) -> HttpResponse:
    bulletin = _bulletin(request, pk)
    demand(permissions.can_edit(request.actor, bulletin))
    initial = {"title": bulletin.title, "body": bulletin.body, "version": bulletin.version}
    form = BulletinForm(request.POST or None, initial=initial)
    if form.is_valid():
        services.edit_bulletin(bulletin, **form.cleaned_data, actor=request.actor)
        messages.success(request, _("通报已保存。"))
        return redirect(bulletin)
    context = {"bulletin": bulletin, "form": form}
    return render(request, "sharing/bulletins/bulletin_edit.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def bulletin_issue(request: Request, pk: int) -> HttpResponse:
    """Says whom the bulletin will reach, then issues it."""
    bulletin = _bulletin(request, pk)
    demand(permissions.can_issue(request.actor, bulletin))
    if request.method == "POST":
        seen(bulletin, request.POST.get("seen", ""))
        try:
            services.issue(bulletin, actor=request.actor)
        except Refused as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("通报已印发，并已通知被通报单位。"))
        return redirect(bulletin)
    lines = bulletin.lines.select_related("agency")
    context = {
        "object": bulletin,
        "cancel_url": bulletin.get_absolute_url(),
        "move": workflow.bulletin.moves["issue"],
        "agencies": "、".join(line.agency.short_name for line in lines),
    }
    return render(request, "sharing/bulletins/bulletin_issue.html", context)


@require_POST
@login_required
def bulletin_acknowledge(request: Request, pk: int) -> HttpResponse:
    bulletin = _bulletin(request, pk)
    demand(permissions.can_acknowledge(request.actor, bulletin))
    services.acknowledge(bulletin, actor=request.actor)
    messages.success(request, _("已确认知悉。"))
    return redirect(bulletin)
