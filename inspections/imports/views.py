"""Doors of importing a superior's draw."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inspections.draws.choices import IMPORT_TONES, OPEN_IMPORTS, ImportState
from inspections.draws.models import DrawImport
from inspections.imports import permissions, services, sheets, workflow
from inspections.imports.forms import (
    ImportForm,
    SourceForm,
    SubmitForm,
    WorkbookForm,
)
from inspections.plans.models import Batch
from portal.access import Request, demand
from portal.audit.selectors import timeline
from portal.clocks import today
from portal.files.kinds import XLSX
from portal.files.models import StoredFile
from portal.files.services import read_path
from portal.refs import ref
from portal.ui.forms import ReasonForm
from portal.ui.moves import done, move_page
from portal.workbooks.copies import copy_of

TEMPLATES = "inspections/imports"


def _batch(request: Request, pk: int) -> Batch:
    rows = Batch.objects.visible_to(request.actor).select_related("plan__region")
    batch = get_object_or_404(rows, pk=pk)
    demand(permissions.can_begin(request.actor, batch))
    return batch


def _import(request: Request, pk: int) -> DrawImport:
    rows = DrawImport.objects.visible_to(request.actor).select_related(
        "batch__plan__region", "workbook", "made_by__user", "confirmed_by__user", "draw"
    )
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "POST"])
@login_required
def drawimport_create(request: Request, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    open_one = batch.imports.filter(state__in=OPEN_IMPORTS).first()
    if open_one is not None:
        return redirect(open_one)
    form = ImportForm(
        request.POST or None,
        request.FILES or None,
        today=today(),
        initial={"for_date": batch.starts_on},
    )
    made: list[DrawImport] = []
    if done(form, lambda data: made.append(_begin(batch, form, request))):
        return _examined(request, made[0])
    return render(request, f"{TEMPLATES}/drawimport_create.html", {"batch": batch, "form": form})


def _begin(batch: Batch, form: ImportForm, request: Request) -> DrawImport:
    return services.begin(
        batch,
        workbook=form.cleaned_data["workbook"],
        sources=form.sources(),
        **form.facts(),
        actor=request.actor,
    )


def _examined(request: Request, imported: DrawImport) -> HttpResponse:
    """After an upload: the marked copy is asked for when something is wrong."""
    found = sheets.examine(imported, request.actor)
    if found.reading.issues:
        sheets.request_marked(imported, found, actor=request.actor)
        messages.warning(request, _("工作簿中有需要改正或确认的内容，见下表。"))
    else:
        messages.success(request, _("工作簿核对无误，请提交第二人确认。"))
    return redirect(imported)


@require_safe
@login_required
def drawimport_template(request: Request, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    response = HttpResponse(sheets.import_template(batch), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="superior-draw-{batch.pk}.xlsx"'
    return response


@require_safe
@login_required
def drawimport_detail(request: Request, pk: int) -> HttpResponse:
    """The workbook as it is read at this moment, while the import is open."""
    imported, actor = _import(request, pk), request.actor
    is_open = imported.state in OPEN_IMPORTS
    found = sheets.examine(imported, actor) if is_open else None
    labels = {each.name: str(each) for each in imported.batch.slots.all()}
    context = {
        "imported": imported,
        "tone": IMPORT_TONES[ImportState(imported.state)],
        "facts": _facts(imported),
        "found": found,
        "teams": [
            (team, [(labels.get(each.slot, each.slot), each.name) for each in team.seats])
            for team in (found.teams if found else ())
        ],
        "copy": copy_of(imported.workbook) if found and found.reading.issues else None,
        "sources": StoredFile.objects.visible_to(actor)
        .of(ref(imported))
        .filter(purpose=services.SOURCE),
        "offers": workflow.drawimport.offers(imported, actor),
        "can": {
            "replace": imported.state == ImportState.DRAFT
            and permissions.can_edit(actor, imported),
            "add": permissions.can_edit(actor, imported),
        },
        "timeline": timeline(ref(imported), actor),
    }
    return render(request, f"{TEMPLATES}/drawimport_detail.html", context)


def _facts(imported: DrawImport) -> list[tuple[str, Any]]:
    return [
        (_("上级平台名称"), imported.platform),
        (_("组织抽取的上级单位"), imported.superior),
        (_("上级抽取编号"), imported.number),
        (_("上级抽取日期"), imported.drawn_on),
        (_("检查开始日期"), imported.for_date),
        (_("登记人"), imported.made_by.user.name),
        (_("确认人"), imported.confirmed_by.user.name if imported.confirmed_by else ""),
        (_("确认理由"), imported.doubts_reason),
    ]


@require_safe
@login_required
def drawimport_marked(request: Request, pk: int) -> Any:
    """The uploader's own workbook, each issue at its cell; made by a worker."""
    imported = _import(request, pk)
    copy = copy_of(imported.workbook)
    if copy is None:
        raise Http404
    if copy.file is None:
        return redirect(imported)
    return FileResponse(
        read_path(copy.file).open("rb"), as_attachment=True, filename=copy.name, content_type=XLSX
    )


