"""Pages of rosters: the board, the roster, and the wizard from template to receipt."""

from __future__ import annotations

import io
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access import Request, demand
from portal.audit.selectors import timeline
from portal.clocks import today
from portal.clocks.models import Clock
from portal.errors import Conflict, Refused
from portal.files.kinds import XLSX
from portal.files.services import read_path, store_upload
from portal.lists import list_page
from portal.refs import ref
from portal.ui.forms import ReasonForm
from portal.workbooks.copies import copy_of
from portal.workflow import seen
from sharing.rosters import permissions, rules, selectors, services, sheets, workflow
from sharing.rosters.choices import REASON_NEEDED, RosterState
from sharing.rosters.forms import (
    ConfirmForm,
    NilForm,
    SubmitForm,
    UploadForm,
    is_paper,
)
from sharing.rosters.models import Period, Roster, RosterDraft, RosterVersion
from sharing.rosters.tables import ROSTERS, ROWS


def _roster(request: Request, pk: int) -> Roster:
    rows = Roster.objects.visible_to(request.actor)
    return get_object_or_404(rows.select_related("period", "agency__region", "receiver"), pk=pk)


def _draft(request: Request, pk: int) -> RosterDraft:
    rows = RosterDraft.objects.visible_to(request.actor)
    related = ("roster__period", "roster__agency__region", "roster__receiver", "file")
    draft = get_object_or_404(rows.select_related(*related), pk=pk)
    demand(permissions.can_report(request.actor, draft.roster))
    return draft


def _attachment(content: bytes, name: str) -> FileResponse:
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=name, content_type=XLSX)


def _steps(step: int) -> dict[str, object]:
    labels = [_("下载模板"), _("上传文件"), _("查看结果"), _("报送")]
    return {"steps": labels, "step": step}


@require_safe
@login_required
def roster_home(request: Request) -> HttpResponse:
    """The board of the newest period."""
    period = Period.objects.visible_to(request.actor).first()
    return _board_page(request, period)


@require_safe
@login_required
def roster_board(request: Request, code: str) -> HttpResponse:
    """One period: every agency's roster, its state, rows, and days left or late."""
    return _board_page(
        request, get_object_or_404(Period.objects.visible_to(request.actor), code=code)
    )


def _board_page(request: Request, period: Period | None) -> HttpResponse:
    demand(permissions.can_see_board(request.actor))
    lines = selectors.board(period, request.actor, today()) if period else []
    context = {
        "periods": Period.objects.visible_to(request.actor)[:8],
        "period": period,
        "lines": lines,
        "summary": selectors.summary(lines),
        "today": today(),
    }
    return render(request, "sharing/rosters/roster_board.html", context)


@require_safe
@login_required
def roster_list(request: Request) -> HttpResponse:
    return list_page(request, ROSTERS, "sharing/rosters/roster_list.html")


@require_safe
@login_required
def roster_row_list(request: Request) -> HttpResponse:
    return list_page(request, ROWS, "sharing/rosters/roster_row_list.html")


@require_safe
@login_required
def roster_detail(request: Request, pk: int) -> HttpResponse:
    roster = _roster(request, pk)
    versions = roster.versions.select_related("submitted_by__user", "file", "scan")
    drafts = RosterDraft.objects.visible_to(request.actor).filter(roster=roster)
    context = {
        "roster": roster,
        "versions": versions,
        "draft": drafts.first(),
        "offers": [
            offer
            for offer in workflow.roster.offers(roster, request.actor)
            if offer.move.name in MOVES
        ],
        "can_report": permissions.can_report(request.actor, roster),
        "can_urge": permissions.can_urge(request.actor, roster),
        "line": selectors.line_of(roster, request.actor, today()),
        "timeline": timeline(ref(roster), request.actor),
        "clocks": Clock.objects.visible_to(request.actor).of(ref(roster)).select_related("rule"),
        "today": today(),
    }
    return render(request, "sharing/rosters/roster_detail.html", context)


@require_safe
@login_required
def roster_template(request: Request, pk: int) -> FileResponse:
    roster = _roster(request, pk)
    demand(permissions.can_report(request.actor, roster))
    name = _("%(period)s机构名单-%(agency)s.xlsx") % {
        "period": roster.period.code,
        "agency": roster.agency.short_name,
    }
    return _attachment(sheets.roster_template(roster), name)


@require_safe
@login_required
def roster_sample(request: Request, pk: int) -> FileResponse:
    """In the demo: a workbook with planted mistakes, to see how they come back."""
    if not settings.DEMO:
        raise Http404
    roster = _roster(request, pk)
    demand(permissions.can_report(request.actor, roster))
    return _attachment(sheets.faulty_sample(roster), _("示例-有错误的名单.xlsx"))


