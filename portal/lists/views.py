"""Doors of lists: keep a view, choose columns, export and fetch the file."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.access import Request
from portal.errors import Refused
from portal.lists import list_page, services
from portal.lists.definition import ListDef, list_named
from portal.lists.forms import ExportForm, ViewForm, problems
from portal.lists.models import ExportJob, ExportState, SavedView
from portal.lists.tables import EXPORTS

POLL = "lists/export_progress.html"


@require_POST
@login_required
def list_view_save(request: Request, name: str) -> HttpResponse:
    defn = _list_or_404(request, name)
    form = ViewForm(request.POST)
    if form.is_valid():
        try:
            view = services.save_view(defn, **form.cleaned_data, actor=request.actor)
        except Refused as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("已保存视图“%(name)s”。") % {"name": view.name})
    for problem in problems(form):
        messages.error(request, problem)
    return _back(request)


@require_POST
@login_required
def list_view_delete(request: Request, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.visible_to(request.actor), pk=pk)
    services.delete_view(view, actor=request.actor)
    messages.success(request, _("已删除视图“%(name)s”。") % {"name": view.name})
    return _back(request)


@require_POST
@login_required
def list_columns(request: Request, name: str) -> HttpResponse:
    defn = _list_or_404(request, name)
    columns = [] if "reset" in request.POST else request.POST.getlist("columns")
    services.choose_columns(defn, columns=columns, actor=request.actor)
    messages.success(request, _("已记住显示的列。"))
    return _back(request, without_columns=True)


@require_POST
@login_required
def list_export(request: Request, name: str) -> HttpResponse:
    """A small list comes back as a file at once; a large one as a page with its progress."""
    defn = _list_or_404(request, name)
    form = ExportForm(request.POST)
    if not form.is_valid():
        for problem in problems(form):
            messages.error(request, problem)
        return _back(request)
    try:
        job = services.request_export(defn, **form.cleaned_data, actor=request.actor)
    except Refused as reason:
        messages.error(request, str(reason))
        return _back(request)
    services.start_export(job, actor=request.actor)
    job.refresh_from_db()
    if job.state == ExportState.DONE:
        return _file(request, job)
    return redirect(job)


@require_safe
@login_required
def export_list(request: Request) -> HttpResponse:
    return list_page(request, EXPORTS, "lists/export_list.html")


@require_safe
@login_required
def export_detail(request: Request, pk: int) -> HttpResponse:
    job = get_object_or_404(ExportJob.objects.visible_to(request.actor), pk=pk)
    template = POLL if request.htmx else "lists/export_detail.html"
    return render(request, template, {"job": job, "title": _title(job)})


@require_safe
@login_required
def export_file(request: Request, pk: int) -> HttpResponse:
    job = get_object_or_404(ExportJob.objects.visible_to(request.actor), pk=pk)
    if job.state != ExportState.DONE or not services.path_of(job).is_file():
        messages.error(request, _("文件尚未生成或已过保留期，请重新导出。"))
        return redirect(job)
    return _file(request, job)


def _file(request: Request, job: ExportJob) -> HttpResponse:
    """The right to the list is asked again: a role may have ended since the file was made."""
    defn = list_named(job.list_name)
    allowed = defn.may_export(request.actor) if defn else None
    if not allowed:
        raise PermissionDenied(_("您的岗位不能再下载这份导出文件。"))
    services.note_download(job, actor=request.actor)
    stream = services.path_of(job).open("rb")
    return FileResponse(stream, as_attachment=True, filename=job.file_name)  # type: ignore[return-value]  # a streaming response answers as well


def _list_or_404(request: Request, name: str) -> ListDef:
    defn = list_named(name)
    if defn is None:
        raise Http404
    allowed = defn.permission(request.actor)
    if not allowed:
        raise PermissionDenied(str(allowed.why_not))
    return defn


def _title(job: ExportJob) -> str:
    defn = list_named(job.list_name)
    return str(defn.title) if defn else job.list_name


def _back(request: Request, *, without_columns: bool = False) -> HttpResponse:
    """To the list the form came from; never to another site."""
    there = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(there, {request.get_host()}, request.is_secure())
    if not (ours and there.startswith("/")):  # redirect() would take a bare word for a URL's name
        there = reverse("desk")
    path, _mark, query = there.partition("?")
    if without_columns:
        query = "&".join(part for part in query.split("&") if not part.startswith("columns="))
    return redirect(f"{path}?{query}" if query else path)