@require_http_methods(["GET", "POST"])
@login_required
def drawimport_workbook(request: Request, pk: int) -> HttpResponse:
    imported = _import(request, pk)
    demand(permissions.can_edit(request.actor, imported))
    form = WorkbookForm(request.POST or None, request.FILES or None)
    act = partial(services.replace_workbook, imported, actor=request.actor)
    if done(form, lambda data: act(**data)):
        return _examined(request, imported)
    return _upload(request, imported, form, _("更换工作簿"))


@require_http_methods(["GET", "POST"])
@login_required
def drawimport_source(request: Request, pk: int) -> HttpResponse:
    imported = _import(request, pk)
    demand(permissions.can_edit(request.actor, imported))
    form = SourceForm(request.POST or None, request.FILES or None)
    act = partial(services.add_source, imported, actor=request.actor)
    if done(form, lambda data: act(**data)):
        messages.success(request, _("来源文件已保存。"))
        return redirect(imported)
    return _upload(request, imported, form, _("补充来源文件"))


def _upload(request: Request, imported: DrawImport, form: Any, title: str) -> HttpResponse:
    context = {
        "back": imported.get_absolute_url(),
        "parent": imported,
        "form": form,
        "title": title,
    }
    return render(request, f"{TEMPLATES}/drawimport_form.html", context)


# --- Moves ------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@login_required
def drawimport_submit(request: Request, pk: int) -> HttpResponse:
    imported = _import(request, pk)
    demand(permissions.can_edit(request.actor, imported))
    found = sheets.examine(imported, request.actor)
    doubts = len(found.doubtful)
    act = partial(services.submit, is_clean=not found.blocking, doubts=doubts)
    step = workflow.drawimport.moves["submit"]
    told = _("已提交，等待第二人确认。")
    options = {"doubts": doubts}
    return move_page(request, imported, step, act, told, form=SubmitForm, options=options)


@require_http_methods(["GET", "POST"])
@login_required
def drawimport_return(request: Request, pk: int) -> HttpResponse:
    imported = _import(request, pk)
    demand(permissions.can_confirm(request.actor, imported))
    step = workflow.drawimport.moves["return"]
    return move_page(
        request, imported, step, services.return_import, _("已退回修改。"), form=ReasonForm
    )


@require_http_methods(["GET", "POST"])
@login_required
def drawimport_confirm(request: Request, pk: int) -> HttpResponse:
    imported = _import(request, pk)
    demand(permissions.can_confirm(request.actor, imported))
    found = sheets.examine(imported, request.actor)
    act = partial(services.confirm, teams=found.teams)
    step = workflow.drawimport.moves["confirm"]
    told = _("上级抽取结果已导入，检查任务随即建立。")
    return move_page(request, imported, step, act, told)


@require_http_methods(["GET", "POST"])
@login_required
def drawimport_discard(request: Request, pk: int) -> HttpResponse:
    imported = _import(request, pk)
    demand(permissions.can_edit(request.actor, imported))
    step = workflow.drawimport.moves["discard"]
    return move_page(request, imported, step, services.discard, _("导入已作废。"), form=ReasonForm)
