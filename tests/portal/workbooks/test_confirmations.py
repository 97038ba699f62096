"""Plausible issues can be confirmed with a reason, and stay confirmed when rows move."""

from portal.workbooks import Confirmation, Issue, confirm, read, remember, template
from tests.portal.workbooks.hostile import LEDGER
from tests.portal.workbooks.sample import ROSTER, good_rows


def issue(tier: str = "plausible", cell: str = "D7", key: str = "A-1") -> Issue:
    return Issue("台账", cell, "9", "unusual", tier, "不常见。", "请确认。", "amount", key)  # type: ignore[arg-type]


def test_reason_given_for_a_cell_confirms_its_issue() -> None:
    answer = Confirmation("D7", "unusual", "三年一签")
    settled = confirm([issue()], [answer])
    assert settled.open == ()
    assert settled.confirmed == ((issue(), answer),)


def test_without_a_reason_nothing_is_confirmed() -> None:
    answer = Confirmation("D7", "unusual", "  ")
    settled = confirm([issue()], [answer])
    assert (settled.open, settled.unmatched) == ((issue(),), (answer,))


def test_errors_cannot_be_confirmed_away() -> None:
    wrong = issue("validity")
    assert confirm([wrong], [Confirmation("D7", "unusual", "就是这样")]).open == (wrong,)


def test_remembered_confirmation_follows_its_row() -> None:
    kept = remember(issue(cell="D7"), "三年一签")
    moved, other = issue(cell="D9"), issue(cell="D7", key="B-2")
    settled = confirm([moved, other], [kept])
    assert settled.open == (other,)
    assert [confirmed for confirmed, _ in settled.confirmed] == [moved]


def test_confirmation_holds_after_a_row_was_inserted_above() -> None:
    rows = good_rows(3)
    rows[2]["amount"] = 9_000_000
    first = read(ROSTER, template(ROSTER, rows, {}), {}, filename="a.xlsx")
    kept = [remember(found, "跨三年的框架合同") for found in first.issues]
    again = read(ROSTER, template(ROSTER, [good_rows(4)[3], *rows], {}), {}, filename="a.xlsx")
    assert [found.cell for found in (*first.issues, *again.issues)] == ["S6", "S7"]
    assert confirm(again.issues, kept).open == ()


def test_notes_do_not_block() -> None:
    assert confirm([issue("note")], []).open == ()


def test_a_missing_column_cannot_be_confirmed_away() -> None:
    reading = read(ROSTER, "机构名称\n甲公司\n".encode(), {}, filename="a.csv")
    assert {found.code for found in reading.issues} == {"missing_column"}
    answers = [Confirmation(found.cell, found.code, "没有") for found in reading.issues]
    assert confirm(reading.issues, answers).open == reading.issues


def test_an_unknown_column_can_be_confirmed() -> None:
    content = "名称,编号,其他\n甲公司,A-1,x\n".encode()
    reading = read(LEDGER, content, {}, filename="a.csv")
    settled = confirm(reading.issues, [Confirmation("C1", "unknown_column", "内部备注")])
    assert (len(settled.confirmed), settled.open) == (1, ())
