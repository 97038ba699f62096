"""Bytes on disk, named by their SHA-256: written whole or not at all, the same bytes once."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings


def path_of(sha256: str) -> Path:
    """Where the bytes with this hash lie; the folder is never under the web root."""
    return Path(settings.FILES_DIR) / sha256[:2] / sha256[2:4] / sha256


def write(chunks: Iterable[bytes]) -> tuple[str, int]:
    """Store the bytes durably and give their hash and number; OSError when the disk refuses."""
    root = Path(settings.FILES_DIR)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".part-", dir=root)
    part = Path(name)
    try:
        digest, size = hashlib.sha256(), 0
        with os.fdopen(handle, "wb") as output:
            for chunk in chunks:
                digest.update(chunk)
                size += output.write(chunk)
            output.flush()
            os.fsync(output.fileno())
        _settle(part, path_of(digest.hexdigest()))
    finally:
        part.unlink(missing_ok=True)
    return digest.hexdigest(), size


def _settle(part: Path, place: Path) -> None:
    """Move into place in one step; two writers of the same bytes do no harm."""
    if place.exists():
        return
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part.replace(place)
    for folder in (place.parent, place.parent.parent):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
