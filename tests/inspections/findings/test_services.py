"""On site: the checklist, findings and their bureau, evidence, links."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.models import Matter
from inspections.findings import services
from inspections.findings.choices import ItemValue
from inspections.findings.rules import competent, due_points
from inspections.models import ChecklistPoint, Evidence, Finding
from portal.access import PUBLIC, AgencyKind
from portal.clocks import now
from portal.errors import Conflict, Refused
from portal.files.models import StoredFile
from portal.models import AuditEvent
from portal.refs import ref
from tests.factories import ActorFactory
from tests.inspections.onsite import matter, photo

pytestmark = pytest.mark.django_db


def test_rules_of_points_and_of_competence():
    assert due_points({1: "market", 2: "ecology", 3: "both"}, frozenset({"market"})) == [1, 3]
    assert competent("market", {"market": 7}) == 7
    assert competent("ecology", {"market": 7}) is None


def test_the_checklist_is_the_18_points_of_the_law_data(db):
    services.seed_checklist()
    services.seed_checklist()
    points = ChecklistPoint.objects.all()
    assert [point.number for point in points] == list(range(1, 19))
    assert {point.mark for point in points} == {"D"}
    assert all(point.look_at for point in points)


def test_a_joint_visit_looks_at_all_points_a_single_one_at_its_own(crew):
    assert crew.opened().item_results.count() == 18
    single = crew.opened(crew.plan(cooperating=None, inspectors=crew.inspectors[2:]))
    assert set(single.item_results.values_list("point__authority", flat=True)) == {
        "market",
        "both",
    }


def test_each_point_is_saved_by_itself_and_the_history_keeps_what_was_said(crew):
    visit = crew.opened()
    point = ChecklistPoint.objects.get(number=13)
    services.set_item(visit, point, value=ItemValue.CONFORMS, actor=crew.eco)
    with pytest.raises(Refused, match="写明情况"):
        services.set_item(visit, point, value=ItemValue.FAILS, actor=crew.mkt)
    services.set_item(visit, point, value=ItemValue.FAILS, remark="缺签字", actor=crew.mkt)
    row = visit.item_results.get(point=point)
    assert (row.value, row.remark, row.set_by_id) == ("no", "缺签字", crew.mkt.post_id)
    lines = AuditEvent.objects.filter(subject=ref(visit), verb="visit.check_item")
    assert lines.count() == 2


def test_only_the_team_writes_and_only_while_it_is_there(crew):
    visit = crew.opened()
    point = ChecklistPoint.objects.get(number=1)
    with pytest.raises(PermissionDenied, match="检查组"):
        services.set_item(visit, point, value="yes", actor=crew.officer)
    crew.recorded(visit)
    with pytest.raises(PermissionDenied, match="检查中"):
        services.set_item(visit, point, value="yes", actor=crew.mkt)
    with pytest.raises(PermissionDenied, match="检查中"):
        crew.finding(visit)


def test_a_point_of_another_checklist_is_refused(crew):
    single = crew.opened(crew.plan(cooperating=None, inspectors=crew.inspectors[2:]))
    with pytest.raises(Refused, match="不属于"):
        services.set_item(single, ChecklistPoint.objects.get(number=8), value="yes", actor=crew.mkt)


# --- Findings ---------------------------------------------------------------------------------


def test_the_matter_says_whose_finding_it_is(crew):
    visit = crew.opened()
    market, ecology = crew.finding(visit, "M09"), crew.finding(visit, "E04")
    assert (market.agency, ecology.agency) == (crew.market, crew.ecology)
    assert market.basis == "M09 的法律依据"


def test_a_matter_of_the_absent_bureau_belongs_to_it_all_the_same(crew):
    single = crew.opened(crew.plan(cooperating=None, inspectors=crew.inspectors[2:]))
    found = crew.finding(single, "E04")
    assert found.agency == crew.ecology
    ecology = ActorFactory(agency=crew.ecology)
    assert Finding.objects.visible_to(ecology).filter(pk=found.pk).exists()
    police = Matter.objects.create(
        code="X1", kind="violation", authority=AgencyKind.POLICE, title="x", basis="x", mark="D"
    )
    with pytest.raises(Refused, match="主办部门"):
        services.add_finding(single, matter=police, facts="x", severity="minor", actor=crew.mkt)


def test_a_finding_changes_until_the_record_by_the_version_that_was_read(crew):
    visit = crew.opened()
    found = crew.finding(visit)
    services.edit_finding(found, version=1, matter=matter("E04"), facts="改为", actor=crew.eco)
    assert (found.facts, found.agency, found.version) == ("改为", crew.ecology, 2)
    with pytest.raises(Conflict):
        services.edit_finding(found, version=1, facts="又改", actor=crew.eco)
    with pytest.raises(Refused, match="理由"):
        services.drop_finding(found, reason="", actor=crew.eco)
    services.drop_finding(found, reason="核实后符合", actor=crew.eco)
    assert list(visit.findings.standing()) == []
    with pytest.raises(PermissionDenied, match="已撤销"):
        services.edit_finding(found, version=2, facts="x", actor=crew.eco)


def test_a_case_or_lead_is_linked_once_after_the_signatures(crew):
    visit = crew.opened()
    found = crew.finding(visit)
    with pytest.raises(PermissionDenied, match="签字后"):
        services.link_case(found, "case:7", crew.officer)
    crew.signed(visit)
    found.refresh_from_db()
    services.link_case(found, "case:7", crew.officer)
    services.link_case(found, "case:7", crew.officer)
    with pytest.raises(Refused, match="其他案件"):
        services.link_case(found, "case:8", crew.officer)
    stranger = ActorFactory(agency__kind=AgencyKind.WATER)
    with pytest.raises(PermissionDenied):
        services.link_lead(found, "lead:1", stranger)
    services.link_lead(found, "lead:1", crew.officer)
    assert (found.case_ref, found.lead_ref) == ("case:7", "lead:1")


# --- Evidence ---------------------------------------------------------------------------------


def test_evidence_keeps_hash_time_and_place_for_those_inside(crew):
    visit = crew.opened()
    found = crew.finding(visit)
    kept = services.add_evidence(
        visit, upload=photo(), place="实验室二楼", finding=found, actor=crew.mkt
    )
    assert (len(kept.file.sha256), kept.place) == (64, "实验室二楼")
    line = AuditEvent.objects.get(subject=ref(kept), verb="evidence.add")
    assert kept.file.sha256 in line.body
    ecology = ActorFactory(agency=crew.ecology)
    water = ActorFactory(agency__kind=AgencyKind.WATER)
    assert StoredFile.objects.visible_to(ecology).filter(pk=kept.file_id).exists()
    for stranger in (water, PUBLIC):
        assert not StoredFile.objects.visible_to(stranger).filter(pk=kept.file_id).exists()
        assert not Evidence.objects.visible_to(stranger).exists()


def test_evidence_of_another_time_visit_or_kind_is_refused(crew):
    visit, other = crew.opened(), crew.opened()
    facts = {"place": "实验室", "actor": crew.mkt}
    for day in (now() + dt.timedelta(hours=1), now() - dt.timedelta(days=3)):
        with pytest.raises(Refused, match="本次检查期间"):
            services.add_evidence(visit, upload=photo(), taken_at=day, **facts)
    with pytest.raises(Refused, match="不属于本次检查"):
        services.add_evidence(visit, upload=photo(), finding=crew.finding(other), **facts)
    text = SimpleUploadedFile("现场.jpg", b"no photo at all")
    with pytest.raises(Refused):
        services.add_evidence(visit, upload=text, **facts)
    assert not Evidence.objects.exists()
