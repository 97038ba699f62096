"""Visits from a draw and by hand, and who sits in their teams."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from agencies.models import Expert
from inspections import events
from inspections.assignments import services
from inspections.models import Batch, Draw, Recusal, Visit
from inspections.visits import services as visits
from inspections.visits.choices import VisitKind
from inspections.visits.selectors import team_faults, vacant_slots
from institutions.models import Standing
from portal.access import AgencyKind, Role, job_actor
from portal.clocks import now, today
from portal.errors import Conflict, Refused
from portal.events import Event
from portal.models import AuditEvent
from portal.refs import ref
from tests.factories import (
    ActorFactory,
    AgencyFactory,
    BatchFactory,
    CheckItemFactory,
    InstitutionFactory,
)
from tests.inspections.onsite import inspector

pytestmark = pytest.mark.django_db
SLOTS = [("eco_lead", "ECO"), ("eco_second", "ECO"), ("mkt_lead", "MKT"), ("mkt_second", "MKT")]


@pytest.fixture
def batch(crew):
    made = BatchFactory()
    made.slots.all().delete()
    for order, (name, dept) in enumerate([*SLOTS, ("expert", "EXP")], start=1):
        made.slots.create(order=order, name=name, dept=dept)
    made.plan.plan_items.create(item=CheckItemFactory())
    return made


def teams(crew, *institutions):
    expert = Expert.objects.create(
        agency=crew.market, name="孙某", organisation="研究院", fields=["water"], year=2026
    )
    names = [name for name, _dept in SLOTS]
    seats = [(name, each.pk) for name, each in zip(names, crew.inspectors, strict=True)]
    return {each.pk: [*seats, ("expert", expert.pk)] for each in institutions}


def test_a_draw_makes_one_visit_for_each_institution_with_its_team(crew, batch):
    first, second = InstitutionFactory(), InstitutionFactory()
    drawn = teams(crew, first, second)
    made = services.create_from_draw(batch, teams=drawn, draw_ref="draw:7", actor=crew.officer)
    assert {visit.institution for visit in made} == {first, second}
    visit = made[0]
    assert (visit.kind, visit.draw_ref) == (VisitKind.DOUBLE_RANDOM, "draw:7")
    assert (visit.planned_from, visit.planned_to) == (batch.starts_on, batch.ends_on)
    assert visit.institution_name == visit.institution.name
    assert sorted(visit.bureau_ids) == sorted(batch.plan.bureau_ids)
    sides = {member.slot: member.bureau.kind for member in visit.members.all()}
    assert sides["eco_lead"] == AgencyKind.ECOLOGY
    assert sides["mkt_second"] == AgencyKind.MARKET
    assert visit.visit_items.count() == batch.plan.plan_items.count()
    assert AuditEvent.objects.filter(subject=ref(visit), verb="visit.create").count() == 1


def test_the_same_draw_twice_makes_no_second_visit(crew, batch):
    drawn = teams(crew, InstitutionFactory())
    services.create_from_draw(batch, teams=drawn, actor=job_actor("test"))
    assert services.create_from_draw(batch, teams=drawn, actor=job_actor("test")) == []
    assert Visit.objects.count() == 1


def test_double_random_visits_come_from_the_draw_alone(crew):
    with pytest.raises(Refused, match="只能由随机抽取产生"):
        crew.plan(kind=VisitKind.DOUBLE_RANDOM)
    assert crew.plan(kind=VisitKind.SURVEY).pk


def test_a_partner_department_makes_no_visit(crew):
    water = ActorFactory(agency__kind=AgencyKind.WATER, roles=[Role.OFFICER])
    with pytest.raises(PermissionDenied):
        crew.plan(actor=water)


def test_the_cooperating_bureau_is_the_other_one_of_the_region(crew):
    stranger = AgencyFactory(kind=AgencyKind.ECOLOGY, sibling=True)
    for wrong in (crew.market, stranger):
        with pytest.raises(Refused, match="同一行政区划的另一局"):
            crew.plan(cooperating=wrong, inspectors=[])


def test_an_inspector_of_a_bureau_that_takes_no_part_is_refused(crew):
    with pytest.raises(Refused, match="没有参与本次检查"):
        crew.plan(cooperating=None)
    assert crew.plan(cooperating=None, inspectors=crew.inspectors[2:]).members.count() == 2


def test_the_enforcement_team_acts_for_its_ecology_bureau(crew):
    team = AgencyFactory(kind=AgencyKind.ENFORCEMENT_TEAM)
    visit = crew.plan(inspectors=[inspector(team), *crew.inspectors[1:]])
    assert visit.members.filter(bureau=crew.ecology).count() == 2
    assert team.pk in visit.teams


def test_the_yearly_cap_binds_planned_visits_but_not_complaints(crew):
    institution = InstitutionFactory()
    for number in range(12):
        Standing.objects.create(
            institution=institution,
            kind="visit",
            value="regular",
            source=f"visit:{number + 900}",
            from_on=dt.date(today().year, 1, 1),
        )
    with pytest.raises(Refused, match="检查次数已达上限"):
        crew.plan(institution=institution)
    assert crew.plan(institution=institution, kind=VisitKind.COMPLAINT).pk


def test_a_visit_on_its_way_counts_as_one_made_until_it_is_given_up(crew, law):
    institution = InstitutionFactory()
    Standing.objects.create(
        institution=institution, kind="grade", value="B", source="grade:1", from_on=today()
    )
    visit = crew.plan(institution=institution)
    with pytest.raises(Refused, match="检查次数已达上限"):
        crew.plan(institution=institution)
    visits.cancel(visit, reason="任务调整", actor=crew.chief)
    again = crew.plan(institution=institution)
    crew.opened(again)
    stated = Standing.objects.filter(source=ref(again))
    assert [row.kind for row in stated] == ["visit"]


def test_a_special_check_in_hand_keeps_its_institution_out_of_the_pools(crew):
    visit = crew.plan(kind=VisitKind.SPECIAL)
    assert Standing.objects.filter(source=ref(visit), kind="open_check", to_on=None).exists()


def test_facts_change_before_the_submission_by_the_version_that_was_read(crew):
    visit = crew.plan()
    facts = {"purpose": "新目的", "planned_from": today(), "planned_to": today()}
    services.edit_visit(visit, version=1, **facts, actor=crew.officer)
    assert (visit.purpose, visit.version) == ("新目的", 2)
    with pytest.raises(Conflict):
        services.edit_visit(visit, version=1, **facts, actor=crew.officer)
    with pytest.raises(Refused, match="结束日期"):
        services.edit_visit(
            visit,
            version=2,
            **{**facts, "planned_to": today() - dt.timedelta(days=1)},
            actor=crew.officer,
        )


# --- Replacement ------------------------------------------------------------------------------


def test_a_member_who_stands_back_is_replaced_by_one_of_the_same_bureau(crew):
    visit = crew.plan()
    member = visit.members.get(inspector=crew.inspectors[2])
    services.recuse(member, reason="近亲属在该机构任职", actor=crew.officer)
    other = inspector(crew.ecology)
    with pytest.raises(Refused, match="同一部门"):
        services.replace_member(member, by=other, reason="回避", actor=crew.chief)
    fresh = inspector(crew.market)
    new = services.replace_member(member, by=fresh, reason="回避", actor=crew.chief)
    member.refresh_from_db()
    assert (member.replaced_by, member.left_reason, new.slot) == (new, "回避", member.slot)
    assert visit.members.present().count() == 4
    with pytest.raises(Conflict):
        services.replace_member(member, by=inspector(crew.market), reason="再换", actor=crew.chief)


def test_the_head_replaces_with_a_reason_and_somebody_who_may_go(crew):
    visit = crew.plan()
    member = visit.members.get(inspector=crew.inspectors[3])
    fresh = inspector(crew.market)
    with pytest.raises(PermissionDenied, match="负责人"):
        services.replace_member(member, by=fresh, reason="病假", actor=crew.officer)
    with pytest.raises(Refused, match="理由"):
        services.replace_member(member, by=fresh, reason=" ", actor=crew.chief)
    with pytest.raises(Refused, match="已在检查组中"):
        services.replace_member(member, by=crew.inspectors[2], reason="病假", actor=crew.chief)
    expired = inspector(crew.market, valid_to=today() - dt.timedelta(days=1))
    with pytest.raises(Refused, match="执法证在检查当日无效"):
        services.replace_member(member, by=expired, reason="病假", actor=crew.chief)
    member.refresh_from_db()
    assert member.left_at is None


def test_more_inspectors_are_added_before_the_submission_only(crew):
    visit = crew.plan()
    services.add_member(visit, inspector=inspector(crew.market), actor=crew.officer)
    with pytest.raises(Refused, match="已在检查组中"):
        services.add_member(visit, inspector=crew.inspectors[2], actor=crew.officer)
    crew.approved(visit)
    with pytest.raises(PermissionDenied):
        services.add_member(visit, inspector=inspector(crew.market), actor=crew.officer)


def test_the_seats_of_a_draw_are_filled_by_its_own_rule(crew, batch):
    [visit] = services.create_from_draw(
        batch, teams=teams(crew, InstitutionFactory()), draw_ref="draw:7", actor=crew.officer
    )
    member = visit.members.get(slot="mkt_lead")
    with pytest.raises(Refused, match="抽取规则"):
        services.replace_member(member, by=inspector(crew.market), reason="病", actor=crew.chief)


def test_a_seat_without_a_reserve_is_filled_by_the_head_alone(crew, batch):
    """The draw's reserve may be used up (DRAW-1): the seat is vacant, and named as such."""
    [visit] = services.create_from_draw(
        batch, teams=teams(crew, InstitutionFactory()), draw_ref="draw:7", actor=crew.officer
    )
    more = {"inspector": inspector(crew.market)}
    with pytest.raises(Refused, match="没有空缺"):
        services.add_member(visit, **more, actor=crew.chief)
    visit.members.filter(slot="mkt_lead").update(left_at=now(), left_reason="病")
    assert [slot.name for slot in vacant_slots(visit)] == ["mkt_lead"]
    with pytest.raises(PermissionDenied):
        services.add_member(visit, **more, actor=crew.officer)
    with pytest.raises(Refused, match="没有空缺"):
        services.add_member(visit, inspector=inspector(crew.ecology), actor=crew.chief)
    assert services.add_member(visit, **more, actor=crew.chief).slot == "mkt_lead"
    assert vacant_slots(visit) == []


