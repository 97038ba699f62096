"""Pages of the audit: the list, one event with its proof, the export, and the public heads."""

from __future__ import annotations

from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from portal.access import Request
from portal.audit import check_audit, export, permissions, selectors
from portal.audit.models import AuditEvent, agencies_of
from portal.audit.reads import record_read
from portal.audit.record import record
from portal.audit.tables import AUDIT
from portal.clocks import today
from portal.lists import list_page

SHOWN_HEADS = 90


@require_safe
@login_required
def audit_list(request: Request) -> HttpResponse:
    extra = {
        "may_export_chain": permissions.can_export(request.actor),
        "oldest_unsealed": selectors.oldest_unsealed(),
        "newest_batch": selectors.newest_batch(),
    }
    return list_page(request, AUDIT, "audit/audit_list.html", extra)


@require_safe
@login_required
def audit_detail(request: Request, pk: int) -> HttpResponse:
    """One event; that it was opened stands in the reader's own stream."""
    event = get_object_or_404(AuditEvent.objects.visible_to(request.actor), pk=pk)
    shown = permissions.can_read_content(request.actor) and selectors.can_read_content(
        event, request.actor, agencies=agencies_of(request.actor)
    )
    with transaction.atomic():
        what = "审计记录的内容" if shown else "审计记录的摘要信息"
        record_read(request.actor, f"audit:{event.pk}", what)
    context = {
        "event": event,
        "entries": selectors.describe([event], request.actor) if shown else [],
        "metadata": selectors.metadata(event),
        "proof": selectors.proof_of(event),
    }
    return render(request, "audit/audit_detail.html", context)


@require_POST
@login_required
def audit_export(request: Request) -> StreamingHttpResponse:
    """The sealed audit as JSON lines; what the auditor may not read is there as its hash."""
    allowed = permissions.can_export(request.actor)
    if not allowed:
        raise PermissionDenied(allowed.why_not)
    with transaction.atomic():
        stream = f"user:{request.actor.user_id}"
        record(request.actor, "audit.export", "export:audit", stream=stream)
    answer = StreamingHttpResponse(
        export.lines(actor=request.actor), content_type="application/jsonl"
    )
    answer["Content-Disposition"] = f'attachment; filename="audit-{today():%Y%m%d}.jsonl"'
    return answer


@require_safe
def audit_heads(request: Request) -> HttpResponse:
    context = {"heads": selectors.heads()[:SHOWN_HEADS], "newest_batch": selectors.newest_batch()}
    return render(request, "audit/audit_heads.html", context)


@require_safe
def audit_heads_json(request: Request) -> JsonResponse:
    """Every daily head: what `verify_audit --against` and the checker's `--heads` read."""
    return JsonResponse({"heads": [selectors.head_facts(head) for head in selectors.heads()]})


@require_safe
def audit_checker(request: Request) -> HttpResponse:
    """The stand-alone script, as it stands here."""
    script = Path(check_audit.__file__)
    answer = HttpResponse(script.read_bytes(), content_type="text/x-python; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{script.name}"'
    return answer
