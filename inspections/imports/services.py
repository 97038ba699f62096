"""Bringing a superior's draw in: recorded, handed in, confirmed by a second person.

Nothing of such a draw is computed here, and nothing here says that it was: the draw keeps its
origin, its source files with their hashes, and who compared them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from inspections.draws.choices import (
    DONE_STATES,
    OPEN_IMPORTS,
    OPEN_STATES,
    DrawState,
    ImportState,
    Origin,
)
from inspections.draws.models import Draw, DrawImport, Seat
from inspections.draws.selectors import next_attempt
from inspections.draws.services import tell
from inspections.imports import permissions, workflow
from inspections.imports.selectors import Team
from inspections.plans import workflow as plans
from inspections.plans.models import Batch
from portal.access import Actor, demand
from portal.audit import record
from portal.clocks import now
from portal.errors import Refused
from portal.events import DRAW_EXECUTED, announce
from portal.files import services as files
from portal.inbox.sentences import sentence
from portal.inbox.services import send
from portal.refs import ref

WORKBOOK, SOURCE = "superior_draw", "superior_draw_source"


# --- Before the confirmation ------------------------------------------------------------------


@transaction.atomic
def begin(
    batch: Batch,
    *,
    workbook: UploadedFile,
    sources: Sequence[UploadedFile],
    actor: Actor,
    **facts: Any,
) -> DrawImport:
    """Record what a superior told of its draw for a batch, with the files that it sent.

    ``facts``: platform, superior, number, drawn_on, for_date. Refused while the batch has a draw
    or another import.
    """
    demand(permissions.can_begin(actor, batch))
    batch = Batch.objects.select_for_update(of=("self",)).select_related("plan").get(pk=batch.pk)
    _refuse_second(batch)
    if batch.imports.filter(state__in=OPEN_IMPORTS).exists():
        raise Refused(_("该批次已有一份上级抽取结果在办。"), code="open_import")
    if not sources:
        raise Refused(_("请上传上级平台的来源文件。"), code="sources")
    stored = files.store_upload(workbook, purpose=WORKBOOK, actor=actor)
    imported = DrawImport.objects.create(
        batch=batch, workbook=stored, made_by_id=actor.post_id or 0, made_at=now(), **facts
    )
    files.attach(stored, subject_ref=ref(imported), actor=actor)
    hashes = [_keep(imported, source, actor) for source in sources]
    told = {"workbook": stored.sha256, "sources": hashes, "number": imported.number}
    record(actor, "drawimport.begin", imported, facts=told)
    return imported


def _refuse_second(batch: Batch) -> None:
    """A batch is drawn once: here, or above."""
    draws = Draw.objects.filter(batch=batch, is_rehearsal=False)
    if draws.filter(state__in=OPEN_STATES).exists():
        raise Refused(
            _("该批次在本平台的抽取正在进行，请先完成；本平台的抽取不能改为导入。"),
            code="open_draw",
        )
    if draws.filter(state__in=DONE_STATES).exists():
        raise Refused(_("该批次已经抽取，不能再抽。"), code="drawn")


def _keep(imported: DrawImport, source: UploadedFile, actor: Actor) -> str:
    stored = files.store_upload(source, purpose=SOURCE, actor=actor, subject_ref=ref(imported))
    return stored.sha256


@transaction.atomic
def add_source(imported: DrawImport, *, source: UploadedFile, actor: Actor) -> None:
    """One more file of what the superior sent."""
    demand(permissions.can_edit(actor, imported))
    sha256 = _keep(imported, source, actor)
    record(actor, "drawimport.add_source", imported, facts={"source": sha256})


@transaction.atomic
def replace_workbook(imported: DrawImport, *, workbook: UploadedFile, actor: Actor) -> None:
    """Another workbook in place of one with errors; the earlier one stays on file."""
    demand(permissions.can_edit(actor, imported))
    fresh = DrawImport.objects.select_for_update(of=("self",)).get(pk=imported.pk)
    if fresh.state != ImportState.DRAFT:
        raise Refused(_("已提交确认，不能更换工作簿；请先由确认人退回。"), code="wrong_state")
    before = fresh.workbook.sha256
    stored = files.store_upload(workbook, purpose=WORKBOOK, actor=actor, subject_ref=ref(imported))
    DrawImport.objects.filter(pk=fresh.pk).update(workbook=stored, made_by=actor.post_id)
    imported.workbook = stored
    changes = {"workbook": [before, stored.sha256]}
    record(actor, "drawimport.replace_workbook", imported, changes=changes)


@transaction.atomic
def submit(
    imported: DrawImport, *, is_clean: bool, doubts: int, reason: str = "", actor: Actor
) -> None:
    """Hand in for the second person; what looks odd needs its reason, what is wrong its mending."""
    if not is_clean:
        raise Refused(_("工作簿中还有错误，请改正后重新上传。"), code="issues")
    if doubts and not reason.strip():
        raise Refused(_("有待确认的内容，请写明理由。"), code="reason")
    facts = {"doubts": doubts, "workbook": imported.workbook.sha256}
    workflow.drawimport.apply("submit", imported, actor=actor, reason=reason, facts=facts)
    imported.doubts_reason, imported.made_by_id = reason.strip(), actor.post_id or 0
    imported.save(update_fields=["doubts_reason", "made_by"])
    for agency in imported.batch.plan.bureau_ids:
        send(
            to_agency=agency,
            title=sentence(
                gettext_noop("请确认上级抽取结果的导入：%(batch)s"), batch=imported.batch.name
            ),
            url=imported.get_absolute_url(),
            subject_ref=ref(imported),
            key=f"submitted:{imported.workbook_id}",
            actor=actor,
        )


@transaction.atomic
def return_import(imported: DrawImport, *, reason: str, actor: Actor) -> None:
    """The second person found something; the first mends it."""
    workflow.drawimport.apply("return", imported, actor=actor, reason=reason)
    send(
        to_post=imported.made_by_id,
        title=sentence(
            gettext_noop("上级抽取结果的导入被退回：%(batch)s"), batch=imported.batch.name
        ),
        url=imported.get_absolute_url(),
        subject_ref=ref(imported),
        key=f"returned:{imported.workbook_id}",
        actor=actor,
    )


@transaction.atomic
def discard(imported: DrawImport, *, reason: str, actor: Actor) -> None:
    """Give the import up; the batch may then be drawn here."""
    workflow.drawimport.apply("discard", imported, actor=actor, reason=reason)


# --- The confirmation -------------------------------------------------------------------------


@transaction.atomic
def confirm(imported: DrawImport, *, teams: Sequence[Team], actor: Actor) -> Draw:
    """A second person stands for the result: the draw, its seats and, by event, its visits.

    ``teams`` are the workbook's, read again at this moment; none when it has errors by now.
    """
    demand(permissions.can_confirm(actor, imported))
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=imported.batch_id)
    if not teams:
        raise Refused(
            _("名录在提交之后有了变化，工作簿中出现错误，请退回修改后重新提交。"), code="issues"
        )
    _refuse_second(batch)
    at = now()
    draw = Draw.objects.create(
        batch=batch,
        attempt=next_attempt(batch, is_rehearsal=False),
        origin=Origin.SUPERIOR,
        state=DrawState.EXECUTED,
        for_date=imported.for_date,
        opened_at=imported.made_at,
        executed_at=at,
    )
    Seat.objects.bulk_create(_seats(draw, teams))
    facts = {"picked_count": len(teams), "confirmed_at": at, "confirmed_by": actor.post_id}
    workbook = imported.workbook.sha256
    DrawImport.objects.filter(pk=imported.pk).update(draw=draw, **facts)
    workflow.drawimport.apply("confirm", imported, actor=actor, facts={"workbook": workbook})
    plans.batch.apply("draw", batch, actor=actor)
    told = {"import": imported.pk, "workbook": workbook, "number": imported.number}
    record(actor, "draw.import", draw, facts=told)
    announce(DRAW_EXECUTED, draw.pk, actor=actor)
    words = {"batch": batch.name, "platform": imported.platform}
    title = sentence(gettext_noop("上级平台抽取结果已导入：%(batch)s（%(platform)s）"), **words)
    tell(draw, title, "imported", actor)
    return draw


def _seats(draw: Draw, teams: Iterable[Team]) -> list[Seat]:
    return [
        Seat(
            draw=draw,
            order=order,
            institution_id=team.institution,
            slot=seat.slot,
            inspector_id=seat.inspector,
            expert_id=seat.expert,
        )
        for order, team in enumerate(teams, start=1)
        for seat in team.seats
    ]
