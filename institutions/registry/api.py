"""REST doors of the register: one institution by its code; the list comes with its ListDef."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from institutions.registry.models import Institution
from institutions.registry.permissions import can_see_inside
from portal.access.rest import actor_of


class CertificateSerializer(serializers.Serializer[Any]):
    number = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)
    status = serializers.CharField()


class SiteSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    region = serializers.CharField(source="region.code")
    address = serializers.CharField()
    from_on = serializers.DateField(allow_null=True)
    to_on = serializers.DateField(allow_null=True)


class FormerNameSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    until_on = serializers.DateField(allow_null=True)


class InsideSerializer(serializers.Serializer[Any]):
    """Contacts and remarks; absent for who may not read them."""

    legal_representative = serializers.CharField()
    contact_name = serializers.CharField()
    contact_phone = serializers.CharField()
    remarks = serializers.CharField()


class InstitutionSerializer(serializers.Serializer[Any]):
    uscc = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    status = serializers.CharField()
    region = serializers.CharField(source="region.code")
    address = serializers.CharField()
    supervising_department = serializers.CharField()
    established_on = serializers.DateField(allow_null=True)
    filing_number = serializers.CharField()
    is_historical = serializers.BooleanField()
    merged_into = serializers.CharField(source="merged_into.uscc", default=None, allow_null=True)
    certificates = CertificateSerializer(many=True)
    sites = SiteSerializer(many=True)
    former_names = FormerNameSerializer(many=True)
    inside = InsideSerializer(allow_null=True, default=None)


class InstitutionView(APIView):
    """One institution with its certificates, sites and former names."""

    @extend_schema(responses=InstitutionSerializer)
    def get(self, request: Request, uscc: str) -> Response:
        actor = actor_of(request)
        rows = Institution.objects.visible_to(actor).select_related("region", "merged_into")
        institution = get_object_or_404(rows, uscc=uscc.upper())
        body = dict(InstitutionSerializer(institution).data)
        inside = can_see_inside(actor, institution)
        body["inside"] = InsideSerializer(institution).data if inside else None
        return Response(body)
