"""The workbook of a superior's result: one row for each institution, one column for each seat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from inspections.draws.models import DrawImport
from inspections.imports.selectors import Chosen, Known, Team, surroundings
from inspections.plans.choices import SLOT_WORDS, Dept, Exclusion
from inspections.plans.models import Batch
from inspections.visits import rules
from institutions.registry.choices import uscc_message
from institutions.registry.rules import normalise_name, normalise_uscc, read_uscc
from portal.access import Actor
from portal.files.services import read_path
from portal.workbooks import (
    Ctx,
    Field,
    Issue,
    Problem,
    Reading,
    Row,
    SheetDefinition,
    Tier,
    read,
    template,
)
from portal.workbooks.copies import request_copy
from portal.workbooks.models import MarkedCopy

SEAT = "seat_"
# Out of the pool of a draw made here; a superior may have had its reasons, which are asked for.
DOUBTFUL = (Exclusion.CAP_REACHED, Exclusion.OPEN_CHECK)
FAULTS = {
    "struck_off": _("该人员已移出检查人员名录库。"),
    "expired": _("该人员的执法证在检查开始日期不在有效期内。"),
    "on_leave": _("该人员在检查开始日期请假。"),
}
ASK_ABOVE = _("请与上级单位核对；确有变动的，请上级单位更正结果后再导入。")


def _institution(value: str, ctx: Ctx) -> Iterator[Problem]:
    code = normalise_uscc(value)
    reading = read_uscc(code)
    if not reading.ok:
        yield Problem(uscc_message(reading), "uscc", suggestion=reading.suggestion)
    elif code not in ctx["registered"]:
        yield Problem(
            _("名录库中没有这个代码。"), "unknown", suggestion=_("请核对代码，或先登记该机构。")
        )
    elif code not in ctx["scope"]:
        message = _("该机构不在本批次的范围内（区划、类别、等级或名单要求）。")
        yield Problem(message, "out_of_scope", suggestion=ASK_ABOVE)
    else:
        yield from _status(ctx["scope"][code][2])


def _status(reason: str) -> Iterator[Problem]:
    """Why this platform would not have drawn it: no longer to be inspected, or to be explained."""
    if not reason:
        return
    tier: Tier = "plausible" if reason in DOUBTFUL else "validity"
    message = _now("该机构按本平台的规则不列入抽取：%(reason)s。")
    words = {"reason": Exclusion(reason).label}
    yield Problem(message % words, f"excluded_{reason}", tier, ASK_ABOVE)


def _same_name(row: Row, ctx: Ctx) -> Iterator[Problem]:
    told, known = row["name"], ctx["scope"].get(normalise_uscc(row["uscc"] or ""))
    if told and known and normalise_name(told) != normalise_name(known[1]):
        message = _now("与名录库中该代码的名称“%(name)s”不同。") % {"name": known[1]}
        yield Problem(message, "name", "plausible", _("请核对代码和名称。"), field="name")


def _team(row: Row, ctx: Ctx) -> Iterator[Problem]:
    """Every seat of one institution: known, of the right bureau, free to go, nobody twice."""
    seen: set[str] = set()
    for slot, dept, _label in ctx["slots"]:
        told, field = row[SEAT + slot], SEAT + slot
        if not told:
            if dept != Dept.EXP:
                message = _("席位空缺，须另行书面指派。")
                yield Problem(message, "empty_seat", "plausible", field=field)
        elif told in seen:
            yield Problem(_("同一检查组中重复出现。"), "twice", field=field)
        elif dept == Dept.EXP:
            yield from _expert(told, field, ctx)
        else:
            yield from _inspector(told, dept, row, field, ctx)
        seen.add(told or "")


def _expert(told: str, field: str, ctx: Ctx) -> Iterator[Problem]:
    found = ctx["experts"].get(told, [])
    if not found:
        message = _("本年度专家名录中没有这个姓名。")
        yield Problem(message, "unknown_expert", field=field)
    elif len(found) > 1:
        yield Problem(_("本年度专家名录中有多人同名。"), "expert_names", field=field)


def _inspector(told: str, dept: str, row: Row, field: str, ctx: Ctx) -> Iterator[Problem]:
    known: Known | None = ctx["people"].get(told)
    if known is None:
        advice = _("请核对执法证号，或先在检查人员名录库登记。")
        yield Problem(_("检查人员名录库中没有这个执法证号。"), "unknown_inspector",
                      suggestion=advice, field=field)  # fmt: skip
        return
    if known.dept != dept:
        message = _now("%(name)s 不是本区这一席位所属部门的检查人员。") % {"name": known.name}
        yield Problem(message, "other_department", field=field)
    if known.fault:
        yield Problem(FAULTS[known.fault], known.fault, field=field)
    if _is_recused(known, normalise_uscc(row["uscc"] or ""), ctx):
        message = _now("%(name)s 对该机构应当回避。") % {"name": known.name}
        advice = _("请上级单位更换人员后再导入。")
        yield Problem(message, "recused", suggestion=advice, field=field)


def _is_recused(known: Known, uscc: str, ctx: Ctx) -> bool:
    name = ctx["scope"].get(uscc, (0, "", ""))[1]
    return (known.key, uscc) in ctx["recused"] or rules.is_recused(
        known.notes, name=name, uscc=uscc
    )


def sheet_of(batch: Batch) -> SheetDefinition:
    """The columns follow the batch's seats."""
    certificate, expert = _("填写执法证号。"), _("填写专家姓名。")
    seats = (
        Field(
            SEAT + each.name,
            SLOT_WORDS.get(each.name, each.name),
            kind="text" if each.dept == Dept.EXP else "code",
            max_length=60,
            help=expert if each.dept == Dept.EXP else certificate,
            example="" if each.dept == Dept.EXP else "SH-0113-0001",
            width=18,
        )
        for each in batch.slots.all()
    )
    return SheetDefinition(
        name="superior_draw",
        version="2026-1",
        title=_("上级平台抽取结果"),
        key=("uscc",),
        fields=(
            Field("uscc", _("统一社会信用代码"), kind="code", required=True, check=_institution,
                  width=22),
            Field("name", _("机构名称"), max_length=200, width=30,
                  help=_("可不填；填写的，与名录库核对。")),
            *seats,
        ),
        row_checks=(_same_name, _team),
    )  # fmt: skip


