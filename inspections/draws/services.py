"""What happens to a draw before its ceremony, and the parts that the ceremony builds on.

Texts are hashed as they are stored; a refusal of the pure rules (Malformed) becomes a Refused with
the sentence of the step. Every step is in the audit stream of the draw.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from inspections.draws import permissions, rules, selectors, workflow
from inspections.draws.choices import DONE_STATES, OPEN_STATES, DrawState, Sitting, said
from inspections.draws.models import Draw, DrawExclusion, DrawInspector, RecordVersion, Strike
from inspections.plans.models import Batch
from institutions.models import Institution
from portal.access import Actor, Role
from portal.audit import record
from portal.clocks import now
from portal.clocks.now import SHANGHAI
from portal.errors import Refused
from portal.inbox.sentences import Sentence, sentence
from portal.inbox.services import send
from portal.refs import ref

SHUFFLE = secrets.SystemRandom()
Answer = TypeVar("Answer")


# --- Before the freeze ------------------------------------------------------------------------


@transaction.atomic
def open_draw(
    batch: Batch,
    *,
    sitting: str = Sitting.TOGETHER,
    for_date: dt.date | None = None,
    beacon: str = "",
    reveal_due_at: dt.datetime | None = None,
    is_rehearsal: bool = False,
    actor: Actor,
) -> Draw:
    """Begin an attempt at a batch's draw. Refused while another one is open or when it is drawn.

    ``for_date`` is the first day of the visits (the batch's by default); ``beacon`` names a public
    source announced beforehand, whose text is published after the reveal deadline.
    """
    batch = Batch.objects.select_for_update().select_related("plan__region").get(pk=batch.pk)
    live = Draw.objects.filter(batch=batch, is_rehearsal=is_rehearsal)
    if live.filter(state__in=OPEN_STATES).exists():
        raise Refused(_("该批次有一次抽取正在进行，请先完成或作废。"), code="open_draw")
    if not is_rehearsal and live.filter(state__in=DONE_STATES).exists():
        raise Refused(_("该批次已经抽取，不能再抽。"), code="drawn")
    if beacon and reveal_due_at is None:
        raise Refused(_("使用公共随机源时，须先写明揭示截止时间，且早于随机源公布时间。"))
    draw = Draw.objects.create(
        batch=batch,
        attempt=selectors.next_attempt(batch, is_rehearsal=is_rehearsal),
        sitting=sitting,
        for_date=for_date or batch.starts_on,
        beacon=beacon,
        reveal_due_at=reveal_due_at,
        is_rehearsal=is_rehearsal,
        opened_at=now(),
    )
    facts = {"attempt": draw.attempt, "sitting": sitting, "rehearsal": is_rehearsal}
    record(actor, "draw.open", draw, facts=facts)
    return draw


@transaction.atomic
def exclude(draw: Draw, *, institution: Institution, reason: str, actor: Actor) -> None:
    """Leave an institution out of the pool, with the reason that will be published."""
    draw = locked(draw, DrawState.DRAFT)
    if not reason.strip():
        raise Refused(_("请写明不列入的理由，理由将公开。"), code="reason")
    _row, fresh = DrawExclusion.objects.get_or_create(
        draw=draw, institution=institution, defaults={"reason": reason.strip()}
    )
    if not fresh:
        raise Refused(_("该机构已列为不抽取。"))
    record(actor, "draw.exclude", draw, reason=reason, facts={"institution": institution.pk})


@transaction.atomic
def include(draw: Draw, *, institution: Institution, actor: Actor) -> None:
    """Take a manual exclusion back before the freeze."""
    draw = locked(draw, DrawState.DRAFT)
    gone, _rows = draw.exclusions.filter(institution=institution).delete()
    if not gone:
        raise Refused(_("该机构没有被列为不抽取。"))
    record(actor, "draw.include", draw, facts={"institution": institution.pk})


# --- Freeze and strikes -----------------------------------------------------------------------


@transaction.atomic
def freeze(draw: Draw, *, actor: Actor) -> None:
    """Freeze the pool as it is now and show its hash to everybody (DRAW-1 §3).

    Refused when nobody is in the pool, or when some institution could not be staffed in a seat.
    """
    draw = locked(draw, DrawState.DRAFT)
    frame = selectors.frame_of(draw, actor)
    if not frame.inside:
        raise Refused(_("没有可抽取的机构：请检查批次范围和不列入的理由。"), code="empty")
    names = _name_people(draw, frame)
    public = selectors.public_of(draw, frame)
    annex = selectors.annex_of(frame, names, secrets.token_hex(32))
    frozen = pure(lambda: rules.freeze(public, annex))
    if frozen.gaps:
        raise Refused(_gap_words(frozen.gaps, draw), code="infeasible")
    draw.public_text = rules.canon(public).decode()
    draw.annex_text = rules.canon(annex).decode()
    draw.annex_hash, draw.pool_hash = frozen.annex_hash, frozen.pool_hash
    draw.frozen_at = now()
    draw.save(update_fields=["public_text", "annex_text", "annex_hash", "pool_hash", "frozen_at"])
    facts = {"pool_hash": draw.pool_hash, "annex_hash": draw.annex_hash}
    workflow.draw.apply("freeze", draw, actor=actor, facts=facts)
    tell(
        draw,
        sentence(
            gettext_noop("双随机抽取名录已冻结：%(batch)s，第 %(attempt)s 次"),
            batch=draw.batch.name,
            attempt=draw.attempt,
        ),
        "frozen",
        actor,
    )


def _name_people(draw: Draw, frame: selectors.Frame) -> dict[tuple[str, int], str]:
    """Pseudonyms by department, in an order that tells nothing."""
    names: dict[tuple[str, int], str] = {}
    for dept in dict.fromkeys(each.dept for each in frame.people):
        group = [each for each in frame.people if each.dept == dept]
        SHUFFLE.shuffle(group)
        names |= {each.key: f"{dept}-{n:03}" for n, each in enumerate(group, start=1)}
    DrawInspector.objects.bulk_create(
        DrawInspector(
            draw=draw, pseudonym=names[each.key], inspector=each.inspector, expert=each.expert
        )
        for each in frame.people
    )
    return names


def _gap_words(gaps: Any, draw: Draw) -> str:
    usccs = {uscc for uscc, _slot in gaps}
    names = dict(Institution.objects.filter(uscc__in=usccs).values_list("uscc", "name"))
    labels = {each.name: str(each) for each in draw.batch.slots.all()}
    told = [f"{names.get(uscc, uscc)}（{labels.get(slot, slot)}）" for uscc, slot in gaps[:5]]
    words = {"names": "、".join(told), "count": len(gaps)}
    return (
        _(
            "有 %(count)s 个席位没有可派的检查人员：%(names)s。"
            "请补充检查人员、核对回避，或将机构列为不抽取后再冻结。"
        )
        % words
    )


@transaction.atomic
def strike(draw: Draw, *, uscc: str, reason: str, evidence: str, actor: Actor) -> None:
    """剔除: an institution of the frozen pool is ineligible; only before the first commitment."""
    draw = locked(draw, DrawState.FROZEN)
    if draw.commitments.exists():
        raise Refused(_("已有一方承诺，剔除名单已经关闭。"), code="closed")
    if uscc not in {each["id"] for each in draw.public["institutions"]}:
        raise Refused(_("冻结的名录中没有 %(uscc)s。") % {"uscc": uscc})
    if not reason.strip() or not evidence.strip():
        raise Refused(_("请写明剔除的理由和依据材料，理由将公开。"), code="reason")
    _row, fresh = Strike.objects.get_or_create(
        draw=draw,
        uscc=uscc,
        defaults={"reason": reason.strip(), "evidence": evidence.strip(), "struck_at": now()},
    )
    if not fresh:
        raise Refused(_("该机构已被剔除。"))
    record(actor, "draw.strike", draw, reason=reason, facts={"uscc": uscc, "evidence": evidence})


# --- For the ceremony -------------------------------------------------------------------------


def times_of(draw: Draw) -> dict[str, str]:
    """The record's times: of what had happened by now."""
    told = {"frozen": draw.frozen_at, "executed": draw.executed_at}
    for each in draw.commitments.all():
        told[f"committed_{each.party}"] = each.committed_at
        told[f"revealed_{each.party}"] = each.revealed_at
    return {name: iso(at) for name, at in told.items() if at is not None}


def store_record(draw: Draw, told: Mapping[str, Any]) -> None:
    """Keep one more version of the record; its hash is what the public page lists."""
    text = rules.canon(told).decode()
    draw.record_text, draw.record_hash = text, told["record_hash"]
    draw.save(update_fields=["record_text", "record_hash"])
    store_version(draw, made_at=now())


def store_version(draw: Draw, *, made_at: dt.datetime) -> None:
    """List the present record among the versions."""
    RecordVersion.objects.create(
        draw=draw,
        number=draw.versions.count() + 1,
        text=draw.record_text,
        hash=draw.record_hash,
        made_at=made_at,
    )


def pure(compute: Callable[[], Answer]) -> Answer:
    """What the pure rules answer; their refusal becomes a sentence for people."""
    try:
        return compute()
    except rules.Malformed as refusal:
        words = {"why": said(refusal.code, refusal.words)}
        raise Refused(_("抽取的输入不符合 DRAW-1：%(why)s") % words, code="draw1") from refusal


def iso(at: dt.datetime) -> str:
    """A moment as the record writes it: Shanghai time, to the second."""
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")


def locked(draw: Draw, *states: str) -> Draw:
    """The row held until the end of the transaction; Refused when its step is not this one."""
    rows = Draw.objects.select_for_update(of=("self",)).select_related(
        "batch__plan__region",
        "batch__plan__initiating__superior",
        "batch__plan__cooperating__superior",
    )
    fresh = rows.get(pk=draw.pk)
    if fresh.state not in states:
        words = {"state": fresh.get_state_display()}
        raise Refused(
            _("抽取现在的状态是“%(state)s”，不能办理这一步，请刷新页面。") % words, code="step"
        )
    return fresh


def tell(draw: Draw, title: Sentence, key: str, actor: Actor) -> None:
    """Both parties' officers and chiefs; a rehearsal tells nobody."""
    if draw.is_rehearsal:
        return
    for agency in permissions.parties(draw).values():
        for role in (Role.OFFICER, Role.CHIEF):
            send(
                to_agency=agency,
                role=role,
                title=title,
                url=draw.get_absolute_url(),
                subject_ref=ref(draw),
                key=f"{key}:{role}",
                actor=actor,
            )
