"""verify_export: intact files pass, every change is named, other files are unreadable."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command

from agencies.models import Agency
from portal.access import Actor
from portal.lists import services
from portal.lists.models import ExportJob
from tests.portal.lists.sample import AGENCIES

pytestmark = pytest.mark.django_db


@pytest.fixture
def export(agencies: list[Agency], actor: Actor, files: Path) -> Callable[[str], Path]:
    def make(kind: str) -> Path:
        query = "sort=name&columns=name,code,ended_on,fee,letters"
        job = services.request_export(AGENCIES, format=kind, query=query, actor=actor)
        services.run_export(job.pk)
        return services.path_of(ExportJob.objects.get(pk=job.pk))

    return make


def outcome(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code of the command and all it said."""
    capsys.readouterr()
    code = 0
    try:
        call_command("verify_export", str(path))
    except SystemExit as ended:
        code = int(str(ended.code))
    said = capsys.readouterr()
    return code, said.out + said.err


def rewritten(path: Path, change: Callable[[Any], None]) -> Path:
    """The workbook opened, changed and saved by another program."""
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_an_untouched_file_is_intact(
    export: Callable[[str], Path], kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = outcome(export(kind), capsys)
    assert code == 0
    assert "INTACT" in said
    assert "与平台登记一致" in said


def test_saving_it_again_alters_nothing(
    export: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = rewritten(export("xlsx"), lambda book: None)
    assert outcome(path, capsys)[0] == 0


def set_cell(address: str, value: Any) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book["数据"][address] = value

    return change


CHANGES = {
    "a name": (set_cell("A3", "别的单位"), "首处在第 2 至"),
    "an amount": (set_cell("E3", 1), "首处在第 2 至"),
    "a head": (set_cell("B1", "编号"), "表头被改动"),
    "a formula": (set_cell("A3", "=1+1"), "出现公式"),
    "a row more": (set_cell("A10", "多一行"), "现有 9 行，导出时为 8 行"),
    "a row less": (lambda book: book["数据"].delete_rows(3), "现有 7 行，导出时为 8 行"),
    "a column more": (set_cell("F3", "x"), "列数不符"),
    "the words": (lambda book: set_about(book, "筛选条件"), "“导出说明”的文字被改动"),
    "a sheet more": (lambda book: book.create_sheet("附加"), "被增加了工作表"),
}


def set_about(book: Any, item: str) -> None:
    for row in book["导出说明"].iter_rows():
        if row[0].value == item:
            row[1].value = "全部"


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_a_change_is_named(
    export: Callable[[str], Path], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change, words = CHANGES[name]
    code, said = outcome(rewritten(export("xlsx"), change), capsys)
    assert code == 1
    assert words in said
    assert "INTACT" not in said


def rezipped(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_a_changed_csv_is_named(
    export: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    def change(members: dict[str, bytes]) -> None:
        data = members["sample_agencies.csv"]
        members["sample_agencies.csv"] = data.replace("样本单位03".encode(), "样本单位04".encode())

    code, said = outcome(rezipped(export("csv"), change), capsys)
    assert code == 1
    assert "数据被改动" in said


def test_a_manifest_rewritten_with_the_data_contradicts_the_portal(
    export: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever recomputes the hash is still found out by the portal's own record."""
    from portal.lists.manifest import Digest
    from portal.lists.values import original

    def change(members: dict[str, bytes]) -> None:
        data = members["sample_agencies.csv"]
        data = data.replace("样本单位03".encode(), "样本单位33".encode())
        lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        digest = Digest(lines[0])
        for line in lines[1:]:
            digest.add([original(cell) for cell in line])
        manifest = json.loads(members["manifest.json"])
        manifest.update(sha256=digest.sha256, blocks=digest.all_blocks())
        members["sample_agencies.csv"] = data
        members["manifest.json"] = json.dumps(manifest).encode()

    code, said = outcome(rezipped(export("csv"), change), capsys)
    assert code == 1
    assert "与平台登记不符" in said


def test_a_file_of_another_portal_is_checked_by_itself(
    export: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = export("xlsx")
    ExportJob.objects.all().delete()
    code, said = outcome(path, capsys)
    assert code == 0
    assert "只核对了文件自身" in said


def other_workbook() -> bytes:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    return buffer.getvalue()


def other_zip(name: str, data: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a zip",
        other_workbook(),
        other_zip("a.csv", "x"),
        other_zip("manifest.json", "[]"),
        other_zip("manifest.json", "{"),
        other_zip("manifest.json", '{"format": "portal-export-1"}'),
        other_zip("[Content_Types].xml", "<x"),
    ],
)
def test_other_files_are_unreadable(
    tmp_path: Path, data: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(data)
    code, said = outcome(path, capsys)
    assert code == 2
    assert "UNREADABLE" in said


def test_a_missing_and_a_cut_file_are_unreadable(
    export: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(tmp_path / "absent.xlsx", capsys)[0] == 2
    path = export("xlsx")
    path.write_bytes(path.read_bytes()[:-200])
    assert outcome(path, capsys)[0] == 2