@require_http_methods(["GET", "POST"])
@login_required
def roster_upload(request: Request, pk: int) -> HttpResponse:
    """Steps 1 and 2: fetch the template, drop the file; it is checked in one pass."""
    roster = _roster(request, pk)
    demand(permissions.can_report(request.actor, roster))
    paper = is_paper(roster, request.actor.agency_id)
    form = UploadForm(request.POST or None, request.FILES or None, is_paper=paper)
    if form.is_valid():
        try:
            return redirect(_check(request, roster, form))
        except Refused as reason:
            form.add_error("file", str(reason))
    context = {"roster": roster, "form": form, "is_paper": paper, "is_demo": settings.DEMO}
    context |= _steps(2)
    return render(request, "sharing/rosters/roster_upload.html", context)


def _check(request: Request, roster: Roster, form: UploadForm) -> RosterDraft:
    stored = {
        name: store_upload(upload, purpose=purpose, actor=request.actor)
        for name, purpose in (("file", "workbook"), ("scan", "scan"))
        if (upload := form.cleaned_data.get(name))
    }
    file = stored["file"]
    examination = sheets.examine(roster, read_path(file).read_bytes(), file.name)
    checked, scan = examination.checked(), stored.get("scan")
    draft = services.keep_draft(roster, file=file, scan=scan, checked=checked, actor=request.actor)
    if examination.reading.issues:
        sheets.request_marked(draft, actor=request.actor)
    return draft


def _needs_reason(roster: Roster) -> bool:
    kind = rules.version_kind(
        has_version=roster.versions.exists(),
        is_locked=roster.state == RosterState.LOCKED,
        day=today(),
        due_on=roster.period.due_on,
    )
    return kind in REASON_NEEDED


@require_safe
@login_required
def roster_draft(request: Request, pk: int) -> HttpResponse:
    """Step 3: errors, outliers to confirm, and the difference to the last period."""
    draft = _draft(request, pk)
    form = SubmitForm(needs_reason=_needs_reason(draft.roster))
    return _draft_page(request, draft, form)


def _draft_page(
    request: Request, draft: RosterDraft, form: SubmitForm, status: int = 200
) -> HttpResponse:
    tabs = selectors.draft_tabs(draft)
    shown = selectors.tabs_of(tabs)
    chosen = request.GET.get("tab", "")
    tab = next(
        (t for t in shown if t.name == chosen), next((t for t in shown if t.count), shown[0])
    )
    context = {
        "draft": draft,
        "roster": draft.roster,
        "tabs": tabs,
        "shown_tabs": shown,
        "tab": tab.name,
        "issues": tab.items[: selectors.SHOWN],
        "more": max(0, tab.count - selectors.SHOWN) if tab.name != "confirm" else 0,
        "form": form,
        "file_name": draft.file.name,
        "copy": copy_of(draft.file),
        **_steps(3),
    }
    return render(request, "sharing/rosters/roster_draft.html", context, status=status)


@require_POST
@login_required
def roster_draft_confirm(request: Request, pk: int) -> HttpResponse:
    """Give the reason why outliers are right as they stand."""
    draft = _draft(request, pk)
    form = ConfirmForm(request.POST)
    if form.is_valid():
        services.confirm_outliers(draft, **form.cleaned_data, actor=request.actor)
    else:
        messages.error(request, _("请写明确认理由。"))
    return redirect(f"{draft.get_absolute_url()}?tab=confirm")


@require_safe
@login_required
def roster_draft_marked(request: Request, pk: int) -> HttpResponse:
    """The same workbook with every issue at its cell, or how far the worker is with it."""
    draft = _draft(request, pk)
    copy = copy_of(draft.file) or sheets.request_marked(draft, actor=request.actor)
    if request.htmx:
        context = {"draft": draft, "copy": copy, "tabs": selectors.draft_tabs(draft)}
        return render(request, "sharing/rosters/marked_copy.html", context)
    if copy.file is None:
        return redirect(draft)
    return _attachment(read_path(copy.file).read_bytes(), copy.name)  # type: ignore[return-value]  # a streaming response answers as well


def _draft_as_shown(request: Request, pk: int) -> RosterDraft:
    """The draft that the page showed; Conflict when it was handed in or replaced meanwhile."""
    roster_pk, _colon, file_pk = request.POST.get("shown", "").partition(":")
    try:
        draft = _draft(request, pk)
    except Http404:
        if not (roster_pk.isdecimal() and len(roster_pk) < 19):
            raise
        raise _no_longer(_roster(request, int(roster_pk))) from None
    if file_pk and file_pk != str(draft.file_id):
        raise _no_longer(draft.roster)
    return draft


