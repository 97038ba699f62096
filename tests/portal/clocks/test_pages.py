"""What people see of clocks: the desk, the explanation, the page of jobs."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from portal.access import AgencyKind, Role
from portal.clocks import services as clocks
from portal.clocks.models import EngineState
from portal.clocks.selectors import open_clocks, work_items
from portal.models import AuditEvent, EventDelivery, EventRow
from tests.factories import ActorFactory, AgencyFactory, PostFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
D = dt.date.fromisoformat
BACKEND = "django.contrib.auth.backends.ModelBackend"


def browser(**post: object) -> Client:
    client = Client()
    client.force_login(PostFactory(**post).user, backend=BACKEND)
    return client


def a_clock(agency, rule="D24", on="2026-09-18", role=Role.OFFICER):
    return clocks.start(rule, agency, agency=agency, on=D(on), role=role, actor=ActorFactory())


def test_the_desk_lists_running_clocks_of_my_agency_and_roles(django_assert_num_queries):
    agency = AgencyFactory()
    mine = [a_clock(agency), a_clock(agency, on="2026-09-01")]
    a_clock(agency, role=Role.CHIEF)
    a_clock(AgencyFactory())
    asleep = a_clock(agency)
    clocks.suspend(asleep, on=D("2026-09-20"), reason="鉴定", actor=ActorFactory())
    actor = ActorFactory(agency=agency, roles=[Role.OFFICER])
    with django_assert_num_queries(2):
        items = list(work_items(actor, D("2026-09-21")))
    assert [item.due_on for item in items] == sorted(clock.due_on for clock in mine)
    assert {(item.title, item.subject) for item in items} == {("公示检查结果", str(agency))}
    assert open_clocks(agency_id=agency.pk).count() == 4
    assert open_clocks(agency_id=agency.pk, roles=[Role.CHIEF]).count() == 1


def test_the_explanation_counts_day_by_day_in_words():
    agency = AgencyFactory()
    clock = a_clock(agency)
    client = browser(agency=agency)
    page = client.get(clock.get_absolute_url()).content.decode()
    for words in ("起算日，不计入", "中秋节", "调休上班", "2026年10月22日"):
        assert words in page
    part = client.get(clock.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "逐日计算" in part
    stranger = browser(agency__sibling=True)
    assert stranger.get(clock.get_absolute_url()).status_code == 404


def test_a_provisional_date_says_so():
    agency = AgencyFactory()
    clock = a_clock(agency, on="2026-12-25")
    assert clock.provisional
    assert "暂定" in browser(agency=agency).get(clock.get_absolute_url()).content.decode()


def test_jobs_show_what_failed_and_the_administrator_starts_it_again():
    row = EventRow.objects.create(name="roster.submitted", record_pk=1, by={}, at=_noon())
    stopped = row.deliveries.create(listener="someone", attempts=5, error="it is broken")
    EngineState.objects.create(pk=1, refusal="the clock went back", refused_at=_noon())
    sysadmin = browser(roles=[Role.SYSADMIN])
    page = sysadmin.get(reverse("jobs")).content.decode()
    assert "it is broken" in page
    assert "the clock went back" in page
    assert sysadmin.post(reverse("delivery_retry", args=[stopped.pk])).status_code == 302
    assert EventDelivery.objects.get(pk=stopped.pk).attempts == 0
    sysadmin.post(reverse("engine_trust"))
    assert EngineState.objects.get().refusal == ""
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"delivery.retry", "engine.trust_time"} <= verbs
    auditor = browser(roles=[Role.AUDITOR], agency__kind=AgencyKind.AUDIT)
    assert "重新执行" not in auditor.get(reverse("jobs")).content.decode()


def _noon() -> dt.datetime:
    return dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)
