"""Pages of the credit records."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.access import Request, demand
from portal.lists import list_page
from sharing.platforms import permissions, rules, selectors, services
from sharing.platforms.forms import CompleteForm
from sharing.platforms.models import CreditRecord
from sharing.platforms.tables import CREDIT_RECORDS


def _record(request: Request, pk: int) -> CreditRecord:
    rows = CreditRecord.objects.visible_to(request.actor)
    related = ("agency", "decision__case", "version__publication")
    return get_object_or_404(rows.select_related(*related), pk=pk)


@require_safe
@login_required
def credit_record_list(request: Request) -> HttpResponse:
    return list_page(request, CREDIT_RECORDS, "sharing/platforms/credit_record_list.html")


@require_safe
@login_required
def credit_record_detail(request: Request, pk: int) -> HttpResponse:
    """Every version of one decision's record with its receipt."""
    record = _record(request, pk)
    context = {
        "record": record,
        "lines": selectors.lines_of(record, request.actor),
        "can_complete": permissions.can_complete(request.actor, record),
    }
    return render(request, "sharing/platforms/credit_record_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def credit_record_complete(request: Request, pk: int) -> HttpResponse:
    record = _record(request, pk)
    demand(permissions.can_complete(request.actor, record))
    empty = [code for code in rules.ADDED if _is_open(record, code)]
    form = CompleteForm(request.POST or None, empty=empty, initial=record.added)
    if request.method == "POST" and form.is_valid():
        if services.complete(record, values=form.cleaned_data, actor=request.actor):
            messages.success(request, _("信用记录已补充完整并交报送。"))
        else:
            messages.warning(request, _("已保存，记录仍有缺项。"))
        return redirect(record)
    context = {"record": record, "form": form, "faults": selectors.sentences(record.fields)}
    return render(request, "sharing/platforms/credit_record_complete.html", context)


def _is_open(record: CreditRecord, code: str) -> bool:
    """Not known to the portal: empty, or filled by people."""
    return code in record.added or not record.fields.get(code)