# --- The draw's news --------------------------------------------------------------------------


@pytest.fixture
def draw(crew, batch):
    """An executed draw of one institution with four inspectors and an expert."""
    made = Draw.objects.create(
        batch=batch,
        state="executed",
        for_date=batch.starts_on,
        opened_at=now(),
        executed_at=now(),
        record_text="{}",
        record_hash="0" * 64,
    )
    institution = InstitutionFactory()
    [(key, seats)] = teams(crew, institution).items()
    for slot, person in seats:
        who = {"expert_id" if slot == "expert" else "inspector_id": person}
        made.seats.create(order=1, institution_id=key, slot=slot, **who)
    return made


def test_an_executed_draw_makes_its_visits_once(crew, draw):
    Batch.objects.filter(pk=draw.batch_id).update(state="drawn")
    event = Event("draw.executed", draw.pk, {}, now())
    events.visits_of_the_draw(event)
    events.visits_of_the_draw(event)
    visit = Visit.objects.get()
    assert visit.draw_ref == ref(draw)
    assert visit.members.count() == 5


def replaced(draw, kind, slot=""):
    institution = draw.seats.first().institution
    return draw.replacements.create(
        kind=kind, institution=institution, slot=slot, reason="突发疾病", asked_at=now(), answer={}
    )


