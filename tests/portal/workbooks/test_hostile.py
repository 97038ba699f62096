"""Every hostile file gets its declared issue within the limits, and never an exception."""

import io
import logging
import os

import openpyxl
import pytest

from portal.workbooks import Issue, mark, read
from tests.portal.workbooks.hostile import LEDGER, Hostile
from tests.portal.workbooks.hostile_files import FILES

SMALL = 300_000  # larger ones are refused as a whole and have nothing to mark


@pytest.mark.parametrize("file", FILES, ids=str)
def test_hostile_file_gets_its_issue(file: Hostile, caplog: pytest.LogCaptureFixture) -> None:
    content = file.make()
    begun = child_seconds()
    with caplog.at_level(logging.ERROR, logger="portal.workbooks"):
        reading = read(LEDGER, content, {}, filename=file.filename)
        assert child_seconds() - begun < 10
        if len(content) < SMALL:
            check_marked(content, file.filename, reading.issues)
    codes = {issue.code for issue in reading.issues}
    assert codes == ({file.expected} if file.expected else set()), reading.issues
    assert {note.code for note in reading.notes} == ({file.note} if file.note else set())
    if file.rows is not None:
        assert (len(reading.rows), reading.clean) == (file.rows, True)
    for issue in reading.issues:
        assert issue.message.endswith("。")
        assert issue.suggestion.endswith("。")
        assert "\0" not in issue.message + issue.value + issue.key
    assert not caplog.messages


def child_seconds() -> float:
    """Processor time of the reading children; a busy machine does not stretch it."""
    times = os.times()
    return times.children_user + times.children_system


def check_marked(content: bytes, filename: str, issues: tuple[Issue, ...]) -> None:
    """The marked copy opens, lists every issue, and holds no formula of ours."""
    book = openpyxl.load_workbook(io.BytesIO(mark(LEDGER, content, issues, filename=filename)))
    listing = book["问题清单"]
    assert [cell.value for cell in listing["I"][1:]] == [issue.code for issue in issues]
    assert all(cell.data_type != "f" for row in listing.iter_rows() for cell in row)
