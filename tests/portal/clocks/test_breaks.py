"""Before public holidays each post hears once what falls due until work begins again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from agencies.models import Agency, Post
from portal.access import Role
from portal.clocks import services as clocks
from portal.clocks.breaks import tell_before_break
from portal.clocks.models import Clock
from portal.clocks.rules import Break, break_ahead
from portal.inbox.models import Message
from portal.law.seed import calendar_of_file
from tests.factories import ActorFactory, AgencyFactory, PostFactory

D = dt.date.fromisoformat
GOLDEN_WEEK = Break(D("2026-10-01"), D("2026-10-07"), D("2026-10-08"))
EVE = D("2026-09-30")


@pytest.mark.parametrize(
    ("day", "ahead"),
    [
        ("2026-09-29", None),
        ("2026-09-30", GOLDEN_WEEK),
        ("2026-10-04", GOLDEN_WEEK),  # a worker that was away on the last working day
        ("2026-10-08", None),
        ("2026-02-13", None),  # a Saturday that is worked stands before the holiday
        ("2026-02-14", Break(D("2026-02-15"), D("2026-02-23"), D("2026-02-24"))),
        ("2026-11-20", None),  # an ordinary weekend
        ("2026-11-21", None),
        ("2027-06-08", Break(D("2027-06-09"), D("2027-06-09"), D("2027-06-10"))),
    ],
)
def test_the_last_working_day_before_a_public_holiday_is_known(day: str, ahead: Break | None):
    assert break_ahead(D(day), calendar_of_file()) == ahead


@pytest.fixture
def officer(law: None) -> Post:
    return PostFactory(roles=[Role.OFFICER])


def due(agency: Agency, on: str, role: str = Role.OFFICER) -> Clock:
    started = D("2026-09-01")
    target = D(on)
    clock = clocks.start(
        "D24", AgencyFactory(), agency=agency, on=started, role=role, actor=ActorFactory()
    )
    Clock.objects.filter(pk=clock.pk).update(due_on=target)
    return clock


@pytest.mark.django_db
def test_each_post_hears_of_its_own_roles_once(officer: Post):
    for on in ("2026-09-30", "2026-10-05", "2026-10-08"):
        due(officer.agency, on)
    for on in ("2026-09-29", "2026-10-09"):
        due(officer.agency, on)
    due(officer.agency, "2026-10-08", role=Role.CHIEF)
    stopped = due(officer.agency, "2026-10-08")
    clocks.stop(stopped, on=EVE, reason="已办", actor=ActorFactory())
    other = PostFactory(agency=officer.agency, roles=[Role.REPORTER])
    admin = PostFactory(agency=officer.agency, roles=[Role.SYSADMIN])
    assert tell_before_break(EVE) == 1
    [message] = Message.objects.all()
    assert message.to_post_id == officer.pk
    assert {other.pk, admin.pk}.isdisjoint({message.to_post_id})
    with translation.override("zh-hans"):
        assert message.title == (
            "2026年10月1日至2026年10月7日放假：2026年10月8日(节后首日)及以前到期 3 项"
        )
        assert [line[:12] for line in message.body.splitlines()] == [
            "2026年9月30日 到",
            "2026年10月5日 到",
            "2026年10月8日 到",
        ]
    assert message.url == reverse("desk")


@pytest.mark.django_db
def test_a_later_look_adds_nothing_and_makes_up_for_a_missed_day(officer: Post):
    due(officer.agency, "2026-10-01")  # past when the worker is back, and still told
    assert tell_before_break(D("2026-09-29")) == 0
    assert tell_before_break(D("2026-10-03")) == 1
    assert tell_before_break(D("2026-10-04")) == 0
    colleague = PostFactory(agency=officer.agency, roles=[Role.OFFICER])
    assert tell_before_break(D("2026-10-05")) == 1
    assert Message.objects.filter(to_post=colleague).count() == 1
    assert tell_before_break(D("2026-10-08")) == 0
    assert Message.objects.count() == 2


@pytest.mark.django_db
def test_ten_lines_stand_in_it_and_the_rest_is_counted(officer: Post):
    for _number in range(13):
        due(officer.agency, "2026-10-08")
    tell_before_break(EVE)
    message = Message.objects.get()
    with translation.override("zh-hans"):
        assert message.title.endswith("及以前到期 13 项")
        lines = message.body.splitlines()
    assert len(lines) == 11
    assert lines[-1] == "另有 3 项，请到“我的待办”查看。"


@pytest.mark.django_db
def test_the_desk_shows_it_as_a_message(officer: Post):
    due(officer.agency, "2026-10-08")
    tell_before_break(EVE)
    client = Client()
    client.force_login(officer.user, backend="django.contrib.auth.backends.ModelBackend")
    assert "及以前到期 1 项" in client.get(reverse("desk")).content.decode()


@pytest.mark.django_db
def test_a_record_that_the_post_may_not_see_is_not_named(officer: Post):
    clock = due(officer.agency, "2026-10-08")
    Clock.objects.filter(pk=clock.pk).update(ref="user:999999")
    assert tell_before_break(EVE) == 0
    assert not Message.objects.exists()
