"""What the rooms of sharing need beyond the common fixtures."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.files.services import store_upload
from tests.factories import ActorFactory


@pytest.fixture
def stored_workbook(db, settings, tmp_path):
    """A small csv, stored as an upload."""
    settings.FILES_DIR = tmp_path / "files"
    upload = SimpleUploadedFile("名单.csv", "机构名称\n样本\n".encode())
    return store_upload(upload, purpose="workbook", actor=ActorFactory())
