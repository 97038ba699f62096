"""The marked copy as a job: made once, by whoever claims it, whatever happened to the queue."""

from __future__ import annotations

import datetime as dt
import io
import logging
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from kombu.exceptions import OperationalError

from portal.access import PUBLIC, Actor
from portal.clocks import now
from portal.files.models import StoredFile
from portal.files.services import read_path, store_upload
from portal.workbooks import copies, read
from portal.workbooks.models import MOST_ATTEMPTS, MarkedCopy
from portal.workbooks.tasks import make_marked_copy, make_waiting_copies
from tests.factories import ActorFactory
from tests.portal.workbooks.hostile import GOOD, LEDGER, book

pytestmark = pytest.mark.django_db

BAD = ["", "x", "2026-02-30", 1.5]
Sent = list[int]


@pytest.fixture
def actor(settings: Any, tmp_path: Path) -> Actor:
    settings.FILES_DIR = tmp_path / "files"
    return ActorFactory()


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """The keys that were handed to the queue, which nobody empties."""
    sent: Sent = []
    monkeypatch.setattr(make_marked_copy, "delay", sent.append)
    return sent


@pytest.fixture
def copy(actor: Actor) -> MarkedCopy:
    return asked(actor)


def asked(actor: Actor, content: bytes = b"", name: str = "标注.xlsx") -> MarkedCopy:
    content = content or book(GOOD, BAD)
    upload = SimpleUploadedFile("台账.xlsx", content)
    stored = store_upload(upload, purpose="workbook", actor=actor)
    issues = read(LEDGER, content, {}, filename=stored.name).issues
    return copies.request_copy(LEDGER, stored, issues, name=name, actor=actor)


def fail(*_args: Any) -> bytes:
    raise SoftTimeLimitExceeded


def no_broker(_key: int) -> None:
    raise OperationalError("away")


def test_a_worker_makes_the_copy_with_every_issue_at_its_cell(copy: MarkedCopy) -> None:
    assert (copy.is_open, copy.file) == (True, None)
    make_marked_copy(copy.pk)
    copy.refresh_from_db()
    assert copy.file is not None
    assert (copy.file.name, copy.is_open, copy.request) == ("标注.xlsx", False, {})
    sheet = openpyxl.load_workbook(io.BytesIO(read_path(copy.file).read_bytes()))["台账"]
    assert "2026-02-28" in sheet["C3"].comment.text
    assert read_path(copy.file).name == copy.file.sha256


def test_asking_again_gives_the_same_copy(
    actor: Actor, copy: MarkedCopy, queue: Sent, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        again = copies.request_copy(LEDGER, copy.source, [], name="另一个.xlsx", actor=actor)
    assert (again, again.name, queue) == (copy, "标注.xlsx", [])


def test_it_goes_to_the_queue_when_the_upload_is_kept(
    actor: Actor, queue: Sent, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        copy = asked(actor)
        assert queue == []
    assert queue == [copy.pk]


def test_the_same_job_twice_makes_one_file(copy: MarkedCopy) -> None:
    make_marked_copy(copy.pk)
    made = StoredFile.objects.count()
    make_marked_copy(copy.pk)
    assert StoredFile.objects.count() == made
    copy.refresh_from_db()
    assert copy.attempts == 1


def test_two_workers_do_not_mark_the_same_upload(
    copy: MarkedCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second comes while the first is at it."""
    begun: list[int] = []

    def marked(_request: Any, _content: bytes) -> bytes:
        begun.append(1)
        make_marked_copy(copy.pk)
        return b"PK"

    monkeypatch.setattr(copies, "marked_by", marked)
    make_marked_copy(copy.pk)
    assert begun == [1]


def test_without_a_broker_nothing_is_lost(
    actor: Actor,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: Any,
) -> None:
    monkeypatch.setattr(make_marked_copy, "delay", no_broker)
    with (
        caplog.at_level(logging.WARNING),
        django_capture_on_commit_callbacks(execute=True),
    ):
        copy = asked(actor)
    assert "beat looks again" in caplog.text
    monkeypatch.setattr(make_marked_copy, "delay", make_marked_copy)
    make_waiting_copies()
    copy.refresh_from_db()
    assert copy.file is not None


def test_what_a_dead_worker_left_is_taken_up_again(copy: MarkedCopy, queue: Sent) -> None:
    MarkedCopy.objects.update(claimed_at=now(), attempts=1)
    make_waiting_copies()
    assert queue == []  # its worker may still be alive
    gone = now() - copies.WORKER_GONE_AFTER - dt.timedelta(seconds=1)
    MarkedCopy.objects.update(claimed_at=gone)
    make_waiting_copies()
    assert queue == [copy.pk]
    make_marked_copy(copy.pk)
    copy.refresh_from_db()
    assert (copy.attempts, copy.is_open) == (2, False)


def test_a_worker_that_comes_too_late_changes_nothing(
    copy: MarkedCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was slow, not dead; another one claimed the copy meanwhile."""

    def marked(_request: Any, _content: bytes) -> bytes:
        MarkedCopy.objects.update(attempts=2)
        return b"PK"

    monkeypatch.setattr(copies, "marked_by", marked)
    make_marked_copy(copy.pk)
    copy.refresh_from_db()
    assert copy.file is None


def test_a_failing_copy_is_tried_five_times_and_then_given_up(
    copy: MarkedCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "marked_by", fail)
    monkeypatch.setattr(make_marked_copy, "delay", make_marked_copy)
    for _minute in range(MOST_ATTEMPTS - 1):
        make_waiting_copies()
        copy.refresh_from_db()
        assert copy.is_open
    make_waiting_copies()
    copy.refresh_from_db()
    assert (copy.is_open, copy.attempts, copy.file) == (False, MOST_ATTEMPTS, None)
    assert "SoftTimeLimitExceeded" in copy.error


def test_one_whose_workers_all_died_is_given_up(copy: MarkedCopy, queue: Sent) -> None:
    gone = now() - copies.WORKER_GONE_AFTER - dt.timedelta(seconds=1)
    MarkedCopy.objects.update(claimed_at=gone, attempts=MOST_ATTEMPTS)
    make_waiting_copies()
    copy.refresh_from_db()
    assert (copy.is_open, queue) == (False, [])


def test_it_speaks_the_language_of_whoever_asked(actor: Actor) -> None:
    with translation.override("en"):
        copy = asked(actor)
    make_marked_copy(copy.pk)
    copy.refresh_from_db()
    assert copy.file is not None
    marked = openpyxl.load_workbook(io.BytesIO(read_path(copy.file).read_bytes()))
    assert marked.sheetnames[0] == "台账"
    assert "问题清单" not in marked.sheetnames


def test_it_is_as_hidden_as_the_upload(actor: Actor, copy: MarkedCopy) -> None:
    make_marked_copy(copy.pk)
    assert copy in MarkedCopy.objects.visible_to(actor)
    copy.refresh_from_db()
    for stranger in (PUBLIC, ActorFactory()):
        assert not MarkedCopy.objects.visible_to(stranger).exists()
        assert not StoredFile.objects.visible_to(stranger).filter(pk=copy.file_id).exists()