def test_an_absent_inspector_leaves_the_seat_to_the_reserve(crew, draw):
    [visit] = services.visit_drawn(draw, actor=job_actor("test"))
    fresh = inspector(crew.market)
    old = draw.seats.get(slot="mkt_lead")
    draw.seats.filter(pk=old.pk).update(ended_at=now())
    draw.seats.create(order=1, institution=old.institution, slot="mkt_lead", inspector=fresh)
    event = Event("draw.replaced", replaced(draw, "no_show", "mkt_lead").pk, {}, now())
    events.visits_of_the_replacement(event)
    events.visits_of_the_replacement(event)
    holder = visit.members.present().get(slot="mkt_lead")
    assert holder.inspector == fresh
    assert visit.members.get(inspector=old.inspector).left_reason == "突发疾病"


def test_the_reserve_institution_is_visited_instead(crew, draw):
    [visit] = services.visit_drawn(draw, actor=job_actor("test"))
    Batch.objects.filter(pk=draw.batch_id).update(state="drawn")
    asked, reserve = replaced(draw, "supplementary"), InstitutionFactory()
    draw.seats.update(institution=reserve)
    services.follow_replacement(asked, actor=job_actor("test"))
    services.follow_replacement(asked, actor=job_actor("test"))
    visit.refresh_from_db()
    assert (visit.state, visit.cancel_reason) == ("cancelled", "突发疾病")
    assert Visit.objects.exclude(pk=visit.pk).get().institution == reserve
    assert Batch.objects.get(pk=draw.batch_id).state == "drawn"


def test_a_cancelled_visit_does_not_come_back_with_another_seats_reserve(crew, draw):
    [visit] = services.visit_drawn(draw, actor=job_actor("test"))
    Batch.objects.filter(pk=draw.batch_id).update(state="drawn")
    visits.cancel(visit, reason="机构已迁出本区", actor=crew.chief)
    assert services.visit_drawn(draw, actor=job_actor("test")) == []
    assert Visit.objects.get().state == "cancelled"


def test_a_declared_recusal_of_the_register_keeps_an_inspector_at_home(crew):
    visit = crew.plan()
    Recusal.objects.create(
        inspector=crew.inspectors[0],
        institution=visit.institution,
        reason="近亲属任职",
        from_on=today(),
    )
    assert any("应当回避" in sentence for sentence in team_faults(visit, today()))
