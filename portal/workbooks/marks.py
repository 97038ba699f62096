"""The marked copy: what goes back to the uploader."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from portal.workbooks import sandbox
from portal.workbooks.archive import Fault
from portal.workbooks.columns import known_labels
from portal.workbooks.definitions import SheetDefinition
from portal.workbooks.issues import Issue
from portal.workbooks.sheetnames import ISSUE_SHEET, in_languages


def mark(
    defn: SheetDefinition, upload: Path | bytes, issues: Iterable[Issue], *, filename: str = ""
) -> bytes:
    """The uploaded workbook as xlsx, wrong cells filled and commented, with a sheet of all issues.

    An xlsx keeps its other sheets and formats (not its images and charts); xls and csv are
    converted. A file that cannot be opened gives a workbook with the issue list alone. Slow for
    large files: rooms ask for it with `copies.request_copy`, and a worker makes it.
    """
    content = upload.read_bytes() if isinstance(upload, Path) else upload
    name = filename or (upload.name if isinstance(upload, Path) else "")
    return marked_by(mark_request(defn, issues, filename=name), content)


def marked_by(request: dict[str, Any], content: bytes) -> bytes:
    """The marked copy that `mark_request` describes."""
    attempts = [(False, content)] if content.startswith(b"PK") else []
    for copy, body in (*attempts, (True, content)):
        try:
            return _run({**request, "copy": copy}, body)
        except Fault:
            continue  # the next way keeps less of the file; the last one needs none of it
    return _run({**request, "copy": True}, b"")


def _run(request: dict[str, Any], content: bytes) -> bytes:
    _answer, marked = sandbox.run(
        "mark", request, content, memory=sandbox.MARK_MEMORY, seconds=sandbox.MARK_SECONDS
    )
    return marked


def mark_request(
    defn: SheetDefinition, issues: Iterable[Issue], *, filename: str
) -> dict[str, Any]:
    """All that the child needs, as plain JSON, with its words in the language of this moment."""
    labels = {field.code: str(field.label) for field in defn.fields}
    first = str(ISSUE_SHEET)
    return {
        "filename": filename,
        "labels": sorted(known_labels(defn)),
        "issue_sheets": [first, *(name for name in in_languages(ISSUE_SHEET) if name != first)],
        "first_sheet": str(defn.title or defn.name)[:31],
        "author": _("联合监管平台"),
        "headings": [
            _("序号"),
            _("工作表"),
            _("单元格"),
            _("列"),
            _("填写内容"),
            _("问题"),
            _("修改建议"),
            _("级别"),
            _("代码"),
        ],
        "tiers": tier_labels(),
        "issues": [[*issue[:7], labels.get(issue.field, "")] for issue in issues],
    }


def tier_labels() -> dict[str, str]:
    """The four tiers, and our own corrections, in words."""
    return {
        "format": _("格式错误"),
        "validity": _("内容错误"),
        "plausible": _("需要确认"),
        "file": _("整份文件"),
        "note": _("已自动更正"),
    }
