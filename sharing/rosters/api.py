"""REST doors of rosters: the same check and the same verbs as the pages."""

from __future__ import annotations

import io
import json
from http import HTTPStatus
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request as RestRequest
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.access import Actor, demand
from portal.access.rest import actor_of
from portal.clocks import today
from portal.errors import Refused
from portal.files.services import check_and_scan, store_upload
from portal.lists import list_api
from portal.workbooks import Issue
from sharing.rosters import permissions, services, sheets
from sharing.rosters.choices import RosterState
from sharing.rosters.models import Roster, RosterVersion
from sharing.rosters.tables import ROSTERS

PERIOD = OpenApiParameter("period", str, required=True, description="2026-Y, 2026-H1")
ISSUE_NAMES = Issue._fields[:7]


class ConfirmSerializer(serializers.Serializer[dict[str, str]]):
    """One outlier that is right as it stands, and why."""

    cell = serializers.CharField(max_length=10, allow_blank=True)
    code = serializers.CharField(max_length=40)
    reason = serializers.CharField(max_length=300)


class SubmissionSerializer(serializers.Serializer[dict[str, Any]]):
    """A roster to check or to hand in: a workbook, or ``nil``."""

    period = serializers.CharField(max_length=8)
    file = serializers.FileField(required=False)
    nil = serializers.BooleanField(default=False)
    confirm = serializers.CharField(required=False, allow_blank=True, default="")
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    dry_run = serializers.BooleanField(default=True)
    base_version = serializers.IntegerField(required=False, default=None, min_value=0)

    def validate_confirm(self, text: str) -> list[dict[str, str]]:
        try:
            given = json.loads(text or "[]")
        except (ValueError, RecursionError) as error:
            message = _("confirm 应为 JSON 数组:[{cell, code, reason}]。")
            raise serializers.ValidationError(message) from error
        answers = ConfirmSerializer(data=given, many=True)
        answers.is_valid(raise_exception=True)
        return [dict(each) for each in answers.validated_data]

    def validate_file(self, upload: UploadedFile) -> UploadedFile:
        """As the pages' form: kind, size and scanner, before anything reads the file."""
        try:
            check_and_scan(upload, "workbook")
        except Refused as reason:
            raise serializers.ValidationError(str(reason), code=reason.code) from reason
        return upload

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("file")) == attrs["nil"]:
            raise serializers.ValidationError(_("请提交 file，或以 nil=true 作零报告，二者取一。"))
        return attrs


class IssueSerializer(serializers.Serializer[dict[str, str]]):
    """One thing that is wrong, or must be confirmed, at a cell of the workbook."""

    sheet = serializers.CharField()
    cell = serializers.CharField(help_text="Such as E4; empty for the whole file.")
    value = serializers.CharField()
    code = serializers.CharField()
    tier = serializers.ChoiceField(["format", "validity", "plausible", "file"])
    message = serializers.CharField()
    suggestion = serializers.CharField()


class CheckedSerializer(serializers.Serializer[dict[str, Any]]):
    """What a check found; nothing has been handed in."""

    period = serializers.CharField()
    rows = serializers.IntegerField(required=False)
    nil = serializers.BooleanField(required=False)
    issues = IssueSerializer(many=True)


class RefusedSerializer(CheckedSerializer):
    """A workbook with open issues is not handed in."""

    code = serializers.CharField()
    message = serializers.CharField()


class ReceiptSerializer(serializers.Serializer[dict[str, Any]]):
    """The receipt of a version that was handed in."""

    receipt = serializers.CharField()
    period = serializers.CharField()
    version = serializers.IntegerField()
    rows = serializers.IntegerField()
    nil = serializers.BooleanField()
    submitted_at = serializers.DateTimeField()
    sha256 = serializers.CharField(help_text="Of the workbook; empty for a nil report.")
    state = serializers.ChoiceField(RosterState.choices)


ANSWERS = {200: CheckedSerializer, 201: ReceiptSerializer, 422: RefusedSerializer}


def _own_roster(actor: Actor, period: str) -> Roster:
    rows = Roster.objects.visible_to(actor).filter(agency_id=actor.agency_id or 0)
    roster = get_object_or_404(
        rows.select_related("period", "agency__region", "receiver"), period__code=period
    )
    demand(permissions.can_report(actor, roster))
    return roster


class RosterTemplate(APIView):
    """The period's workbook with last period's rows."""

    @extend_schema(parameters=[PERIOD], responses={200: OpenApiTypes.BINARY})
    def get(self, request: RestRequest) -> FileResponse:
        roster = _own_roster(actor_of(request), request.query_params.get("period", ""))
        content = io.BytesIO(sheets.roster_template(roster))
        name = f"roster-{roster.period.code}-{roster.agency.code}.xlsx"
        return FileResponse(content, as_attachment=True, filename=name)


class Rosters(list_api(ROSTERS)):  # type: ignore[misc]  # the list's own view class, made by its definition
    """The list of rosters; POST checks a workbook, and hands it in with ``dry_run=false``."""

    parser_classes = (MultiPartParser,)

    @extend_schema(request=SubmissionSerializer, responses=ANSWERS)
    def post(self, request: RestRequest) -> Response:
        form = SubmissionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        actor = actor_of(request)
        roster = _own_roster(actor, given["period"])
        if given["nil"]:
            return _nil(roster, given, actor)
        return _workbook(roster, given, actor)


def _nil(roster: Roster, given: dict[str, Any], actor: Actor) -> Response:
    if given["dry_run"]:
        return Response({"period": roster.period.code, "nil": True, "issues": []})
    handed = services.Handed(
        is_nil=True, base_version=given["base_version"], reason=given["reason"]
    )
    return _receipt(services.hand_in(roster, handed=handed, day=today(), actor=actor))


def _workbook(roster: Roster, given: dict[str, Any], actor: Actor) -> Response:
    upload: UploadedFile = given["file"]
    content = upload.read()
    upload.seek(0)
    found = sheets.examine(roster, content, upload.name or "", given["confirm"])
    told = [{name: each[name] for name in ISSUE_NAMES} for each in found.issues if each["open"]]
    body = {"period": roster.period.code, "rows": len(found.reading.rows), "issues": told}
    if given["dry_run"]:
        return Response(body)
    if not found.is_clean:
        body |= {"code": "issues", "message": _("名单有问题，未报送。")}
        return Response(body, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    file = store_upload(upload, purpose="workbook", actor=actor)
    handed = sheets.handed(
        found, file=file, base_version=given["base_version"], reason=given["reason"]
    )
    return _receipt(services.hand_in(roster, handed=handed, day=today(), actor=actor))


def _receipt(version: RosterVersion) -> Response:
    body = {
        "receipt": version.receipt,
        "period": version.roster.period.code,
        "version": version.number,
        "rows": version.row_count,
        "nil": version.is_nil,
        "submitted_at": version.submitted_at.isoformat(),
        "sha256": version.file.sha256 if version.file else "",
        "state": version.roster.state,
    }
    return Response(body, status=HTTPStatus.CREATED)


rosters = Rosters.as_view()
template = RosterTemplate.as_view()
