"""Approval, notice, arrival, cancelling."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from agencies.models import Inspector
from inspections.assignments.services import recuse
from inspections.models import Batch, Visit
from inspections.plans.choices import BatchState
from inspections.signing.services import write_record
from inspections.visits import services
from inspections.visits.choices import VisitKind, VisitState
from inspections.visits.selectors import find_visits, panel, work_items
from institutions.models import Presence, Standing
from portal.access import PUBLIC, AgencyKind, Role
from portal.clocks import today
from portal.errors import Refused
from portal.inbox.models import Message
from portal.models import EventRow
from portal.refs import ref
from tests.factories import ActorFactory, BatchFactory, InstitutionFactory

pytestmark = pytest.mark.django_db
HERE = {"code": "JC1", "place": "示范路1号", "credentials_shown": True}


def test_the_leaders_of_both_bureaus_approve(crew):
    visit = crew.plan()
    services.submit(visit, actor=crew.officer)
    ecology, market = crew.leaders
    services.approve(visit, opinion="同意", actor=ecology)
    visit.refresh_from_db()
    assert visit.state == VisitState.SUBMITTED
    with pytest.raises(PermissionDenied, match="等待另一部门"):
        services.approve(visit, actor=ecology)
    services.approve(visit, actor=market)
    visit.refresh_from_db()
    assert visit.state == VisitState.APPROVED
    signatures = list(visit.parts.values_list("approval_signature", flat=True))
    assert all(signatures)
    assert Message.objects.filter(subject_ref=ref(visit), role=Role.LEADER).count() == 2


def test_a_visit_of_one_bureau_needs_one_approval(crew):
    visit = crew.plan(cooperating=None, inspectors=crew.inspectors[2:])
    services.submit(visit, actor=crew.officer)
    with pytest.raises(PermissionDenied):
        services.approve(visit, actor=crew.leaders[0])
    services.approve(visit, actor=crew.leaders[1])
    assert visit.state == VisitState.APPROVED


def test_after_a_return_every_leader_decides_anew(crew):
    visit = crew.plan()
    services.submit(visit, actor=crew.officer)
    services.approve(visit, actor=crew.leaders[0])
    with pytest.raises(Refused, match="理由"):
        services.return_visit(visit, reason="", actor=crew.leaders[1])
    services.return_visit(visit, reason="请补充事项", actor=crew.leaders[1])
    assert visit.state == VisitState.PLANNED
    assert not visit.parts.exclude(approved_at=None).exists()
    assert crew.approved(visit).state == VisitState.APPROVED


def test_only_published_items_are_inspected(crew):
    visit = crew.plan(items=[])
    with pytest.raises(Refused, match="抽查事项"):
        services.submit(visit, actor=crew.officer)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"valid_to": dt.date(2024, 1, 1)}, "执法证在检查当日无效"),
        ({"leave_from": dt.date(2020, 1, 1), "leave_to": dt.date(2099, 1, 1)}, "请假"),
        ({"ended_on": dt.date(2024, 1, 1)}, "移出检查人员名录库"),
    ],
)
def test_a_team_that_may_not_go_is_not_submitted(crew, facts, sentence):
    visit = crew.plan()
    Inspector.objects.filter(pk=crew.inspectors[0].pk).update(**facts)
    with pytest.raises(Refused, match=sentence) as refusal:
        services.submit(visit, actor=crew.officer)
    assert "不足两人" in str(refusal.value)
    Inspector.objects.filter(pk=crew.inspectors[0].pk).update(
        valid_to=dt.date(2040, 1, 1), leave_from=None, leave_to=None, ended_on=None
    )
    services.submit(visit, actor=crew.officer)


def test_declared_and_decided_recusals_keep_the_team_at_home(crew):
    visit = crew.plan()
    person = crew.inspectors[1]
    Inspector.objects.filter(pk=person.pk).update(recusal_notes=visit.institution.uscc)
    with pytest.raises(Refused, match="应当回避"):
        services.submit(visit, actor=crew.officer)
    Inspector.objects.filter(pk=person.pk).update(recusal_notes="")
    recuse(visit.members.get(inspector=person), reason="利害关系", actor=crew.officer)
    with pytest.raises(Refused, match="应当回避"):
        services.submit(visit, actor=crew.officer)


def test_notice_or_a_reason_for_none(crew):
    noticed, silent = crew.noticed(), crew.approved()
    assert (noticed.state, noticed.noticed_on) == (VisitState.NOTICED, today())
    with pytest.raises(Refused, match="理由"):
        services.waive_notice(silent, reason="", actor=crew.officer)
    services.waive_notice(silent, reason="可能转移样品", actor=crew.officer)
    assert silent.state == VisitState.UNANNOUNCED


# --- Arrival ----------------------------------------------------------------------------------


def test_the_arrival_counts_the_visit_and_marks_the_institution_active(crew):
    visit = crew.noticed()
    services.check_in(visit, **HERE, actor=crew.eco)
    assert (visit.state, visit.inspection_code) == (VisitState.OPEN, "JC1")
    standing = Standing.objects.get(source=ref(visit), kind="visit")
    assert (standing.from_on, standing.to_on) == (today(), None)
    presence = Presence.objects.get(source=ref(visit))
    assert (presence.kind, presence.region.path) == ("active", visit.region_path)
    assert EventRow.objects.filter(name="visit.opened", record_pk=visit.pk).exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [({"credentials_shown": False}, "出示执法证件"), ({"code": " "}, "检查码")],
)
def test_no_entry_without_certificates_and_code(crew, changed, sentence):
    visit = crew.noticed()
    with pytest.raises(Refused, match=sentence):
        services.check_in(visit, **{**HERE, **changed}, actor=crew.eco)
    visit.refresh_from_db()
    assert visit.state == VisitState.NOTICED


def test_at_a_closed_door_nothing_can_be_shown_but_before_a_record_it_is(crew):
    visit = crew.noticed()
    door = {**HERE, "credentials_shown": False, "nobody_there": True}
    services.check_in(visit, **door, actor=crew.eco)
    assert (visit.state, visit.credentials_shown) == (VisitState.OPEN, False)
    said = {"text": "检查了十八项。", "representative": "钱某", "actor": crew.eco}
    with pytest.raises(Refused, match="须向其出示执法证件"):
        write_record(visit, **said)
    write_record(visit, **said, credentials_shown=True)
    visit.refresh_from_db()
    assert (visit.state, visit.credentials_shown) == (VisitState.RECORDED, True)


def test_the_team_must_be_fit_on_the_very_day(crew):
    visit = crew.noticed()
    Inspector.objects.filter(pk=crew.inspectors[3].pk).update(leave_from=today(), leave_to=today())
    with pytest.raises(Refused, match="请假"):
        services.check_in(visit, **HERE, actor=crew.eco)


def test_only_the_team_arrives(crew):
    visit = crew.noticed()
    with pytest.raises(PermissionDenied, match="检查组"):
        services.check_in(visit, **HERE, actor=crew.officer)


def test_a_complaint_does_not_count_towards_the_cap(crew):
    visit = crew.noticed(crew.plan(kind=VisitKind.COMPLAINT))
    services.check_in(visit, **HERE, actor=crew.eco)
    assert not Standing.objects.filter(source=ref(visit), kind="visit").exists()


def test_a_visit_is_cancelled_before_the_arrival_with_a_reason(crew):
    visit = crew.plan(kind=VisitKind.SPECIAL)
    with pytest.raises(PermissionDenied):
        services.cancel(visit, reason="机构已注销", actor=crew.officer)
    services.cancel(visit, reason="机构已注销", actor=crew.chief)
    assert visit.state == VisitState.CANCELLED
    assert not Standing.objects.filter(source=ref(visit), kind="open_check", to_on=None).exists()
    with pytest.raises(Refused, match="当前状态"):
        services.cancel(crew.opened(), reason="迟了", actor=crew.chief)


def test_a_batch_begins_with_the_first_arrival_and_ends_with_the_last_visit(crew):
    batch = BatchFactory()
    Batch.objects.filter(pk=batch.pk).update(state=BatchState.DRAWN)
    first, second = crew.plan(), crew.plan()
    Visit.objects.filter(pk__in=[first.pk, second.pk]).update(batch=batch)
    first.refresh_from_db()
    second.refresh_from_db()
    crew.signed(crew.opened(first))
    batch.refresh_from_db()
    assert batch.state == BatchState.UNDER_WAY
    assert not EventRow.objects.filter(name="batch.visited").exists()
    services.cancel(second, reason="机构已注销", actor=crew.chief)
    batch.refresh_from_db()
    assert batch.state == BatchState.CLOSED
    assert EventRow.objects.filter(name="batch.visited", record_pk=batch.pk).exists()


# --- Who sees it ------------------------------------------------------------------------------


def sees(actor, visit):
    rows = Visit.objects
    return (
        rows.visible_to(actor).filter(pk=visit.pk).exists(),
        rows.visible_inside(actor).filter(pk=visit.pk).exists(),
    )


def test_the_institution_learns_with_the_notice_and_reads_after_the_signatures(crew):
    institution = InstitutionFactory()
    own = ActorFactory()
    own = type(own)(kind="institution", institution_id=institution.pk)
    visit = crew.approved(crew.plan(institution=institution))
    assert sees(own, visit) == (False, False)
    services.notify(visit, on=today(), actor=crew.officer)
    assert sees(own, visit) == (True, False)
    Visit.objects.filter(pk=visit.pk).update(state=VisitState.SIGNED)
    assert sees(own, visit) == (True, True)


def test_bureaus_see_by_part_and_place(crew):
    joint = crew.plan()
    single = crew.plan(cooperating=None, inspectors=crew.inspectors[2:])
    ecology = ActorFactory(agency=crew.ecology)
    assert sees(ecology, joint) == (True, True)
    assert sees(ecology, single) == (True, False)
    city = ActorFactory(agency__kind=AgencyKind.MARKET, agency__of_city=True)
    assert sees(city, single) == (True, True)
    sibling = ActorFactory(agency__kind=AgencyKind.ECOLOGY, agency__sibling=True)
    water = ActorFactory(agency__kind=AgencyKind.WATER)
    admin = ActorFactory(agency=crew.market, roles=[Role.SYSADMIN])
    for stranger in (sibling, water, admin, PUBLIC):
        assert sees(stranger, joint) == (False, False)


def test_a_neighbour_reads_the_result_of_what_lies_in_its_scope(crew):
    visit = crew.signed(crew.opened(crew.plan(institution=InstitutionFactory(sibling=True))))
    sibling = ActorFactory(agency__kind=AgencyKind.ECOLOGY, agency__sibling=True)
    assert sees(sibling, visit) == (True, False)


# --- Desk, search, panel ----------------------------------------------------------------------


def titles(actor):
    return [item.title for item in work_items(actor, today())]


def test_the_desk_tells_each_role_its_next_step(crew):
    visit = crew.plan()
    assert titles(crew.officer) == ["提交检查任务审批"]
    services.submit(visit, actor=crew.officer)
    assert titles(crew.leaders[0]) == ["审批检查任务"]
    for leader in crew.leaders:
        services.approve(visit, actor=leader)
    assert titles(crew.leaders[0]) == []
    assert titles(crew.officer) == ["通知被检查机构"]
    services.notify(visit, on=today(), actor=crew.officer)
    assert titles(crew.eco) == ["到场检查"]
    reviewing = crew.resulted(crew.signed(crew.opened()))
    assert "复核检查结果" in titles(crew.officer)
    assert reviewing.get_absolute_url()


def test_visits_are_found_by_name_and_shown_on_the_institutions_page(crew):
    visit = crew.plan()
    [hit] = find_visits(crew.officer, visit.institution_name[:6], 5)
    assert hit.url == visit.get_absolute_url()
    assert find_visits(PUBLIC, visit.institution_name, 5) == []
    _template, context = panel(visit.institution, crew.officer)
    assert context["visits"] == [visit]
    assert panel(visit.institution, PUBLIC) is None


# --- What the institution hears ---------------------------------------------------------------


def heard(visit):
    actor = type(PUBLIC)(kind="institution", institution_id=visit.institution_id)
    return list(Message.objects.visible_to(actor).filter(subject_ref=ref(visit)).order_by("pk"))


def test_the_institution_hears_of_the_notice_and_of_its_cancelling(crew):
    visit = crew.noticed()
    [notice] = heard(visit)
    assert notice.title.startswith("行政检查通知")
    assert visit.purpose in notice.body
    assert notice.url == visit.get_absolute_url()
    services.cancel(visit, reason="机构已注销", actor=crew.chief)
    assert [each.key for each in heard(visit)] == ["notified", "cancelled"]
    assert heard(visit)[1].url == ""  # there is no page of it for the institution any more


def test_nothing_of_an_unannounced_visit_reaches_the_institution(crew):
    visit = crew.approved()
    services.waive_notice(visit, reason="可能转移样品", actor=crew.officer)
    services.cancel(visit, reason="另行安排", actor=crew.chief)
    assert heard(visit) == []