def _no_longer(roster: Roster) -> Conflict:
    latest = roster.versions.select_related("submitted_by__user").first()
    by = str(latest.submitted_by.user) if latest else ""
    at = latest.submitted_at if latest else None
    return Conflict(_("这份名单已经报送或已重新上传"), by, at, roster.get_absolute_url())


@require_POST
@login_required
def roster_draft_submit(request: Request, pk: int) -> HttpResponse:
    """Step 4: hand in. The file is read again, so what counts is what was stored."""
    draft = _draft_as_shown(request, pk)
    form = SubmitForm(request.POST, needs_reason=_needs_reason(draft.roster))
    if not form.is_valid():
        return _draft_page(request, draft, form)
    try:
        examination = sheets.examine(
            draft.roster, read_path(draft.file).read_bytes(), draft.file.name, draft.confirmations
        )
        handed = sheets.handed(
            examination,
            file=draft.file,
            scan=draft.scan,
            base_version=draft.base_version,
            reason=form.cleaned_data.get("reason", ""),
        )
        version = services.hand_in_draft(draft, handed=handed, day=today(), actor=request.actor)
    except Refused as reason:
        form.add_error(None, str(reason))
        return _draft_page(request, draft, form)
    return redirect(version)


@require_http_methods(["GET", "POST"])
@login_required
def roster_nil(request: Request, pk: int) -> HttpResponse:
    """零报告."""
    roster = _roster(request, pk)
    demand(permissions.can_report(request.actor, roster))
    latest = roster.versions.first()
    form = NilForm(
        request.POST or None,
        request.FILES or None,
        initial={"base_version": latest.number if latest else 0},
        needs_reason=_needs_reason(roster),
        is_paper=is_paper(roster, request.actor.agency_id),
    )
    if form.is_valid():
        try:
            version = _hand_in_nil(request, roster, form)
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            return redirect(version)
    context = {"roster": roster, "form": form}
    return render(request, "sharing/rosters/roster_nil.html", context)


def _hand_in_nil(request: Request, roster: Roster, form: NilForm) -> RosterVersion:
    upload = form.cleaned_data.get("scan")
    scan = None
    if upload:
        scan = store_upload(upload, purpose="scan", actor=request.actor)
    handed = services.Handed(
        is_nil=True,
        scan=scan,
        base_version=form.cleaned_data["base_version"],
        reason=form.cleaned_data.get("reason", ""),
    )
    return services.hand_in(roster, handed=handed, day=today(), actor=request.actor)


@require_safe
@login_required
def roster_version(request: Request, pk: int) -> HttpResponse:
    """The receipt: number, time, hash of the file, and the rows handed in."""
    related = ("roster__period", "roster__agency", "roster__receiver", "submitted_by__user")
    rows = RosterVersion.objects.visible_to(request.actor).select_related(*related, "file")
    version = get_object_or_404(rows, pk=pk)
    context = {"version": version, "roster": version.roster, "rows": version.rows.all()[:50]}
    return render(request, "sharing/rosters/roster_version.html", context)


MOVES: dict[str, Callable[..., object]] = {
    "sign": services.sign,
    "send_back": services.send_back,
    "return": services.return_roster,
    "lock": services.lock,
    "unlock": services.unlock,
}


@require_http_methods(["GET", "POST"])
@login_required
def roster_move(request: Request, pk: int, name: str) -> HttpResponse:
    """A page that says what the move means, takes its reason and makes it."""
    roster = _roster(request, pk)
    step = workflow.roster.moves[name]
    demand(getattr(permissions, step.permission)(request.actor, roster))
    form = ReasonForm(request.POST or None) if step.reason else None
    if request.method == "POST" and (form is None or form.is_valid()):
        seen(roster, request.POST.get("seen", ""))
        reason = {"reason": form.cleaned_data["reason"]} if form else {}
        MOVES[name](roster, **reason, actor=request.actor)
        messages.success(request, _("“%(move)s”已完成。") % {"move": step.label})
        return redirect(roster)
    context = {
        "object": roster,
        "move": step,
        "form": form,
        "cancel_url": roster.get_absolute_url(),
    }
    return render(request, "sharing/rosters/roster_move.html", context)


@require_POST
@login_required
def roster_urge(request: Request, pk: int) -> HttpResponse:
    roster = _roster(request, pk)
    demand(permissions.can_urge(request.actor, roster))
    try:
        services.urge(roster, day=today(), actor=request.actor)
    except Refused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("已向 %(agency)s 催报。") % {"agency": roster.agency})
    return redirect(roster.period if request.POST.get("back") == "board" else roster)
