"""Bringing an old ledger: upload, name the columns, look at the dry run, import."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from institutions.ledgers import permissions, services
from institutions.ledgers.choices import LedgerState, RowOutcome
from institutions.ledgers.forms import ImportForm, MappingForm, UploadForm
from institutions.ledgers.models import Ledger
from institutions.ledgers.sheets import LEDGER, examine
from institutions.ledgers.tables import LEDGERS
from portal.access import Request, demand
from portal.audit.selectors import timeline
from portal.errors import Refused
from portal.files.services import read_path, store_upload
from portal.lists import list_page
from portal.refs import ref
from portal.workbooks import read_header

SHOWN = 100  # lines of each kind on the page; the file keeps the rest


@require_safe
@login_required
def ledger_list(request: Request) -> HttpResponse:
    can = {"bring": permissions.can_bring(request.actor)}
    return list_page(request, LEDGERS, "institutions/ledgers/ledger_list.html", {"can": can})


@require_http_methods(["GET", "POST"])
@login_required
def ledger_create(request: Request) -> HttpResponse:
    demand(permissions.can_bring(request.actor))
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            upload = form.cleaned_data["file"]
            file = store_upload(upload, purpose="workbook", actor=request.actor)
            ledger = services.open_ledger(file, actor=request.actor)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("ledger_map", ledger.pk)
    return render(request, "institutions/ledgers/ledger_create.html", _step(1, form=form))


@require_http_methods(["GET", "POST"])
@login_required
def ledger_map(request: Request, pk: int) -> HttpResponse:
    ledger = _open(request, pk)
    header = read_header(read_path(ledger.file), filename=ledger.file.name, defn=LEDGER)
    form = MappingForm(LEDGER, header, ledger.mapping, request.POST or None)
    if not header.issues and form.is_valid():
        services.map_ledger(ledger, mapping=form.mapping(), actor=request.actor)
        return redirect("ledger_check", ledger.pk)
    context = _step(2, form=form, ledger=ledger, header=header)
    return render(request, "institutions/ledgers/ledger_map.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def ledger_check(request: Request, pk: int) -> HttpResponse:
    ledger = _open(request, pk)
    if not ledger.mapping:
        return redirect("ledger_map", ledger.pk)
    found = examine(ledger)
    sent = request.POST if request.method == "POST" else None
    form = ImportForm(needs_reason=found.needs_reason, sent=sent)
    if found.importable and form.is_valid():
        try:
            services.import_ledger(
                ledger,
                found.drafts,
                known=found.known,
                created=found.created,
                actor=request.actor,
                reason=form.cleaned_data.get("reason", ""),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            words = {"created": ledger.created_count, "known": ledger.known_count}
            messages.success(
                request, _("已登记 %(created)s 家，%(known)s 家原已登记、未作改动。") % words
            )
            return redirect(ledger)
    context = _step(3, form=form, ledger=ledger, found=found, most=SHOWN)
    return render(request, "institutions/ledgers/ledger_check.html", context)


@require_safe
@login_required
def ledger_detail(request: Request, pk: int) -> HttpResponse:
    ledger = _visible(request, pk)
    context = {
        "ledger": ledger,
        "imported": ledger.state == LedgerState.IMPORTED,
        "can": {"go_on": permissions.can_import(request.actor, ledger)},
        "facts": [
            (_("导入单位"), ledger.agency),
            (_("新登记"), ledger.created_count),
            (_("已有"), ledger.known_count),
            ("SHA-256", ledger.sha256),
        ],
        "outcomes": [
            (number, uscc, name, RowOutcome(outcome).label)
            for number, uscc, name, outcome in ledger.outcomes[:SHOWN]
        ],
        "most": SHOWN,
        "more": len(ledger.outcomes) > SHOWN,
        "entries": timeline(ref(ledger), request.actor),
    }
    return render(request, "institutions/ledgers/ledger_detail.html", context)


def _step(number: int, **context: object) -> dict[str, object]:
    steps = [_("上传文件"), _("对应各列"), _("检查并导入")]
    return {"steps": steps, "step": number, **context}


def _visible(request: Request, pk: int) -> Ledger:
    rows = Ledger.objects.visible_to(request.actor).select_related("agency__region", "file")
    return get_object_or_404(rows, pk=pk)


def _open(request: Request, pk: int) -> Ledger:
    ledger = _visible(request, pk)
    demand(permissions.can_import(request.actor, ledger))
    return ledger
