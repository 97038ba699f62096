"""Doors of the directories of inspectors and experts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.people import permissions, services, sheets
from agencies.people.forms import ExpertForm, ImportForm, InspectorForm
from agencies.people.models import Expert, Inspector
from agencies.people.selectors import expert_facts, inspector_facts
from agencies.people.tables import EXPERTS, INSPECTORS
from portal.access import Request, demand
from portal.audit.selectors import timeline
from portal.errors import Refused
from portal.files.kinds import XLSX
from portal.files.models import StoredFile
from portal.files.services import read_path, store_upload
from portal.lists import ListDef, list_page
from portal.refs import ref
from portal.workbooks import SheetDefinition, template


def _list(request: Request, defn: ListDef, page: str) -> HttpResponse:
    return list_page(request, defn, page, {"may_keep": permissions.can_keep(request.actor)})


@require_safe
@login_required
def inspector_list(request: Request) -> HttpResponse:
    return _list(request, INSPECTORS, "agencies/people/inspector_list.html")


@require_safe
@login_required
def expert_list(request: Request) -> HttpResponse:
    return _list(request, EXPERTS, "agencies/people/expert_list.html")


def _inspector(request: Request, pk: int) -> Inspector:
    seen = Inspector.objects.visible_to(request.actor).select_related("agency")
    return get_object_or_404(seen, pk=pk)


def _expert(request: Request, pk: int) -> Expert:
    seen = Expert.objects.visible_to(request.actor).select_related("agency")
    return get_object_or_404(seen, pk=pk)


def _page(request: Request, person: Any, facts: list[tuple[Any, Any]]) -> HttpResponse:
    noun = "inspector" if isinstance(person, Inspector) else "expert"
    context = {
        "person": person,
        "facts": facts,
        "entries": timeline(ref(person), request.actor),
        "may_edit": permissions.can_edit(request.actor, person),
        "edit": f"{noun}_edit",
    }
    return render(request, "agencies/people/person_detail.html", context)


@require_safe
@login_required
def inspector_detail(request: Request, pk: int) -> HttpResponse:
    person = _inspector(request, pk)
    return _page(request, person, inspector_facts(person))


@require_safe
@login_required
def expert_detail(request: Request, pk: int) -> HttpResponse:
    person = _expert(request, pk)
    return _page(request, person, expert_facts(person))


def _values(form: Any) -> dict[str, Any]:
    """The form's facts; an expert's fields stand under another name in the form."""
    given = {name: form.cleaned_data[name] for name in form._meta.fields}
    if "fields_known" in form.cleaned_data:
        given["fields"] = form.cleaned_data["fields_known"]
    return given


def _enter(request: Request, model: type[Any], form: Any, title: str) -> HttpResponse:
    demand(permissions.can_keep(request.actor))
    if form.is_valid():
        try:
            made = services.enter(model(**_values(form)), actor=request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("%(name)s 已登记。") % {"name": made.name})
            return redirect(made)
    return render(request, "agencies/people/person_edit.html", {"form": form, "title": title})


@require_http_methods(["GET", "POST"])
@login_required
def inspector_create(request: Request) -> HttpResponse:
    return _enter(request, Inspector, InspectorForm(request.POST or None), _("登记检查人员"))


@require_http_methods(["GET", "POST"])
@login_required
def expert_create(request: Request) -> HttpResponse:
    return _enter(request, Expert, ExpertForm(request.POST or None), _("登记专家"))


def _edit(request: Request, person: Any, form: Any, title: str) -> HttpResponse:
    demand(permissions.can_edit(request.actor, person))
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            services.edit(person, version=version, values=_values(form), actor=request.actor)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("人员信息已保存。"))
            return redirect(person)
    context = {"form": form, "title": title, "person": person}
    return render(request, "agencies/people/person_edit.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def inspector_edit(request: Request, pk: int) -> HttpResponse:
    form = InspectorForm(request.POST or None, instance=_inspector(request, pk))
    return _edit(request, _inspector(request, pk), form, _("修改检查人员"))


@require_http_methods(["GET", "POST"])
@login_required
def expert_edit(request: Request, pk: int) -> HttpResponse:
    form = ExpertForm(request.POST or None, instance=_expert(request, pk))
    return _edit(request, _expert(request, pk), form, _("修改专家"))


# --- Import by workbook ---------------------------------------------------------------------


def _template(request: Request, defn: SheetDefinition) -> HttpResponse:
    demand(permissions.can_keep(request.actor))
    response = HttpResponse(template(defn, [], {}), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{defn.name}.xlsx"'
    return response


@require_safe
@login_required
def inspector_template(request: Request) -> HttpResponse:
    return _template(request, sheets.INSPECTOR_SHEET)


@require_safe
@login_required
def expert_template(request: Request) -> HttpResponse:
    return _template(request, sheets.EXPERT_SHEET)


def _upload(request: Request, noun: str, title: str) -> HttpResponse:
    """First step: the file is kept, nothing is entered."""
    demand(permissions.can_keep(request.actor))
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        stored = store_upload(file, purpose="workbook", actor=request.actor)
        return redirect(f"{noun}_import_check", pk=stored.pk)
    context = {"form": form, "title": title, "template_url": f"{noun}_template"}
    return render(request, "agencies/people/people_import.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def inspector_import(request: Request) -> HttpResponse:
    return _upload(request, "inspector", _("导入检查人员"))


@require_http_methods(["GET", "POST"])
@login_required
def expert_import(request: Request) -> HttpResponse:
    return _upload(request, "expert", _("导入专家"))


def _own_file(request: Request, pk: int) -> StoredFile:
    demand(permissions.can_keep(request.actor))
    mine = StoredFile.objects.visible_to(request.actor).filter(uploaded_by=request.user)
    return get_object_or_404(mine, pk=pk, purpose="workbook")


@require_http_methods(["GET", "POST"])
@login_required
def inspector_import_check(request: Request, pk: int) -> HttpResponse:
    """Second step: what the file says, row by row; entering it takes one confirmation."""
    stored = _own_file(request, pk)
    reading = sheets.read_inspectors(read_path(stored).read_bytes(), stored.name)
    if request.method == "POST" and reading.clean and reading.rows:
        return _import(request, stored, sheets.inspectors_of(reading.rows), "inspector")
    return _checked(request, stored, reading, "inspector_import")


@require_http_methods(["GET", "POST"])
@login_required
def expert_import_check(request: Request, pk: int) -> HttpResponse:
    stored = _own_file(request, pk)
    agency = request.actor.agency_id or 0
    reading = sheets.read_experts(read_path(stored).read_bytes(), stored.name, agency)
    if request.method == "POST" and reading.clean and reading.rows:
        return _import(request, stored, sheets.experts_of(reading.rows), "expert")
    return _checked(request, stored, reading, "expert_import")


def _import(request: Request, stored: StoredFile, people: Iterable[Any], noun: str) -> HttpResponse:
    try:
        count = services.import_people(people, actor=request.actor, source=stored.sha256)
    except Refused as reason:
        messages.error(request, str(reason))
        return redirect(f"{noun}_import_check", pk=stored.pk)
    messages.success(request, _("已导入 %(count)s 人。") % {"count": count})
    return redirect(f"{noun}_list")


def _checked(request: Request, stored: StoredFile, reading: Any, again: str) -> HttpResponse:
    context = {"stored": stored, "reading": reading, "count": len(reading.rows), "again": again}
    return render(request, "agencies/people/people_import_check.html", context)
