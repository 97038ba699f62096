"""What the rooms of sharing need beyond the common fixtures."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.clocks.now import SHANGHAI, real_now
from portal.files.services import store_upload
from tests.factories import ActorFactory, PostFactory

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def files(settings, tmp_path):
    """Uploads of this test go to a folder of its own."""
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def stored_workbook(db, files):
    """A small csv, stored as an upload."""
    upload = SimpleUploadedFile("名单.csv", "机构名称\n样本\n".encode())
    return store_upload(upload, purpose="workbook", actor=ActorFactory())


@pytest.fixture
def in_june(settings):
    """The day is 20 June 2026, ten days before the half-year's last day."""
    shift = dt.datetime(2026, 6, 20, 9, 0, tzinfo=SHANGHAI) - real_now()
    settings.CLOCK_SHIFT_SECONDS = shift.total_seconds()


@pytest.fixture
def browser():
    """A browser signed in as a new post: ``browser(agency=…, roles=[…])``."""

    def sign_in(**traits) -> Client:
        client = Client()
        client.force_login(PostFactory(**traits).user, backend=BACKEND)
        return client

    return sign_in
