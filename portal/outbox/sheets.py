"""The receipt that comes back from a platform: which rows of a batch it took."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.outbox.batches import Answered
from portal.outbox.choices import Answer
from portal.outbox.models import OutboxBatch
from portal.workbooks import Ctx, Field, Issue, Problem, Row, SheetDefinition, read, template


def _refusal_says_why(row: Row, ctx: Ctx) -> Iterator[Problem]:
    if row["status"] == Answer.REJECTED and not row["error"]:
        yield Problem(
            _("退回的行没有写明原因。"),
            "no_reason",
            field="error",
            suggestion=_("请照对方的反馈填写退回原因。"),
        )


def _of_this_batch(row: Row, ctx: Ctx) -> Iterator[Problem]:
    if row["batch"] is not None and row["batch"] != ctx["batch"]:
        yield Problem(
            _("不是本批次的编号。"),
            "other_batch",
            field="batch",
            suggestion=_("请在对应批次的页面上传，或删除此行。"),
        )
    if row["row"] is not None and row["row"] > ctx["rows"]:
        yield Problem(
            _("超出本批次的行数。"), "no_such_row", field="row", suggestion=_("请核对行号。")
        )


def _says_something(rows: Sequence[Row], ctx: Ctx) -> Iterable[Problem]:
    if not rows:
        yield Problem(_("回执没有任何数据行。"), "no_rows", suggestion=_("请核对上传的文件。"))


RECEIPT = SheetDefinition(
    name="outbox_receipt",
    version="1",
    title=_("报送回执"),
    key=("batch", "row"),
    fields=(
        Field("batch", _("批次编号"), kind="code", required=True, max_length=40),
        Field("row", _("行号"), kind="integer", required=True, minimum=1),
        Field("status", _("回执状态"), kind="choice", required=True, choices=tuple(Answer.choices)),
        Field("error", _("退回原因"), max_length=500),
    ),
    row_checks=(_of_this_batch, _refusal_says_why),
    file_checks=(_says_something,),
)
# Platforms add columns of their own; they are not read.
HARMLESS = frozenset({"unknown_column"})


def read_receipt(
    batch: OutboxBatch, content: bytes, filename: str
) -> tuple[list[Answered], list[Issue]]:
    """What the receipt says, and what is wrong with it; with any issue nothing is to be entered."""
    ctx = {"batch": batch.number, "rows": batch.rows}
    reading = read(RECEIPT, content, ctx, filename=filename)
    issues = [issue for issue in reading.issues if issue.code not in HARMLESS]
    if issues:
        return [], issues
    return [_answered(row) for row in reading.rows], []


def receipt_template(batch: OutboxBatch) -> bytes:
    """A receipt with the batch's unanswered rows, to be filled in where a platform gives none."""
    open_lines = batch.lines.filter(answer="").values_list("number", flat=True)
    rows: list[dict[str, Any]] = [{"batch": batch.number, "row": number} for number in open_lines]
    return template(RECEIPT, rows, {"title": str(batch)})


def _answered(row: Row) -> Answered:
    return Answered(int(row["row"]), str(row["status"]), row["error"] or "")
