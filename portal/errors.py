"""The three ways to say no, and how they are answered: Refused, Conflict, and 403 from Django."""

from __future__ import annotations

import datetime as dt
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from redis.exceptions import ConnectionError as RedisConnectionError

log = logging.getLogger(__name__)
AWAY = (OperationalError, InterfaceError, RedisConnectionError)


def is_away(error: BaseException | None) -> bool:
    """Whether a server we depend on is away, or the fault came of that.

    A connection cut in the middle of an answer is a plain DatabaseError, none of its kinds; cut
    in a transaction, what follows complains of the transaction.
    """
    if isinstance(error, DatabaseError) and _is_cut():
        return True
    while error is not None:
        if isinstance(error, AWAY) or type(error) is DatabaseError:
            return True
        error = error.__cause__ or error.__context__
    return False


def _is_cut() -> bool:
    """Whether the database's connection broke under this request."""
    held = connection.connection
    return connection.closed_in_transaction or (held is not None and bool(held.closed))


class Refused(Exception):
    """The law or the true state does not allow it; the message says why and what to do."""

    def __init__(self, message: str, *, code: str = "refused", details: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.details = details

    def __str__(self) -> str:
        return str(self.message)


@dataclass
class Conflict(Exception):
    """Somebody else was faster: what the true state is now, by whom, since when, and where."""

    state: str
    by: str = ""
    at: dt.datetime | None = None
    url: str = ""

    def __str__(self) -> str:
        return _("内容已被他人更新，当前状态为“%(state)s”，请刷新后再处理。") % {
            "state": self.state
        }


class ConflictMiddleware:
    """Answers a Conflict with a page (409) that says what changed and how to go on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A Refused that no form has shown is answered the same way, with its sentence."""
        if isinstance(error, Conflict):
            return render(request, "409.html", {"conflict": error}, status=HTTPStatus.CONFLICT)
        if isinstance(error, Refused):
            return render(request, "refused.html", {"reason": error}, status=HTTPStatus.CONFLICT)
        return None


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)


def too_large(request: HttpRequest) -> HttpResponse:
    """More bytes than any form or upload of ours may have."""
    megabytes = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return render(request, "413.html", {"megabytes": megabytes}, status=status)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"reason": str(exception)}, status=HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def unavailable(error: BaseException) -> HttpResponse:
    """Nothing the user sent was stored, and the page says so and tries again by itself."""
    log.error("A server we depend on is away: %r", error)
    page = render_to_string("503.html")
    response = HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = "10"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Django turns a fault of any middleware into this, also that of a session without database."""
    error = sys.exc_info()[1]
    if error is not None and is_away(error):
        return unavailable(error)
    return render(request, "500.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: usually a page that stood open over the end of a session."""
    message = _("页面已过期或来源不明，未作任何改动。请返回上一页刷新后重新提交。")
    return render(request, "403.html", {"reason": message}, status=HTTPStatus.FORBIDDEN)
