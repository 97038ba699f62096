"""Regions from their file, agencies by the system administrator."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from agencies.directory import permissions, services
from agencies.models import Agency, Region
from portal.access import AgencyKind, Level, Role, job_actor
from portal.errors import Conflict, Refused
from tests.factories import ActorFactory, AgencyFactory, PostFactory, district

pytestmark = pytest.mark.django_db
JOB = job_actor("test")


def test_the_sixteen_districts_stand_under_the_city_once():
    services.seed_regions()
    services.seed_regions()
    assert Region.objects.filter(parent=None).count() == 31
    assert Region.objects.within("310000").count() == 17
    assert Region.objects.get(code="310151").path == "310000/310151"


def test_two_editors_at_once_have_one_effect():
    agency = AgencyFactory()
    stale = Agency.objects.get(pk=agency.pk)
    services.edit_agency(agency, version=1, phone="021-1", actor=JOB)
    with pytest.raises(Conflict):
        services.edit_agency(stale, version=1, phone="021-2", actor=JOB)
    agency.refresh_from_db()
    assert (agency.phone, agency.version) == ("021-1", 2)


def test_an_agency_is_not_above_itself():
    top = AgencyFactory()
    below = AgencyFactory(superior=top)
    with pytest.raises(Refused, match="上级单位"):
        services.edit_agency(top, version=1, superior=below, actor=JOB)


def test_an_agency_with_posts_is_not_ended():
    agency = PostFactory().agency
    with pytest.raises(Refused, match="在任岗位"):
        services.end_agency(agency, on=dt.date(2026, 11, 21), reason="撤并", actor=JOB)


def test_the_system_administrator_edits_the_own_region_and_below():
    agency = AgencyFactory()
    own = ActorFactory(roles=[Role.SYSADMIN])
    city = ActorFactory(roles=[Role.SYSADMIN], agency__of_city=True)
    sibling = ActorFactory(roles=[Role.SYSADMIN], agency__sibling=True)
    answers = [bool(permissions.can_edit(actor, agency)) for actor in (own, city, sibling)]
    assert answers == [True, True, False]


def test_an_agency_is_opened_and_edited_by_its_pages(client: Client):
    client.force_login(PostFactory(roles=[Role.SYSADMIN]).user)
    data = {
        "code": "new-bureau",
        "name": "某新局",
        "short_name": "新局",
        "kind": "water",
        "level": "district",
        "region": district().pk,
    }
    assert client.post(reverse("agency_create"), data).status_code == 302
    agency = Agency.objects.get(code="new-bureau")
    address = reverse("agency_edit", args=[agency.pk])
    client.post(address, {**data, "phone": "021-5", "version": 1})
    wrong = client.post(address, {**data, "uscc": "91310113MA1TEX706X", "version": 2})
    assert "校验位" in wrong.content.decode()
    agency.refresh_from_db()
    assert (agency.phone, agency.version) == ("021-5", 2)


def test_the_public_reads_names_but_no_telephone(client: Client):
    agency = AgencyFactory(phone="021-56560000")
    page = client.get(reverse("agency_detail", args=[agency.pk])).content.decode()
    assert agency.name in page
    assert "56560000" not in page


def test_the_list_asks_the_same_number_of_queries(client: Client, django_assert_max_num_queries):
    AgencyFactory.create_batch(30)
    with django_assert_max_num_queries(8):
        assert client.get(reverse("agency_list")).status_code == 200


def test_a_post_for_some_time_keeps_its_agency_open():
    agency = PostFactory(to_on=dt.date(2026, 12, 31)).agency
    with pytest.raises(Refused, match="在任岗位"):
        services.end_agency(agency, on=dt.date(2026, 11, 21), reason="撤并", actor=JOB)
    services.end_agency(agency, on=dt.date(2027, 1, 1), reason="撤并", actor=JOB)
    assert Agency.objects.get(pk=agency.pk).ended_on == dt.date(2027, 1, 1)


def test_an_agency_is_opened_once_however_often_the_button_is_pressed():
    facts = {
        "name": "某局",
        "short_name": "某局",
        "kind": AgencyKind.WATER,
        "level": Level.DISTRICT,
        "region": district(),
    }
    services.create_agency(code="twice", actor=JOB, **facts)
    with pytest.raises(Refused, match="已登记"):
        services.create_agency(code="twice", actor=JOB, **facts)
