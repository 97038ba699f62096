"""Delivery by HTTP: JSON with a stable key and a signature, bounded in time and size.

The standard library does it: one request on one connection, no redirects, no proxies from the
environment, no retries behind our back. No HTTP client is among the locked dependencies.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from portal.outbox.channels import Configuration, NotSent, Parcel, Receipt, Rejected, Unclear

CONNECT_SECONDS = 5
READ_SECONDS = 15
WHOLE_SECONDS = 30  # of one exchange, however slowly it drips
MOST_BYTES = 64 * 1024  # of an answer
SHOWN = 300  # characters of an answer that are kept as the error

# Answers to a fault of the address, the secret or the moment, not of the message.
PASSING = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
)


@dataclass(frozen=True, slots=True)
class Reply:
    """The status and the bounded body of an answer."""

    status: int
    body: bytes

    @property
    def words(self) -> str:
        text = " ".join(self.body.decode("utf-8", "replace").split())
        return f"HTTP {self.status} {text}"[:SHOWN].strip()


def signature(secret: str, key: str, body: bytes) -> str:
    """``sha256=`` and the HMAC of key, line feed and body: neither can be exchanged alone."""
    signed = hmac.new(secret.encode(), key.encode() + b"\n" + body, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


class HttpAdapter:
    """``POST url`` hands a message over; ``GET url/<key>`` asks whether a key is known.

    Both carry ``Idempotency-Key`` and ``X-Portal-Signature``. 2xx with a JSON object is the
    receipt; 404 to the GET means not known.
    """

    def __init__(self, config: Configuration) -> None:
        self.config = config

    def deliver(self, parcel: Parcel) -> Receipt:
        """Hand over once; NotSent, Unclear or Rejected when there is no receipt."""
        reply = self._exchange("POST", "", parcel.key, parcel.body.encode())
        if 200 <= reply.status < 300:
            return _receipt(reply, parcel.key)
        if 300 <= reply.status < 400:
            words = {"reply": reply.words}
            raise NotSent(_("对方要求转到其他地址，未跟随，请核对通道地址：%(reply)s") % words)
        if reply.status in PASSING:
            raise NotSent(reply.words)
        if reply.status == HTTPStatus.REQUEST_TIMEOUT or reply.status >= 500:
            raise Unclear(reply.words)
        raise Rejected(reply.words)

    def query(self, key: str) -> Receipt | None:
        """The receipt of a key, None when the other side does not know it; else Unclear."""
        try:
            reply = self._exchange("GET", f"/{quote(key, safe='')}", key, b"")
        except NotSent as error:
            raise Unclear(str(error)) from error
        if reply.status == HTTPStatus.NOT_FOUND:
            return None
        if 200 <= reply.status < 300:
            return _receipt(reply, key)
        raise Unclear(reply.words)

    def _exchange(self, method: str, below: str, key: str, body: bytes) -> Reply:
        """One request and its answer; what fails before the request is written was not sent."""
        connection = self._connection()
        with _deadline(connection) as line:
            try:
                connection.connect()
                line.socket = connection.sock
                connection.sock.settimeout(READ_SECONDS)
            except (OSError, ssl.SSLError) as error:
                raise NotSent(_("连接失败：%(error)s") % {"error": error}) from error
            try:
                connection.request(method, f"{self._path()}{below}", body, self._head(key, body))
                with connection.getresponse() as response:
                    return _read(response)
            except (OSError, http.client.HTTPException) as error:
                reason = str(error) or type(error).__name__
                raise Unclear(_("未收到完整答复：%(error)s") % {"error": reason}) from error

    def _connection(self) -> http.client.HTTPConnection:
        address = self.config.address
        if not self.config.is_secured or address.hostname is None:
            raise NotSent(_("通道地址未配置，或既非 https 也不在允许明文访问的主机之列。"))
        if address.scheme == "http":
            return http.client.HTTPConnection(
                address.hostname, address.port, timeout=CONNECT_SECONDS
            )
        try:
            context = ssl.create_default_context(cafile=self.config.ca_file or None)
        except OSError as error:
            raise NotSent(_("无法读取通道的 CA 证书：%(error)s") % {"error": error}) from error
        return http.client.HTTPSConnection(
            address.hostname, address.port, timeout=CONNECT_SECONDS, context=context
        )

    def _path(self) -> str:
        return self.config.address.path.rstrip("/")

    def _head(self, key: str, body: bytes) -> dict[str, str]:
        head = {
            "Accept": "application/json",
            "Connection": "close",
            "Idempotency-Key": quote(key, safe=""),
            "X-Portal-Signature": signature(self.config.secret, key, body),
        }
        if body:
            head["Content-Type"] = "application/json; charset=utf-8"
        return head


@dataclass(slots=True)
class _Line:
    """The open socket: a connection forgets it as soon as the answer says that it will close."""

    socket: socket.socket | None = None


@contextmanager
def _deadline(connection: http.client.HTTPConnection) -> Iterator[_Line]:
    """Cut the line when the whole exchange takes too long: each read alone may be quick."""
    line = _Line()

    def cut() -> None:
        open_socket = line.socket or connection.sock
        if open_socket is not None:
            try:
                open_socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it has ended by itself in this very moment

    timer = threading.Timer(WHOLE_SECONDS, cut)
    timer.daemon = True
    timer.start()
    try:
        yield line
    finally:
        timer.cancel()
        connection.close()


def _read(response: http.client.HTTPResponse) -> Reply:
    body = response.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise http.client.HTTPException(f"more than {MOST_BYTES} bytes")
    if response.length:
        raise http.client.IncompleteRead(body, response.length)
    return Reply(response.status, body)


def _receipt(reply: Reply, key: str) -> Receipt:
    """A page of some gateway in between is no receipt, however kind its status."""
    try:
        facts: Any = json.loads(reply.body)
    except ValueError as error:
        raise Unclear(_("答复不是 JSON：%(reply)s") % {"reply": reply.words}) from error
    if not isinstance(facts, dict) or str(facts.get("key", key)) != key:
        raise Unclear(_("答复不是这条报送的回执：%(reply)s") % {"reply": reply.words})
    return Receipt(str(facts.get("number", ""))[:200], facts)
