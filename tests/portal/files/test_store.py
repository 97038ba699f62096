"""What may be stored, under which name, and what the scanner must say first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portal.errors import Refused
from portal.files import services, store, tasks
from portal.files.choices import ScanState
from portal.files.services import safe_name, store_upload
from portal.models import AuditEvent, StoredFile
from tests.factories import ActorFactory
from tests.portal.files.conftest import EICAR, upload, workbook

pytestmark = pytest.mark.django_db


def test_an_upload_is_stored_by_its_hash_with_an_audit_line(files_dir: Path):
    actor = ActorFactory()
    stored = store_upload(upload(workbook()), purpose="workbook", actor=actor)
    place = files_dir / stored.sha256[:2] / stored.sha256[2:4] / stored.sha256
    assert place.read_bytes() == workbook()
    assert (stored.size, stored.name) == (len(workbook()), "名单.xlsx")
    assert stored.uploaded_by_post_id == actor.post_id
    event = AuditEvent.objects.get(subject=f"file:{stored.pk}")
    assert event.verb == "file.store"
    assert stored.sha256 in event.body


def test_the_same_bytes_are_kept_once_and_no_part_is_left(files_dir: Path):
    first = store_upload(upload(workbook(), "a.xlsx"), purpose="workbook", actor=ActorFactory())
    second = store_upload(upload(workbook(), "b.xlsx"), purpose="workbook", actor=ActorFactory())
    assert first.sha256 == second.sha256
    assert [path for path in files_dir.rglob("*") if path.is_file()] == [
        store.path_of(first.sha256)
    ]


def test_a_write_that_breaks_off_leaves_nothing(files_dir: Path):
    def chunks():
        yield b"half"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        store.write(chunks())
    assert list(files_dir.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "name", "purpose", "code"),
    [
        (b"MZ program", "setup.exe", "workbook", "file_kind"),
        (workbook(), "no-ending", "workbook", "file_kind"),
        (workbook(), "scan.xlsx", "scan", "file_kind"),
        (b"", "empty.csv", "workbook", "file_empty"),
        (b"a,b\n1,2\n", "text.xlsx", "workbook", "file_content"),
        (workbook()[:40], "cut.xlsx", "workbook", "file_content"),
        (workbook(macros=True), "macros.xlsx", "workbook", "file_content"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1locked", "locked.xlsx", "workbook", "file_content"),
        (b"MZ\0\0program", "program.csv", "workbook", "file_content"),
        (workbook(), "sheet.pdf", "scan", "file_content"),
        (b"<html>", "page.png", "scan", "file_content"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value,
)
def test_what_is_not_allowed_is_refused_and_not_stored(
    content: bytes, name: str, purpose: str, code: str, files_dir: Path
):
    with pytest.raises(Refused) as refusal:
        store_upload(upload(content, name), purpose=purpose, actor=ActorFactory())
    assert refusal.value.code == code
    assert not StoredFile.objects.exists()
    assert not files_dir.exists()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("机构,代码\n甲,1\n".encode("gb18030"), "gbk.csv"),
        ("﻿机构,代码\n".encode(), "utf8.csv"),
        ("机构\t代码\n".encode("utf-16"), "utf16.csv"),
        ("院" * 40_000, "long.csv"),
        (b"%PDF-1.7\n", "扫描.pdf"),
        (b"\xff\xd8\xff\xe0", "PHOTO.JPEG"),
    ],
)
def test_files_as_offices_save_them_are_taken(content: Any, name: str):
    content = content if isinstance(content, bytes) else content.encode()
    purpose = "workbook" if name.endswith("csv") else "scan"
    assert store_upload(upload(content, name), purpose=purpose, actor=ActorFactory()).pk


def test_a_file_above_the_limit_is_refused(settings: Any):
    settings.UPLOAD_MAX_BYTES = 100
    with pytest.raises(Refused) as refusal:
        store_upload(upload(workbook()), purpose="workbook", actor=ActorFactory())
    assert refusal.value.code == "file_size"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        (r"C:\用户\名单.csv", "名单.csv"),
        ("a\r\nSet-Cookie: x.csv", "aSet-Cookie_ x.csv"),
        ("名单\u202exslx.csv", "名单xslx.csv"),
        ('q"<>|?*.csv', "q______.csv"),
        ("...", "file"),
        ("长" * 300 + ".xlsx", "长" * 195 + ".xlsx"),
    ],
)
def test_names_are_made_safe(given: str, kept: str):
    assert safe_name(given) == kept


def test_a_clean_file_is_served_once_the_scanner_said_so(clamd: str):
    stored = store_upload(upload(workbook()), purpose="workbook", actor=ActorFactory())
    assert (stored.scan_state, stored.is_served) == (ScanState.CLEAN, True)


def test_an_infected_file_is_refused_and_its_bytes_are_gone(clamd: str, files_dir: Path):
    with pytest.raises(Refused) as refusal:
        store_upload(upload(b"a,b\n" + EICAR, "v.csv"), purpose="workbook", actor=ActorFactory())
    assert refusal.value.code == "file_infected"
    assert not StoredFile.objects.exists()
    assert not [path for path in files_dir.rglob("*") if path.is_file()]


def test_while_the_scanner_is_away_a_file_waits_unserved(settings: Any, tmp_path: Path):
    settings.CLAMD_ADDRESS = f"unix:{tmp_path}/absent.sock"
    stored = store_upload(upload(workbook()), purpose="workbook", actor=ActorFactory())
    assert (stored.scan_state, stored.is_served) == (ScanState.PENDING, False)
    with pytest.raises(Refused):
        services.read_path(stored)


@pytest.mark.parametrize(
    ("content", "state"),
    [(b"a,b\n", ScanState.CLEAN), (b"a,b\n" + EICAR, ScanState.INFECTED)],
)
def test_what_waited_is_scanned_when_the_scanner_is_back(
    content: bytes, state: ScanState, settings: Any, tmp_path: Path, request: Any
):
    settings.CLAMD_ADDRESS = f"unix:{tmp_path}/absent.sock"
    stored = store_upload(upload(content, "w.csv"), purpose="workbook", actor=ActorFactory())
    request.getfixturevalue("clamd")
    tasks.rescan_waiting_files()
    tasks.rescan_waiting_files()
    stored.refresh_from_db()
    assert stored.scan_state == state
    assert stored.is_served == (state == ScanState.CLEAN)
    assert AuditEvent.objects.filter(verb="file.scan").count() == 1


def test_files_from_before_the_scanner_are_withheld_until_scanned(clamd: str, settings: Any):
    address, settings.CLAMD_ADDRESS = clamd, ""
    stored = store_upload(upload(workbook()), purpose="workbook", actor=ActorFactory())
    assert stored.is_served
    settings.CLAMD_ADDRESS = address
    assert not stored.is_served
    tasks.rescan_waiting_files()
    stored.refresh_from_db()
    assert stored.is_served


def test_a_file_is_attached_to_its_record_once():
    actor = ActorFactory()
    stored = store_upload(upload(workbook()), purpose="workbook", actor=actor)
    services.attach(stored, subject_ref=f"agency:{actor.agency_id}", actor=actor)
    assert StoredFile.objects.of(f"agency:{actor.agency_id}").get() == stored
    with pytest.raises(Refused):
        services.attach(stored, subject_ref="agency:999", actor=actor)


def test_what_the_portal_makes_is_stored_without_a_scan(settings: Any, tmp_path: Path):
    settings.CLAMD_ADDRESS = f"unix:{tmp_path}/absent.sock"
    made = services.store_made([b"{}"], name="x.jsonl", purpose="export", actor=ActorFactory())
    assert made.is_served
    assert made.is_protected
