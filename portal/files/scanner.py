"""The virus scanner: clamd by INSTREAM, over a unix socket or TCP."""

from __future__ import annotations

import logging
import socket
import struct
from pathlib import Path
from typing import IO

from django.conf import settings

from portal.files.choices import ScanState

log = logging.getLogger(__name__)

CHUNK = 64 * 1024
SECONDS = 30.0


def is_configured() -> bool:
    return bool(settings.CLAMD_ADDRESS)


def scan(path: Path) -> ScanState:
    """CLEAN or INFECTED; PENDING while the scanner cannot say; UNSCANNED when there is none."""
    if not is_configured():
        return ScanState.UNSCANNED
    try:
        with path.open("rb") as source:
            return scan_stream(source, path.name)
    except OSError as error:
        log.error("%s cannot be read for the virus scanner: %s", path.name, error)
        return ScanState.PENDING


def scan_stream(source: IO[bytes], name: str) -> ScanState:
    """As `scan`, of bytes that are not stored (yet), from where the stream stands."""
    if not is_configured():
        return ScanState.UNSCANNED
    try:
        answer = _ask(source)
    except OSError as error:
        log.error("The virus scanner at %s does not answer: %s", settings.CLAMD_ADDRESS, error)
        return ScanState.PENDING
    if answer.endswith("FOUND"):
        log.warning("The virus scanner says %s of %s", answer, name)
        return ScanState.INFECTED
    if answer.endswith("OK"):
        return ScanState.CLEAN
    log.error("The virus scanner could not scan %s: %s", name, answer)
    return ScanState.PENDING


def _ask(source: IO[bytes]) -> str:
    with _connected() as server:
        server.sendall(b"zINSTREAM\0")
        while chunk := source.read(CHUNK):
            server.sendall(struct.pack(">I", len(chunk)) + chunk)
        server.sendall(struct.pack(">I", 0))
        answer = b""
        while part := server.recv(4096):
            answer += part
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _connected() -> socket.socket:
    address = str(settings.CLAMD_ADDRESS).removeprefix("tcp://")
    if address.startswith(("unix:", "/")):
        server = socket.socket(socket.AF_UNIX)
        server.settimeout(SECONDS)
        try:
            server.connect(address.removeprefix("unix:"))
        except OSError:
            server.close()
            raise
        return server
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)