def import_template(batch: Batch) -> bytes:
    ctx = {"title": f"{batch.plan} · {batch}", "meta": {_now("批次"): str(batch.pk)}}
    return template(sheet_of(batch), [], ctx)


@dataclass(frozen=True, slots=True)
class Examination:
    """What one pass over the workbook found."""

    reading: Reading
    teams: list[Team]

    @property
    def blocking(self) -> list[Issue]:
        return [each for each in self.reading.issues if each.tier != "plausible"]

    @property
    def doubtful(self) -> list[Issue]:
        return [each for each in self.reading.issues if each.tier == "plausible"]


def examine(imported: DrawImport, actor: Actor) -> Examination:
    """Read the workbook again, against registers and recusals as they are at this moment."""
    batch = imported.batch
    ctx = surroundings(batch, actor, imported.for_date)
    content = read_path(imported.workbook).read_bytes()
    reading = read(sheet_of(batch), content, ctx, filename=imported.workbook.name)
    found = Examination(reading, [])
    return (
        found if found.blocking else Examination(reading, [_as_team(r, ctx) for r in reading.rows])
    )


def _as_team(row: Row, ctx: dict[str, Any]) -> Team:
    uscc = normalise_uscc(row["uscc"])
    key, name, _reason = ctx["scope"][uscc]
    return Team(key, uscc, name, tuple(_chosen(row, seat, ctx) for seat in ctx["slots"]))


def _chosen(row: Row, seat: tuple[str, str, str], ctx: dict[str, Any]) -> Chosen:
    slot, dept, _label = seat
    told = row[SEAT + slot]
    if not told:
        return Chosen(slot)
    if dept == Dept.EXP:
        return Chosen(slot, expert=ctx["experts"][told][0], name=told)
    known: Known = ctx["people"][told]
    return Chosen(slot, inspector=known.key, name=known.name)


def request_marked(imported: DrawImport, found: Examination, *, actor: Actor) -> MarkedCopy:
    """Have a worker mark the workbook, every issue at its cell; once for each upload."""
    name = _now("问题已标注-%(name)s.xlsx") % {"name": Path(imported.workbook.name).stem}
    issues = found.reading.issues
    return request_copy(sheet_of(imported.batch), imported.workbook, issues, name=name, actor=actor)
