"""Who sees what of the audit, and in which words."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from agencies.models import User
from portal.access import Actor, AgencyKind, Role
from portal.audit import check_audit, export, record, record_read, seal
from portal.audit.selectors import timeline
from portal.clocks import services as clocks
from portal.models import AuditEvent
from tests.factories import ActorFactory, AgencyFactory, PostFactory
from tests.people import consumed

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend=BACKEND)
    return client


def auditor(**traits: Any) -> Actor:
    return ActorFactory(roles=[Role.AUDITOR], agency__kind=AgencyKind.AUDIT, **traits)


def test_the_timeline_speaks_in_labels_and_names():
    agency = AgencyFactory()
    officer = ActorFactory(user__name="张三")
    parent = AgencyFactory(name="上级局")
    changes = {
        "phone": ["021-1", "021-2"],
        "kind": [AgencyKind.WATER, AgencyKind.MARKET],
        "superior": [None, parent.pk],
        "reports_rosters": [False, True],
    }
    record(officer, "agency.edit", agency, changes=changes, reason="来函")
    [entry] = timeline(f"agency:{agency.pk}", officer)
    assert (entry.who, entry.reason) == ("张三", "来函")
    assert [str(change) for change in entry.changes] == [
        "类别：“水务部门” → “市场监督管理局”",
        "电话：“021-1” → “021-2”",
        "报送机构名单：“否” → “是”",
        "上级单位：填写为“上级局”",
    ]


def test_the_history_names_the_period(law: None):
    agency = AgencyFactory()
    officer = ActorFactory(agency=agency)
    on = dt.date(2026, 10, 15)
    clock = clocks.start("D22", agency, agency=agency, on=on, role=Role.OFFICER, actor=officer)
    clocks.stop(clock, on=on, reason="已撤回", actor=officer)
    told = [entry.sentence for entry in timeline(f"agency:{agency.pk}", officer)]
    assert told == [f"{act}：{clock.rule.step}" for act in ("结束计时", "开始计时")]


def test_acting_for_another_is_said():
    agency = AgencyFactory()
    lender = PostFactory(user__name="李四")
    borrower = ActorFactory(user__name="张三")
    acting = Actor(
        kind=borrower.kind,
        user_id=borrower.user_id,
        acting_for_post_id=lender.pk,
        roles=frozenset(),
    )
    record(acting, "agency.edit", agency)
    assert timeline(f"agency:{agency.pk}", borrower)[0].who == "张三代李四"


def test_the_history_names_what_changed_about_a_clock_and_when_as_people_do():
    agency = AgencyFactory()
    officer = ActorFactory()
    with transaction.atomic():
        record(officer, "clock.start", agency, changes={"due_on": [None, "2027-01-31"]})
    [entry] = timeline(f"agency:{agency.pk}", officer)
    assert [str(change) for change in entry.changes] == ["到期日：填写为“2027年1月31日”"]


def test_the_timeline_of_a_hidden_record_is_empty():
    officer, stranger = ActorFactory(), ActorFactory()
    record(officer, "user.edit", f"user:{officer.user_id}")
    assert len(timeline(f"user:{officer.user_id}", officer)) == 1
    assert timeline(f"user:{officer.user_id}", stranger) == []


def test_reads_are_kept_out_of_timelines():
    officer, agency = ActorFactory(), AgencyFactory()
    record_read(officer, agency, "联系人")
    assert timeline(f"agency:{agency.pk}", officer) == []
    assert AuditEvent.objects.get().stream == f"user:{officer.user_id}"


def test_a_timeline_needs_few_queries(django_assert_max_num_queries: Any):
    agency, parents = AgencyFactory(), [AgencyFactory() for _ in range(5)]
    for parent in parents:
        record(ActorFactory(), "agency.edit", agency, changes={"superior": [None, parent.pk]})
    reader = ActorFactory()
    with django_assert_max_num_queries(4):
        assert len(timeline(f"agency:{agency.pk}", reader)) == 5


def test_the_auditor_reads_content_and_the_administrator_only_metadata():
    officer = ActorFactory()
    agency = AgencyFactory()
    record(officer, "agency.edit", agency, changes={"phone": ["021-1", "021-2"]})
    [event] = AuditEvent.objects.filter(user_id=officer.user_id)
    read = browser(auditor()).get(event.get_absolute_url()).content.decode()
    assert "021-2" in read
    blind = browser(ActorFactory(roles=[Role.AUDITADMIN])).get(event.get_absolute_url())
    assert blind.status_code == 200
    assert "021-2" not in blind.content.decode()


def test_opening_an_event_is_itself_recorded_and_listing_is_not():
    record(ActorFactory(), "agency.edit", AgencyFactory())
    [event] = AuditEvent.objects.all()
    reader, blind = auditor(), ActorFactory(roles=[Role.AUDITADMIN])
    browser(reader).get(reverse("audit_list"))
    assert not AuditEvent.objects.filter(verb="access.read").exists()
    for actor, what in ((reader, "审计记录的内容"), (blind, "审计记录的摘要信息")):
        browser(actor).get(event.get_absolute_url())
        [read] = AuditEvent.objects.filter(verb="access.read", user_id=actor.user_id)
        assert (read.stream, read.subject) == (f"user:{actor.user_id}", f"audit:{event.pk}")
        assert json.loads(read.body)["facts"] == {"what": what}
    neighbour = auditor(agency__sibling=True)
    assert browser(neighbour).get(event.get_absolute_url()).status_code == 404
    assert not AuditEvent.objects.filter(verb="access.read", user_id=neighbour.user_id).exists()


def test_the_list_shows_rows_of_the_own_region_with_few_queries(
    django_assert_max_num_queries: Any,
):
    for number in range(5):
        record(ActorFactory(user__name=f"本区{number}"), "agency.edit", AgencyFactory())
    record(ActorFactory(user__name="邻区人", agency__sibling=True), "agency.edit", AgencyFactory())
    client = browser(auditor())
    client.get(reverse("audit_list"))
    with django_assert_max_num_queries(14):
        page = client.get(reverse("audit_list")).content.decode()
    assert all(f"本区{number}" in page for number in range(5))
    assert "邻区人" not in page
    city = browser(auditor(agency__of_city=True))
    assert "邻区人" in city.get(reverse("audit_list")).content.decode()


def test_the_list_is_filtered_by_person_and_subject():
    first, second = ActorFactory(user__name="甲某"), ActorFactory(user__name="乙某")
    for actor in (first, second):
        record(actor, "agency.edit", f"agency:{actor.agency_id}")
    client = browser(auditor())
    page = client.get(reverse("audit_list"), {"person": "甲某"}).content.decode()
    assert f"agency:{first.agency_id}" in page
    assert f"agency:{second.agency_id}" not in page
    page = client.get(reverse("audit_list"), {"subject": f"agency:{second.agency_id}"})
    assert "乙某" in page.content.decode()


def test_an_auditors_export_verifies_and_hides_the_neighbours_content(monkeypatch: Any):
    record(ActorFactory(), "agency.edit", AgencyFactory(), reason="本区理由")
    record(ActorFactory(agency__sibling=True), "agency.edit", AgencyFactory(), reason="邻区理由")
    monkeypatch.setattr(seal, "WAITING", OPEN)
    seal.seal_all()
    lines = list(export.lines(actor=auditor()))
    assert "本区理由" in "".join(lines)
    assert "邻区理由" not in "".join(lines)
    checker = check_audit.check((line.encode() for line in lines), [])
    assert (checker.next_leaf, checker.shown) == (3, 1)


# In a test's own transaction nothing is below the snapshot's xmin.
OPEN = """
SELECT e.id, e.leaf FROM audit_queue q JOIN audit_event e ON e.id = q.event_id
ORDER BY e.xid, e.id LIMIT %s
"""


def test_the_export_of_an_auditor_is_itself_recorded():
    actor = auditor()
    answer = browser(actor).post(reverse("audit_export"))
    assert b"portal-audit/1" in consumed(answer)
    assert AuditEvent.objects.filter(verb="audit.export", user_id=actor.user_id).exists()


def test_the_public_sees_the_heads_and_gets_the_checker(monkeypatch: Any):
    from portal.clocks import today

    record(ActorFactory(), "agency.edit", AgencyFactory())
    monkeypatch.setattr(seal, "WAITING", OPEN)
    seal.seal_all()
    tomorrow = today().replace(day=1).replace(year=today().year + 1)
    seal.publish_head(tomorrow)
    public = Client()
    kept = json.loads(public.get(reverse("audit_heads_json")).content)
    assert [head["leaves"] for head in kept["heads"]] == [1]
    assert kept["heads"][0]["hash"] in public.get(reverse("audit_heads")).content.decode()
    script = public.get(reverse("audit_checker")).content
    assert script.startswith(b"#!/usr/bin/env python3")
