"""替换: by the draw's own rule, or as a superior decided about a draw of its own.

The reason always comes first. Who comes instead is computed (DRAW-1 §6) where this platform drew,
and is a recorded decision where another one did.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from agencies.models import Inspector
from inspections.ceremonies.services import seat_teams
from inspections.draws import rules
from inspections.draws.choices import DrawState, ReplacementKind
from inspections.draws.models import Draw, Replacement, Seat
from inspections.draws.permissions import can_replace
from inspections.draws.services import iso, locked, pure, recordable, store_record
from inspections.imports.selectors import known_people
from inspections.plans.selectors import candidates
from inspections.recusals.models import Recusal
from inspections.replacements.permissions import can_record_replacement
from institutions.models import Institution
from portal.access import Actor, demand
from portal.audit import record
from portal.clocks import now, today
from portal.errors import Refused
from portal.events import DRAW_REPLACED, announce

# --- By the rule ------------------------------------------------------------------------------


def replace(
    draw: Draw,
    *,
    kind: str,
    institution: Institution,
    slot: str = "",
    reason: str,
    version: int | None = None,
    actor: Actor,
) -> Replacement:
    """Replace an absent inspector, or call the reserve for an institution that cannot be visited.

    The reason is committed before the answer is computed (DRAW-1 §6): two transactions. One that a
    fault left without its answer gets it first. ``version`` of the record is what the officer saw:
    Refused when another replacement came in between, or the same form was sent twice.
    """
    for left in draw.replacements.filter(answer__isnull=True):
        answer_replacement(left, actor=actor)
    asked = ask_replacement(
        draw,
        kind=kind,
        institution=institution,
        slot=slot,
        reason=reason,
        version=version,
        actor=actor,
    )
    answer_replacement(asked, actor=actor)
    return asked


@transaction.atomic
def ask_replacement(
    draw: Draw,
    *,
    kind: str,
    institution: Institution,
    slot: str,
    reason: str,
    version: int | None = None,
    actor: Actor,
) -> Replacement:
    """Record who is to be replaced and why; nothing is computed yet."""
    draw = locked(draw, DrawState.EXECUTED)
    demand(can_replace(actor, draw))
    _demand_seen(draw, version)
    if draw.is_superior:
        raise Refused(
            _("上级平台抽取的结果不能按规则替换，请登记上级单位的决定。"), code="superior"
        )
    reason = recordable(reason)
    if not reason:
        raise Refused(_("请先写明替换的理由。"), code="reason")
    seats = Seat.objects.filter(draw=draw, institution=institution, ended_at=None)
    if kind == ReplacementKind.NO_SHOW:
        seats = seats.filter(slot=slot, inspector__isnull=False)
    if not seats.exists():
        raise Refused(_("抽取结果中没有这家机构的这个席位，或席位已经空缺。"))
    if draw.replacements.filter(answer__isnull=True).exists():
        raise Refused(_("上一次替换尚未算出结果，请稍后再试。"), code="pending")
    asked = Replacement.objects.create(
        draw=draw,
        kind=kind,
        institution=institution,
        slot=slot if kind == ReplacementKind.NO_SHOW else "",
        reason=reason,
        asked_at=now(),
    )
    facts = {"kind": kind, "institution": institution.pk, "slot": slot}
    record(actor, "draw.replace_ask", draw, reason=reason, facts=facts)
    return asked


def _demand_seen(draw: Draw, version: int | None) -> None:
    if version is not None and draw.versions.count() != version:
        message = _("抽取结果在您填写期间已经变更，请刷新页面，核对席位后再办理。")
        raise Refused(message, code="stale")


@transaction.atomic
def answer_replacement(asked: Replacement, *, actor: Actor) -> None:
    """Compute the answer by the rule and keep the next version of the record."""
    draw = locked(asked.draw, DrawState.EXECUTED)
    asked = Replacement.objects.select_for_update().get(pk=asked.pk)
    if asked.answer is not None:
        return
    told = pure(lambda: rules.replace(draw.record, draw.annex, _question(draw, asked)))
    asked.answer = told["replacements"][-1]
    asked.save(update_fields=["answer"])
    store_record(draw, told)
    _reseat(draw, asked)
    facts = {"replacement": asked.pk, "record_hash": draw.record_hash}
    record(actor, "draw.replace_answer", draw, facts=facts)
    if not draw.is_rehearsal:
        announce(DRAW_REPLACED, asked.pk, actor=actor)


def _question(draw: Draw, asked: Replacement) -> dict[str, Any]:
    found = {"kind": asked.kind, "reason": asked.reason, "time": iso(asked.asked_at)}
    uscc = asked.institution.uscc
    if asked.kind == ReplacementKind.SUPPLEMENTARY:
        stratum = next(
            each["stratum"] for each in draw.public["institutions"] if each["id"] == uscc
        )
        return {**found, "stratum": stratum, "out": uscc}
    held = Seat.objects.filter(draw=draw, institution=asked.institution, slot=asked.slot)
    who = draw.inspectors.get(inspector=held.get(ended_at=None).inspector_id)
    return {**found, "institution": uscc, "slot": asked.slot, "out": who.pseudonym}


def _reseat(draw: Draw, asked: Replacement) -> None:
    answer: dict[str, Any] = asked.answer or {}
    open_seats = Seat.objects.filter(draw=draw, institution=asked.institution, ended_at=None)
    if asked.kind == ReplacementKind.NO_SHOW:
        seat = open_seats.get(slot=asked.slot)
        open_seats.filter(pk=seat.pk).update(ended_at=now())
        called = draw.inspectors.filter(pseudonym=answer["in"]).first()
        Seat.objects.create(
            draw=draw,
            order=seat.order,
            institution=asked.institution,
            slot=asked.slot,
            inspector_id=called.inspector_id if called else None,
            expert_id=called.expert_id if called else None,
        )
        return
    open_seats.update(ended_at=now())
    if answer["in"]:
        last = Seat.objects.filter(draw=draw).order_by("-order").values_list("order", flat=True)
        team = {
            "institution": answer["in"],
            "slots": answer["slots"],
            "unfilled": answer["unfilled"],
        }
        seat_teams(draw, [team], after=last[0])


# --- As decided above -------------------------------------------------------------------------


@transaction.atomic
def record_replacement(
    draw: Draw,
    *,
    kind: str,
    institution: Institution,
    slot: str = "",
    inspector: Inspector | None = None,
    successor: Institution | None = None,
    reason: str,
    actor: Actor,
) -> Replacement:
    """Note who comes instead, with the reason: there is no rule here that could say it.

    A seat passes to ``inspector`` (or stands empty); an institution that cannot be visited gives
    its team to ``successor``, when there is one.
    """
    draw = locked(draw, DrawState.EXECUTED)
    demand(can_record_replacement(actor, draw))
    if not reason.strip():
        raise Refused(_("请先写明替换的理由。"), code="reason")
    held = Seat.objects.filter(draw=draw, institution=institution, ended_at=None)
    if kind == ReplacementKind.NO_SHOW:
        came = _pass_seat(held.filter(slot=slot).first(), inspector, actor)
    else:
        slot, came = "", _pass_team(list(held), successor, actor)
    told = Replacement.objects.create(
        draw=draw,
        kind=kind,
        institution=institution,
        slot=slot,
        reason=reason.strip(),
        asked_at=now(),
        answer={"in": came},
    )
    facts = {"kind": kind, "institution": institution.pk, "slot": slot, "in": came}
    record(actor, "draw.record_replacement", draw, reason=reason, facts=facts)
    announce(DRAW_REPLACED, told.pk, actor=actor)
    return told


def _pass_seat(seat: Seat | None, inspector: Inspector | None, actor: Actor) -> str:
    if seat is None:
        raise Refused(_("抽取结果中没有这家机构的这个席位，或席位已经空缺。"), code="seat")
    if inspector is not None:
        _check_fit(seat, inspector, actor)
    Seat.objects.filter(pk=seat.pk).update(ended_at=now())
    Seat.objects.create(
        draw=seat.draw,
        order=seat.order,
        institution_id=seat.institution_id,
        slot=seat.slot,
        inspector=inspector,
    )
    return inspector.certificate_number if inspector else ""


def _check_fit(seat: Seat, inspector: Inspector, actor: Actor) -> None:
    """The same that the import asks of an inspector."""
    batch = seat.draw.batch
    known = known_people(batch, actor, max(seat.draw.for_date, today()))
    person = known.get(inspector.certificate_number)
    dept = batch.slots.filter(name=seat.slot).values_list("dept", flat=True).first()
    if person is None or person.dept != dept or person.fault:
        message = _("应由同一部门、执法证在有效期内的检查人员接替。")
        raise Refused(message, code="unfit")
    team = Seat.objects.filter(draw=seat.draw, institution=seat.institution_id, ended_at=None)
    if team.filter(inspector=inspector).exists():
        raise Refused(_("该检查人员已在检查组中。"), code="member")
    if _recused([inspector.pk], seat.institution_id):
        words = {"name": inspector.name}
        raise Refused(_("%(name)s 对该机构应当回避。") % words, code="recused")


def _recused(inspectors: Iterable[int | None], institution: int) -> list[str]:
    rows = Recusal.objects.in_force(today()).filter(
        institution=institution, inspector__in=[each for each in inspectors if each]
    )
    return list(rows.values_list("inspector__name", flat=True))


def _pass_team(held: Sequence[Seat], successor: Institution | None, actor: Actor) -> str:
    if not held:
        raise Refused(_("抽取结果中没有这家机构。"), code="seat")
    draw = held[0].draw
    if successor is not None:
        if Seat.objects.filter(draw=draw, institution=successor).exists():
            raise Refused(_("递补机构已在抽取结果中。"), code="drawn")
        scope = {each.institution.pk: each for each in candidates(draw.batch, actor)}
        found = scope.get(successor.pk)
        if found is None or not found.is_in_pool:
            raise Refused(_("递补机构不在本批次可抽取的范围内。"), code="scope")
        recused = _recused((each.inspector_id for each in held), successor.pk)
        if recused:
            words = {"name": "、".join(recused)}
            raise Refused(_("%(name)s 对该机构应当回避。") % words, code="recused")
        order = Seat.objects.filter(draw=draw).aggregate(last=Max("order"))["last"] + 1
        Seat.objects.bulk_create(_moved(seat, successor, order) for seat in held)
    Seat.objects.filter(pk__in=[each.pk for each in held]).update(ended_at=now())
    return successor.uscc if successor else ""


def _moved(seat: Seat, to: Institution, order: int) -> Seat:
    return Seat(
        draw=seat.draw,
        order=order,
        institution=to,
        slot=seat.slot,
        inspector_id=seat.inspector_id,
        expert_id=seat.expert_id,
    )
