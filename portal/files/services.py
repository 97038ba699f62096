"""Storing what people upload and what the portal makes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.access import Actor, job_actor
from portal.audit.record import record
from portal.clocks import now
from portal.errors import Refused
from portal.files import scanner, store
from portal.files.choices import ScanState
from portal.files.kinds import KINDS, check_kind, kind_of
from portal.files.models import StoredFile
from portal.files.purposes import purpose_named

LONGEST_NAME = 200
UNSAFE = re.compile(r'[\\/:*?"<>|]')


def safe_name(name: str) -> str:
    """The last part of a name, without control, format and path characters, at most 200 long."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(
        c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    )
    clean = UNSAFE.sub("_", shown).strip(" .")
    if len(clean) > LONGEST_NAME:
        stem, dot, ending = clean.rpartition(".")
        clean = stem[: LONGEST_NAME - len(dot + ending)] + dot + ending
    return clean[-LONGEST_NAME:] or "file"


def check_upload(upload: UploadedFile, purpose: str) -> str:
    """The kind of an upload, read from its bytes; Refused says what is wrong and what to do."""
    rule = purpose_named(purpose)
    if upload.size is None or upload.size > rule.limit:
        megabytes = rule.limit // (1024 * 1024)
        message = _("文件超过 %(size)d MB，请拆分或压缩图片后再上传。") % {"size": megabytes}
        raise Refused(message, code="file_size")
    if upload.file is None:
        raise Refused(_("没有收到文件，请重新选择。"), code="file_empty")
    return check_kind(upload.file, safe_name(upload.name or ""), rule.kinds)


def check_and_scan(upload: UploadedFile, purpose: str) -> None:
    """`check_upload` and the scanner, for what is read without being stored (a dry run).

    Refused while a configured scanner is away: nothing would wait for its answer.
    """
    check_upload(upload, purpose)
    name = safe_name(upload.name or "")
    state = scanner.scan_stream(upload.open(), name)
    upload.seek(0)
    if state == ScanState.INFECTED:
        raise Refused(_infected(name), code="file_infected")
    if state == ScanState.PENDING:
        raise Refused(_unscanned(name), code="file_unscanned")


def store_upload(
    upload: UploadedFile, *, purpose: str, actor: Actor, subject_ref: str = ""
) -> StoredFile:
    """Check, store and scan an upload; Refused when it is not allowed or carries a virus.

    While a configured scanner is away the file waits unserved, and a job asks again.
    """
    kind = check_upload(upload, purpose)
    sha256, size = store.write(upload.chunks())
    state = scanner.scan(store.path_of(sha256))
    if state == ScanState.INFECTED:
        _forget(sha256)
        raise Refused(_infected(safe_name(upload.name or "")), code="file_infected")
    name = safe_name(upload.name or "")
    return _keep(sha256, size, name, kind, purpose, state, actor=actor, subject_ref=subject_ref)


def store_made(
    chunks: Iterable[bytes], *, name: str, purpose: str, actor: Actor, subject_ref: str = ""
) -> StoredFile:
    """Store a file that the portal itself made (an export, a marked workbook)."""
    sha256, size = store.write(chunks)
    name = safe_name(name)
    state = ScanState.CLEAN
    kind = kind_of(name)
    return _keep(sha256, size, name, kind, purpose, state, actor=actor, subject_ref=subject_ref)


@transaction.atomic
def attach(stored: StoredFile, *, subject_ref: str, actor: Actor) -> None:
    """Give a file that came before its record to that record, once."""
    rows = StoredFile.objects.filter(pk=stored.pk, subject_ref="")
    if rows.update(subject_ref=subject_ref) != 1:
        raise Refused(_("该文件已归入其他记录。"), code="file_attached")
    stored.subject_ref = subject_ref
    record(actor, "file.attach", stored, facts=_facts(stored), stream=subject_ref)


def read_path(stored: StoredFile) -> Path:
    """Where the bytes are, for readers inside the portal; Refused until they may be read."""
    if not stored.is_served:
        raise Refused(_unscanned(stored.name), code="file_unscanned")
    return store.path_of(stored.sha256)


@transaction.atomic
def rescan(stored: StoredFile) -> None:
    """Ask the scanner again for a file that waits; may run twice."""
    state = scanner.scan(store.path_of(stored.sha256))
    waiting = StoredFile.objects.filter(pk=stored.pk, scan_state=stored.scan_state)
    if state == stored.scan_state or waiting.update(scan_state=state) != 1:
        return
    changes = {"scan_state": [stored.scan_state, state]}
    record(job_actor("files.rescan"), "file.scan", stored, changes=changes)


@transaction.atomic
def _keep(
    sha256: str,
    size: int,
    name: str,
    kind: str,
    purpose: str,
    state: ScanState,
    *,
    actor: Actor,
    subject_ref: str,
) -> StoredFile:
    stored = StoredFile.objects.create(
        sha256=sha256,
        size=size,
        name=name,
        content_type=KINDS[kind].content_type,
        purpose=purpose_named(purpose).name,
        subject_ref=subject_ref,
        uploaded_by_id=actor.user_id,
        uploaded_by_post_id=actor.post_id,
        uploaded_at=now(),
        scan_state=state,
    )
    record(actor, "file.store", stored, facts=_facts(stored))
    return stored


def _infected(name: str) -> str:
    message = _("“%(name)s”含有病毒，未保存。请杀毒后重新上传，并告知本单位信息安全人员。")
    return message % {"name": name}


def _unscanned(name: str) -> str:
    return _("“%(name)s”尚未通过查毒，暂不能使用，请稍后再试。") % {"name": name}


def _facts(stored: StoredFile) -> dict[str, str | int]:
    return {"name": stored.name, "sha256": stored.sha256, "size": stored.size}


def _forget(sha256: str) -> None:
    """Remove infected bytes unless an older row still points to them."""
    if not StoredFile.objects.filter(sha256=sha256).exists():
        store.path_of(sha256).unlink(missing_ok=True)
