"""Pages of the file mode: batches, their files, the receipts that come back."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access import Request, demand
from portal.audit.reads import record_read
from portal.audit.selectors import timeline
from portal.desk.views import inside
from portal.errors import Refused
from portal.files.models import StoredFile
from portal.files.services import read_path, store_upload
from portal.lists import list_page
from portal.outbox import batches, files, permissions, sheets
from portal.outbox.channels import registered_channels
from portal.outbox.forms import ReceiptForm
from portal.outbox.models import OutboxBatch
from portal.outbox.tables import BATCHES
from portal.refs import ref
from portal.workbooks import Issue

SHOWN_ISSUES = 100


@require_safe
@inside
def outbox_batch_list(request: Request) -> HttpResponse:
    return list_page(request, BATCHES, "outbox/outbox_batch_list.html")


@require_POST
@inside
def outbox_batch_make(request: Request, code: str) -> HttpResponse:
    """Gather what is ready in a channel into a new batch."""
    demand(permissions.can_operate(request.actor, request.actor.agency_id))
    if code not in {channel.code for channel in registered_channels()}:
        raise Http404
    try:
        batch = batches.gather(code, actor=request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("outbox_list")
    messages.success(request, _("已生成批次，请下载文件报送，收到回执后在本页上传。"))
    return redirect(batch)


@require_safe
@inside
def outbox_batch_detail(request: Request, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    context = {
        "batch": batch,
        "lines": batch.lines.select_related("message"),
        "unanswered": batch.lines.filter(answer="").count(),
        "kinds": list(files.CONTENT_TYPES),
        "may_settle": permissions.can_operate(request.actor, batch.agency_id),
        "receipts": StoredFile.objects.visible_to(request.actor).of(ref(batch)),
        "entries": timeline(ref(batch), request.actor),
    }
    return render(request, "outbox/outbox_batch_detail.html", context)


@require_safe
@inside
def outbox_batch_file(request: Request, pk: int, kind: str) -> HttpResponse:
    """The file of a batch; each download is written down as a read of protected data."""
    batch = _batch(request, pk)
    if kind not in files.CONTENT_TYPES:
        raise Http404
    with transaction.atomic():
        record_read(request.actor, batch, _("下载报送文件"))
    return _attached(
        files.rendered(batch, kind),
        f"{batch.channel}-{batch.number}.{files.ENDINGS[kind]}",
        files.CONTENT_TYPES[kind],
    )


@require_safe
@inside
def outbox_receipt_template(request: Request, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    name = f"{batch.channel}-{batch.number}-receipt.xlsx"
    return _attached(sheets.receipt_template(batch), name, files.XLSX)


@require_http_methods(["GET", "POST"])
@inside
def outbox_receipt(request: Request, pk: int) -> HttpResponse:
    """Read the receipt in one pass; with any issue nothing is entered."""
    batch = _batch(request, pk)
    demand(permissions.can_operate(request.actor, batch.agency_id))
    form = ReceiptForm(request.POST or None, request.FILES or None)
    issues: list[Issue] = []
    if form.is_valid():
        try:
            settled, issues = _entered(request, batch, form)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            if not issues:
                messages.success(request, _("已登记 %(number)d 行回执。") % {"number": settled})
                return redirect(batch)
    context = {"batch": batch, "form": form, "issues": issues[:SHOWN_ISSUES]}
    return render(request, "outbox/outbox_receipt.html", context)


@transaction.atomic
def _entered(request: Request, batch: OutboxBatch, form: ReceiptForm) -> tuple[int, list[Issue]]:
    """The receipt is kept with the batch when it is entered, and only then."""
    upload = form.cleaned_data["file"]
    answers, issues = sheets.read_receipt(batch, upload.read(), upload.name)
    if issues:
        return 0, issues
    upload.seek(0)
    stored = store_upload(
        upload, purpose="outbox_receipt", actor=request.actor, subject_ref=ref(batch)
    )
    read_path(stored)  # not before it is scanned, where a scanner is configured
    return batches.settle(batch, answers, actor=request.actor), []


def _batch(request: Request, pk: int) -> OutboxBatch:
    rows = OutboxBatch.objects.visible_to(request.actor)
    return get_object_or_404(rows.select_related("agency", "made_by_post__user"), pk=pk)


def _attached(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
