"""Filing papers and archiving the file."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from penalties.casefiles import selectors
from penalties.casefiles.models import CaseFile, FiledPaper
from penalties.cases import workflow
from penalties.cases.models import Case
from penalties.cases.permissions import can_handle
from penalties.cases.services import acting_post
from portal.access import Actor, demand
from portal.audit import record
from portal.clocks.days import demand_happened
from portal.errors import Refused


@transaction.atomic
def file_paper(
    case: Case, *, kind: str, title: str, volume: str, page_count: int, actor: Actor
) -> FiledPaper:
    """Put a paper behind the last one of its volume."""
    demand(can_handle(actor, case))
    if case.state == "archived":
        raise Refused(_("案卷已归档，不能再加入文书。"), code="archived")
    Case.objects.select_for_update().get(pk=case.pk)
    rows = FiledPaper.objects.filter(case=case, volume=volume)
    last = rows.aggregate(last=Max("number"))["last"] or 0
    made = FiledPaper.objects.create(
        case=case,
        number=last + 1,
        volume=volume,
        kind=kind,
        title=title,
        page_count=page_count,
    )
    facts = {"volume": volume, "number": made.number, "title": title}
    record(actor, "case.file_paper", case, facts=facts)
    return made


@transaction.atomic
def archive(
    case: Case,
    *,
    retention: str,
    hold_reason: str = "",
    missing_reason: str = "",
    on: dt.date,
    actor: Actor,
) -> CaseFile:
    """归档: the file is complete, or says why a paper is missing."""
    demand_happened(on, _("归档日期"), (_("结案日期"), case.closed_on))
    if case.challenges.filter(result="").exists():
        message = _("行政复议、行政诉讼或者自行纠正尚未结束，不能归档。请先登记结果。")
        raise Refused(message, code="challenged")
    missing = selectors.missing_papers(case)
    if missing and not missing_reason.strip():
        message = _("案卷缺少：%(papers)s。请补齐，或者写明缺少的原因。")
        raise Refused(message % {"papers": "、".join(missing)}, code="missing_papers")
    facts = {"retention": retention, "missing": missing, "on": on}
    workflow.of(case).apply("archive", case, actor=actor, reason=missing_reason, facts=facts)
    return CaseFile.objects.create(
        case=case,
        retention=retention,
        archived_on=on,
        archived_by_id=acting_post(actor),
        hold_reason=hold_reason,
        missing_reason=missing_reason,
    )
