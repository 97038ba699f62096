"""A file is as visible as its record, and leaves only as a download."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.test import Client

from agencies.models import User
from portal.access import PUBLIC
from portal.files.forms import UploadField
from portal.files.services import attach, store_made, store_upload
from portal.models import AuditEvent, StoredFile
from tests.factories import ActorFactory, RosterFactory, district
from tests.portal.files.conftest import upload, workbook

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(user_id: int | None) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user_id), backend=BACKEND)
    return client


def test_a_file_is_the_uploaders_alone_however_public_the_record_it_names():
    owner, stranger = ActorFactory(), ActorFactory()
    stored = store_upload(upload(workbook()), purpose="workbook", actor=owner)
    for subject in (f"agency:{owner.agency_id}", f"region:{district().pk}"):
        StoredFile.objects.filter(pk=stored.pk).update(subject_ref=subject)
        assert list(StoredFile.objects.visible_to(owner)) == [stored]
        assert not StoredFile.objects.visible_to(stranger).exists()
        assert not StoredFile.objects.visible_to(PUBLIC).exists()


def test_an_upload_stays_behind_when_its_uploader_takes_another_post():
    owner = ActorFactory()
    stored = store_upload(upload(workbook()), purpose="workbook", actor=owner)
    elsewhere = replace(owner, post_id=ActorFactory().post_id)
    assert StoredFile.objects.visible_to(owner).filter(pk=stored.pk).exists()
    assert not StoredFile.objects.visible_to(elsewhere).exists()


def test_the_files_of_a_record_that_carries_them_are_as_visible_as_it():
    roster = RosterFactory()
    owner = ActorFactory(agency=roster.agency)
    peer, stranger = ActorFactory(agency=roster.agency), ActorFactory(agency__sibling=True)
    stored = store_upload(upload(workbook()), purpose="workbook", actor=owner)
    attach(stored, subject_ref=f"roster:{roster.pk}", actor=owner)
    assert list(StoredFile.objects.visible_to(peer)) == [stored]
    assert not StoredFile.objects.visible_to(stranger).exists()


def test_a_download_is_an_attachment_under_its_chinese_name():
    owner = ActorFactory()
    content = workbook()
    stored = store_upload(upload(content, "名单 2026.xlsx"), purpose="workbook", actor=owner)
    response = signed_in(owner.user_id).get(stored.get_absolute_url())
    assert b"".join(response.streaming_content) == content
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E5%90%8D%E5%8D%95%202026.xlsx"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert not AuditEvent.objects.filter(verb="access.read").exists()


def test_a_stranger_learns_nothing_of_a_file():
    stored = store_upload(upload(workbook()), purpose="workbook", actor=ActorFactory())
    stranger = signed_in(ActorFactory().user_id)
    assert stranger.get(stored.get_absolute_url()).status_code == 404
    nobody = Client().get(stored.get_absolute_url())
    assert nobody["Location"].startswith("/accounts/login/")
    assert stranger.get("/files/999999/").status_code == 404


def test_an_unscanned_file_is_withheld(settings: Any, tmp_path: Path):
    settings.CLAMD_ADDRESS = f"unix:{tmp_path}/absent.sock"
    owner = ActorFactory()
    stored = store_upload(upload(workbook()), purpose="workbook", actor=owner)
    assert signed_in(owner.user_id).get(stored.get_absolute_url()).status_code == 403


def test_the_download_of_a_protected_file_is_written_to_the_readers_stream():
    owner = ActorFactory()
    made = store_made([b"{}"], name="x.jsonl", purpose="export", actor=owner)
    response = signed_in(owner.user_id).get(made.get_absolute_url())
    assert b"".join(response.streaming_content) == b"{}"
    event = AuditEvent.objects.get(verb="access.read")
    assert (event.stream, event.subject) == (f"user:{owner.user_id}", f"file:{made.pk}")


class SampleForm(forms.Form):
    file = UploadField(purpose="workbook")


def test_every_upload_shows_the_warning_about_state_secrets():
    page = str(SampleForm())
    assert "严禁上传涉密文件" in page
    assert 'accept=".xlsx,.xls,.csv"' in page
    assert 'type="file"' in page


def test_the_field_says_what_is_wrong_with_a_file():
    form = SampleForm({}, {"file": upload(b"%PDF-1.7", "scan.pdf")})
    assert not form.is_valid()
    assert "xlsx、xls、csv" in str(form.errors["file"])
    assert SampleForm({}, {"file": upload(workbook())}).is_valid()
