"""Orders to rectify: issued, answered, returned, re-inspected, extended, closed, late."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from inspections import events
from inspections.models import Order
from inspections.rectifications import services
from inspections.rectifications.choices import OrderState
from inspections.rectifications.selectors import find_orders, panel, visit_panel, work_items
from inspections.visits.choices import VisitKind, VisitState
from portal.access import PUBLIC, AgencyKind, Role, job_actor
from portal.clocks import now, today
from portal.clocks.models import Clock
from portal.errors import Refused
from portal.files.models import StoredFile
from portal.inbox.models import Message
from portal.models import EventRow
from portal.refs import ref
from tests.factories import ActorFactory
from tests.inspections.onsite import photo

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def institution_user(order):
    return type(PUBLIC)(kind="institution", institution_id=order.institution_id)


def clock_of(order):
    return Clock.objects.get(ref=ref(order))


def test_an_order_starts_its_period_and_tells_the_rooms_above(crew):
    order = crew.order()
    clock = clock_of(order)
    assert (clock.rule_code, clock.agency, order.due_on) == ("D30", crew.market, clock.due_on)
    assert order.due_on >= today() + 30 * DAY
    assert list(order.findings.all()) == list(order.visit.findings.all())
    assert EventRow.objects.filter(name="order.issued", record_pk=order.pk).exists()


def test_an_earlier_day_may_be_set_a_later_one_needs_an_extension(crew):
    visit = crew.opened()
    found = crew.finding(visit)
    facts = {"findings": [found], "requirement": "改正", "actor": crew.mkt}
    with pytest.raises(Refused, match="不能超过 30 日"):
        services.issue(visit, due_on=today() + 31 * DAY, **facts)
    with pytest.raises(Refused, match="不能早于"):
        services.issue(visit, due_on=today() - DAY, **facts)
    assert services.issue(visit, due_on=today() + 7 * DAY, **facts).due_on == today() + 7 * DAY


def test_only_standing_findings_of_the_visit_are_ordered_once(crew):
    order = crew.order()
    [found] = order.findings.all()
    facts = {"requirement": "改正", "actor": crew.mkt}
    with pytest.raises(Refused, match="不能重复责令"):
        services.issue(order.visit, findings=[found], **facts)
    with pytest.raises(Refused, match="请选择"):
        services.issue(order.visit, findings=[], **facts)
    with pytest.raises(Refused, match="本次检查"):
        services.issue(crew.opened(), findings=[found], **facts)
    services.revoke(order, reason="文书有误", actor=crew.chief)
    assert services.issue(order.visit, findings=[found], **facts).state == OrderState.ISSUED


def test_nobody_orders_before_the_arrival_or_from_outside(crew):
    visit = crew.noticed()
    with pytest.raises(PermissionDenied, match="到场"):
        services.issue(visit, findings=[], requirement="x", actor=crew.mkt)
    water = ActorFactory(agency__kind=AgencyKind.WATER)
    with pytest.raises(PermissionDenied):
        services.issue(crew.opened(), findings=[], requirement="x", actor=water)


# --- What is handed in ------------------------------------------------------------------------


def test_the_institution_hands_in_its_evidence_itself(crew):
    order = crew.order()
    made = services.submit(order, text="已补签字", uploads=[photo()], actor=institution_user(order))
    assert (order.state, made.on_behalf) == (OrderState.SUBMITTED, False)
    stored = made.files.get().file
    assert StoredFile.objects.visible_to(crew.officer).filter(pk=stored.pk).exists()
    assert not StoredFile.objects.visible_to(PUBLIC).filter(pk=stored.pk).exists()
    assert Message.objects.filter(subject_ref=ref(order), role=Role.OFFICER).count() == 1


def test_who_entered_it_on_behalf_does_not_verify_it(crew):
    order = crew.order()
    made = services.submit(order, text="代录", actor=crew.officer)
    assert made.on_behalf
    for act in (services.close, lambda o, actor: services.return_order(o, reason="x", actor=actor)):
        with pytest.raises(PermissionDenied, match="由他人核实"):
            act(order, actor=crew.officer)
    services.close(order, actor=crew.chief)
    assert (order.state, order.__class__.objects.get().closed_on) == (OrderState.CLOSED, today())


def test_neither_strangers_nor_empty_words_answer_an_order(crew):
    order = crew.order()
    with pytest.raises(Refused, match="整改情况"):
        services.submit(order, text=" ", actor=institution_user(order))
    other = type(PUBLIC)(kind="institution", institution_id=order.institution_id + 1)
    for stranger in (other, ActorFactory(agency=crew.ecology)):
        with pytest.raises(PermissionDenied):
            services.submit(order, text="x", actor=stranger)


# --- What the bureau says to it ---------------------------------------------------------------


def test_returned_then_answered_again_then_closed(crew):
    order = crew.order()
    with pytest.raises(Refused, match="当前状态"):
        services.close(order, actor=crew.officer)
    services.submit(order, text="一", actor=institution_user(order))
    with pytest.raises(Refused, match="理由"):
        services.return_order(order, reason=" ", actor=crew.officer)
    services.return_order(order, reason="缺原始记录", actor=crew.officer)
    assert (order.state, order.last_reason) == (OrderState.RETURNED, "缺原始记录")
    services.submit(order, text="二", actor=institution_user(order))
    services.close(order, actor=crew.officer)
    assert order.state == OrderState.CLOSED
    assert clock_of(order).stopped_on == today()
    assert EventRow.objects.filter(name="order.closed").count() == 1
    with pytest.raises(Refused, match="当前状态"):
        services.revoke(order, reason="迟了", actor=crew.chief)


def test_a_reinspection_is_a_visit_whose_record_is_signed_before_the_end(crew):
    order = crew.order()
    services.submit(order, text="一", actor=institution_user(order))
    visit = services.reinspect(
        order,
        planned_from=today(),
        planned_to=today(),
        inspectors=crew.inspectors[2:],
        actor=crew.officer,
    )
    assert (visit.kind, visit.source_ref) == (VisitKind.REINSPECTION, ref(order))
    assert order.state == OrderState.REINSPECTING
    with pytest.raises(Refused, match="复查笔录"):
        services.close(order, actor=crew.officer)
    crew.signed(crew.opened(visit))
    order = Order.objects.get(pk=order.pk)
    assert order.reinspection.state == VisitState.SIGNED
    services.close(order, actor=crew.officer)


def test_only_the_head_revokes(crew):
    order = crew.order()
    with pytest.raises(PermissionDenied):
        services.revoke(order, reason="x", actor=crew.officer)
    services.revoke(order, reason="事实有误", actor=crew.chief)
    assert order.state == OrderState.REVOKED
    assert clock_of(order).stopped_on == today()


# --- Extension --------------------------------------------------------------------------------


def test_another_person_grants_more_time(crew):
    order = crew.order()
    until = order.due_on + 10 * DAY
    with pytest.raises(Refused, match="晚于"):
        services.ask_extension(order, until=order.due_on, reason="设备", actor=crew.officer)
    with pytest.raises(Refused, match="理由"):
        services.ask_extension(order, until=until, reason=" ", actor=crew.officer)
    services.ask_extension(order, until=until, reason="设备到货晚", actor=crew.officer)
    with pytest.raises(PermissionDenied, match="待决定"):
        services.ask_extension(order, until=until, reason="再来", actor=crew.officer)
    with pytest.raises(PermissionDenied):
        services.decide_extension(order, grant=True, actor=crew.officer)
    services.decide_extension(order, grant=True, actor=crew.chief)
    order.refresh_from_db()
    assert order.due_on == clock_of(order).due_on >= until
    with pytest.raises(PermissionDenied, match="没有待决定"):
        services.decide_extension(order, grant=True, actor=crew.chief)


def test_nobody_grants_oneself_more_time_and_a_no_moves_nothing(crew):
    order = crew.order()
    due, until = order.due_on, order.due_on + 10 * DAY
    services.ask_extension(order, until=until, reason="设备", actor=crew.chief)
    with pytest.raises(PermissionDenied, match="自己批准自己"):
        services.decide_extension(order, grant=True, actor=crew.chief)
    other = ActorFactory(agency=crew.market, roles=[Role.LEADER])
    services.decide_extension(order, grant=False, opinion="不同意", actor=other)
    order.refresh_from_db()
    assert order.due_on == due == clock_of(order).due_on


# --- By date ----------------------------------------------------------------------------------


def test_reminders_and_the_overdue_message_reach_both_bureaus_once(crew):
    order = crew.order()
    clock, job = clock_of(order), job_actor("test")
    for _round in range(2):
        events.order_reminder(clock, order.due_on - 7 * DAY, now(), job)
        events.order_late(clock, order.due_on + DAY, now(), job)
    told = Message.objects.filter(subject_ref=ref(order))
    assert told.filter(key__startswith="remind:", to_agency=crew.market).count() == 1
    late = told.filter(key__startswith="overdue:")
    assert late.filter(to_institution_id=order.institution_id).count() == 1
    agencies = late.exclude(to_agency=None).values_list("to_agency", flat=True)
    assert set(agencies) == {crew.market.pk, crew.ecology.pk}
    assert EventRow.objects.filter(name="order.overdue", record_pk=order.pk).exists()


def test_an_answered_order_is_not_late(crew):
    order = crew.order()
    Order.objects.filter(pk=order.pk).update(issued_on=today() - 40 * DAY, due_on=today() - DAY)
    assert Order.objects.overdue(today()).count() == 1
    order.refresh_from_db()
    services.submit(order, text="一", actor=institution_user(order))
    assert Order.objects.overdue(today()).count() == 0
    events.order_late(clock_of(order), today(), now(), job_actor("test"))
    assert not EventRow.objects.filter(name="order.overdue").exists()


# --- Who sees it ------------------------------------------------------------------------------


def test_who_sees_an_order(crew):
    visit = crew.opened(crew.plan(cooperating=None, inspectors=crew.inspectors[2:]))
    order = crew.order(visit)
    city = ActorFactory(agency__kind=AgencyKind.MARKET, agency__of_city=True)
    auditor = ActorFactory(agency__kind=AgencyKind.AUDIT, roles=[Role.AUDITOR])
    seeing = [crew.officer, crew.ecology_officer, city, auditor, institution_user(order)]
    sibling = ActorFactory(agency__kind=AgencyKind.ECOLOGY, agency__sibling=True)
    water = ActorFactory(agency__kind=AgencyKind.WATER)
    for actor in seeing:
        assert Order.objects.visible_to(actor).count() == 1, actor
    for actor in (sibling, water, PUBLIC):
        assert Order.objects.visible_to(actor).count() == 0, actor


def test_desk_search_and_panels(crew):
    order = crew.order()
    own = institution_user(order)
    assert [each.title for each in work_items(own, today())] == ["提交整改材料"]
    services.submit(order, text="一", actor=own)
    assert [each.title for each in work_items(crew.officer, today())] == ["核实整改材料"]
    [hit] = find_orders(crew.officer, order.institution_name[:6], 5)
    assert hit.url == order.get_absolute_url()
    assert panel(order.institution, own)[1]["orders"] == [order]
    assert visit_panel(order.visit, crew.officer)[1]["orders"] == [order]
    assert panel(order.institution, PUBLIC) is None


# --- What the institution hears ---------------------------------------------------------------


def heard(order):
    """Keys of what its people find in their inbox about an order, the newest last."""
    rows = Message.objects.visible_to(institution_user(order)).filter(subject_ref=ref(order))
    return list(rows.order_by("pk").values_list("key", flat=True))


def test_the_institution_hears_every_step_of_its_order(crew):
    order = crew.order()
    message = Message.objects.visible_to(institution_user(order)).get(key="issued")
    assert "责令改正通知" in message.title
    assert "立即改正。" in message.body
    assert message.url == order.get_absolute_url()
    clock, job = clock_of(order), job_actor("test")
    events.order_reminder(clock, order.due_on - 7 * DAY, now(), job)
    services.submit(order, text="一", actor=institution_user(order))
    services.return_order(order, reason="缺原始记录", actor=crew.officer)
    services.submit(order, text="二", actor=institution_user(order))
    services.close(order, actor=crew.officer)
    assert [key.partition(":")[0] for key in heard(order)] == [
        "issued",
        "remind",
        "returned",
        "closed",
    ]
    other = type(PUBLIC)(kind="institution", institution_id=order.institution_id + 1)
    assert not Message.objects.visible_to(other).exists()


def test_an_order_returned_after_its_last_day_is_overdue_at_once(crew):
    order = crew.order()
    services.submit(order, text="一", actor=institution_user(order))
    past = {"issued_on": today() - 40 * DAY, "due_on": today() - DAY}
    Order.objects.filter(pk=order.pk).update(**past)
    order.refresh_from_db()
    services.return_order(order, reason="缺原始记录", actor=crew.officer)
    assert [key.partition(":")[0] for key in heard(order)] == ["issued", "returned", "overdue"]
    leaders = Message.objects.filter(subject_ref=ref(order), role=Role.LEADER)
    assert leaders.get().to_agency == crew.market


def test_a_reminder_that_comes_after_the_last_day_says_nothing(crew):
    order = crew.order()
    clock = clock_of(order)
    events.order_reminder(clock, order.due_on - 7 * DAY, now() + 40 * DAY, job_actor("test"))
    assert heard(order) == ["issued"]
