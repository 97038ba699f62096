"""The example in the package's docstring, run as it stands there."""

from collections.abc import Iterator

from portal.workbooks import (
    Confirmation,
    Ctx,
    Field,
    Problem,
    Row,
    SheetDefinition,
    confirm,
    mark,
    read,
    template,
)


def ends_after_start(row: Row, ctx: Ctx) -> Iterator[Problem]:
    if row["starts_on"] and row["ends_on"] and row["ends_on"] < row["starts_on"]:
        yield Problem(
            "早于合同起。", "ends_before_start", field="ends_on", suggestion="请核对两个日期。"
        )


CONTRACTS = SheetDefinition(
    name="contracts",
    version="2026-1",
    title="合同台账",
    key=("number",),
    fields=(
        Field("number", "合同编号", kind="code", required=True, example="HT-2026-01"),
        Field("media", "监测类别", kind="multi", choices=(("w", "水"), ("a", "气")), required=True),
        Field("starts_on", "合同起", kind="date"),
        Field("ends_on", "合同止", kind="date"),
        Field("amount", "合同金额(元)", kind="decimal", minimum=0, likely=(0, 5_000_000)),
    ),
    row_checks=(ends_after_start,),
)


def test_the_guide_works_from_template_to_marked_copy() -> None:
    rows: list[dict[str, object]] = [
        {"number": "A-1", "media": ["w", "a"], "starts_on": "2026-02-01", "ends_on": "2026-01-01"},
        {"number": "A-2", "media": ["w"], "amount": 9_000_000},
    ]
    meta = {"meta": {"年度": "2026"}}
    upload = template(CONTRACTS, rows, {"title": "2026 年合同", **meta})
    reading = read(CONTRACTS, upload, meta, filename="合同.xlsx")
    assert [(issue.cell, issue.code) for issue in reading.issues] == [
        ("D4", "ends_before_start"),
        ("E5", "unusual"),
    ]
    settled = confirm(reading.issues, [Confirmation("E5", "unusual", "三年一签")])
    assert [issue.cell for issue in settled.open] == ["D4"]
    assert mark(CONTRACTS, upload, reading.issues, filename="合同.xlsx").startswith(b"PK")
