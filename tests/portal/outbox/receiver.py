"""A platform as it is in life: it takes JSON under a key, and is down, slow, wrong or cut."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from portal.outbox.http import signature

SECRET = "s" * 40


@dataclass
class Receiver:
    """What it was told, and how it behaves now. ``mode``: see Handler."""

    mode: str = "ok"
    seconds: float = 0.0
    records: dict[str, str] = field(default_factory=dict)  # what it keeps, by key
    arrived: list[str] = field(default_factory=list)  # keys in the order of keeping
    posts: list[str] = field(default_factory=list)  # every key ever posted
    asked: list[str] = field(default_factory=list)
    bad_signatures: int = 0

    def start(self) -> None:
        receiver = self

        class Bound(Handler):
            platform = receiver

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Bound)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/credit/records"


class Handler(BaseHTTPRequestHandler):
    """One request. Modes: ok, slow, fault (500), busy (503), refuse (422), forbid (403),
    cut (keeps it, then cuts the line), cut_before (cuts before it keeps anything), redirect,
    page (200 with HTML), endless (an answer without end), drip (a byte now and then)."""

    platform: Receiver

    def do_POST(self) -> None:
        it, key = self.platform, self._key()
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        it.posts.append(key)
        if self.headers["X-Portal-Signature"] != signature(SECRET, key, body.encode()):
            it.bad_signatures += 1
        answer = getattr(self, f"_{it.mode}")
        answer(key, body)

    def do_GET(self) -> None:
        it, key = self.platform, unquote(self.path.rpartition("/")[2])
        it.asked.append(key)
        if it.mode in {"fault", "cut_before"}:
            self._fault(key, "")
        elif key in it.records:
            self._receipt(key)
        else:
            self._answer(404, {"error": "unknown"})

    def _key(self) -> str:
        return unquote(self.headers["Idempotency-Key"])

    def _keep(self, key: str, body: str) -> None:
        if key not in self.platform.records:
            self.platform.records[key] = body
            self.platform.arrived.append(key)

    def _ok(self, key: str, body: str) -> None:
        self._keep(key, body)
        self._receipt(key)

    def _slow(self, key: str, body: str) -> None:
        time.sleep(self.platform.seconds)
        self._ok(key, body)

    def _fault(self, key: str, body: str) -> None:
        self._answer(500, {"error": "broken"})

    def _busy(self, key: str, body: str) -> None:
        self._answer(503, {"error": "later"})

    def _refuse(self, key: str, body: str) -> None:
        self._answer(422, {"error": "CF_XZXDR is missing"})

    def _forbid(self, key: str, body: str) -> None:
        self._answer(403, {"error": "who are you"})

    def _cut(self, key: str, body: str) -> None:
        self._keep(key, body)
        self._cut_before(key, body)

    def _cut_before(self, key: str, body: str) -> None:
        self.close_connection = True
        self.connection.close()

    def _redirect(self, key: str, body: str) -> None:
        self.send_response(307)
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _page(self, key: str, body: str) -> None:
        self._bytes(200, b"<html>log in, please</html>")

    def _endless(self, key: str, body: str) -> None:
        self._keep(key, body)
        self._bytes(200, b'{"number":"' + b"9" * 200_000 + b'"}')

    def _drip(self, key: str, body: str) -> None:
        self._keep(key, body)
        self.send_response(200)
        self.send_header("Content-Length", "10000")
        self.end_headers()
        for _byte in range(200):
            try:
                self.wfile.write(b" ")
            except OSError:
                return  # the portal has had enough
            time.sleep(0.05)

    def _receipt(self, key: str) -> None:
        number = f"P{self.platform.arrived.index(key) + 1}"
        self._answer(201, {"key": key, "number": number})

    def _answer(self, status: int, facts: dict[str, Any]) -> None:
        self._bytes(status, json.dumps(facts).encode())

    def _bytes(self, status: int, body: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            return  # the portal hung up

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""
