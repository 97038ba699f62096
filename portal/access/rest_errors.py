"""Every error of the API as ``{code, message, details}``."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from portal.errors import Conflict, Refused


def _answer(status: int, code: str, message: str, details: Any = None) -> Response:
    body = {"code": code, "message": message, "details": details}
    return Response(body, status=status)


def rest_errors(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Every error of the API as ``{code, message, details}``."""
    if isinstance(error, Refused):
        return _answer(HTTPStatus.CONFLICT, error.code, str(error), error.details)
    if isinstance(error, Conflict):
        at = error.at.isoformat() if error.at else None
        details = {"state": error.state, "by": error.by, "at": at}
        return _answer(HTTPStatus.CONFLICT, "conflict", str(error), details)
    if isinstance(error, SuspiciousOperation):  # a body too large, or with too many parts
        large = isinstance(error, RequestDataTooBig)
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if large else HTTPStatus.BAD_REQUEST
        return _answer(status, "bad_request", _("请求内容过大或不合规范，未作任何改动。"))
    response = exception_handler(error, dict(context))
    if response is None:
        return None
    code, message = _words(error)
    body = {"code": code, "message": message, "details": response.data}
    response.data = body
    return response


def _words(error: Exception) -> tuple[str, str]:
    if isinstance(error, (Http404, exceptions.NotFound)):
        return "not_found", _("没有找到，或您无权查看。")
    if isinstance(error, PermissionDenied):
        return "forbidden", str(error) or _("您的岗位没有这项权限。")
    if isinstance(error, exceptions.ValidationError):
        return "invalid", _("提交的内容有误，请按 details 逐项修改。")
    if isinstance(error, exceptions.APIException):
        return str(error.default_code), str(error.detail)
    return "error", str(error)
