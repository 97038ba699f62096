"""What an inspector leaves open is listed, and passes to whoever takes the work over (EV3)."""

import pytest

from agencies.accounts.selectors import actor_from_post
from agencies.delegations import services as delegations
from agencies.delegations.choices import HandoverState
from agencies.delegations.selectors import open_work
from agencies.models import Post
from inspections.handovers import rules
from inspections.models import Commitment, Order, Plan, Visit
from inspections.plans.choices import PlanKind
from inspections.signing import services as signing
from portal.access import Role
from portal.audit.models import AuditEvent
from portal.clocks import now, today
from portal.errors import Refused
from tests.factories import PostFactory
from tests.inspections.ceremonies.makers import committed, stage
from tests.inspections.onsite import actor_of, inspector

pytestmark = pytest.mark.django_db


def post_of(person) -> Post:
    return Post.objects.select_related("agency__region", "user").get(user=person.user)


def hand_over(giver: Post, receiver: Post):
    """Opened by the giver, signed by both."""
    mine = actor_from_post(giver.pk, source="test")
    theirs = actor_from_post(receiver.pk, source="test")
    handover = delegations.open_handover(
        giver, receiver=receiver, last_day=today(), reason="调离", actor=mine
    )
    delegations.sign_giver(handover, actor=mine)
    delegations.sign_receiver(handover, today=today(), actor=theirs)
    return handover


def kinds(post: Post) -> list[str]:
    return sorted({kind for kind, _work in open_work(post)})


@pytest.mark.parametrize(
    ("state", "drawn", "fate"),
    [
        ("planned", False, "passes"),
        ("noticed", False, "passes"),
        ("submitted", False, "submitted"),
        ("noticed", True, "drawn"),
        ("open", False, "on_site"),
        ("recorded", True, "on_site"),
    ],
)
def test_what_becomes_of_a_seat(state, drawn, fate):
    assert rules.fate_of_seat(state, is_drawn=drawn) == fate


def test_seats_and_orders_pass_to_the_receiver_and_signatures_stay(crew):
    order = crew.order()
    crew.signed(order.visit)
    visit = crew.noticed()
    leaving, coming = crew.inspectors[2], inspector(crew.market)
    giver, receiver = post_of(leaving), post_of(coming)
    assert kinds(giver) == ["检查任务", "责令改正"]
    handover = hand_over(giver, receiver)
    assert handover.state == HandoverState.DONE
    assert set(handover.items.values_list("kind", flat=True)) == {"检查任务", "责令改正"}
    present = visit.members.present().values_list("inspector", flat=True)
    assert coming.pk in present
    assert leaving.pk not in present
    fresh = Order.objects.get(pk=order.pk)
    assert (fresh.handler_id, fresh.issued_by_id) == (receiver.pk, giver.pk)
    signed = order.visit.site_record.signatures.valid()
    assert signed.filter(member__inspector=leaving).exists()
    assert kinds(receiver) == ["检查任务", "责令改正"]
    giver.refresh_from_db()
    assert giver.to_on == today()
    streams = AuditEvent.objects.filter(verb__in=("order.hand_over", "visit.replace_member"))
    assert set(streams.values_list("stream", flat=True)) == {f"user:{giver.user_id}"}


@pytest.mark.parametrize(
    ("who", "why"), [("clerk", "没有有效的执法证"), ("colleague", "已在检查组中")]
)
def test_nothing_passes_to_somebody_who_may_not_go(crew, who, why):
    visit = crew.noticed()
    giver = post_of(crew.inspectors[2])
    receivers = {
        "clerk": lambda: PostFactory(agency=crew.market, roles=[Role.OFFICER]),
        "colleague": lambda: post_of(crew.inspectors[3]),
    }
    with pytest.raises(Refused, match=why):
        hand_over(giver, receivers[who]())
    assert visit.members.present().filter(inspector=crew.inspectors[2]).exists()
    giver.refresh_from_db()
    assert giver.to_on is None


def test_a_drawn_seat_is_filled_by_the_draw_alone(crew):
    visit = crew.noticed()
    Visit.objects.filter(pk=visit.pk).update(draw_ref="draw:1")
    giver, receiver = post_of(crew.inspectors[2]), post_of(inspector(crew.market))
    [(_kind, work)] = open_work(giver)
    assert "先在抽取页面按规则替换" in work.label
    with pytest.raises(Refused, match="抽取页面"):
        hand_over(giver, receiver)


def test_who_stands_at_the_door_signs_first(crew):
    visit = crew.recorded()
    giver, receiver = post_of(crew.inspectors[2]), post_of(inspector(crew.market))
    with pytest.raises(Refused, match="先完成笔录和签字"):
        hand_over(giver, receiver)
    signing.sign(visit, actor=actor_of(crew.inspectors[2]))
    assert kinds(giver) == []


def test_a_secret_of_a_draw_is_named_and_stays_with_its_owner(db, law):
    draw, _secrets = committed(stage())
    mine = Commitment.objects.filter(draw=draw).select_related("post__agency").first()
    [work] = [work for kind, work in open_work(mine.post) if kind == "双随机抽取"]
    assert "须由本人揭示" in work.label
    assert work.url == draw.get_absolute_url()
    draw.commitments.update(secret="0" * 64, revealed_at=now())
    assert "双随机抽取" not in kinds(mine.post)


def test_drafts_are_left_only_where_nobody_else_could_go_on(crew):
    bureau = crew.market
    crew.plan()
    officer = Post.objects.get(pk=crew.officer.post_id)
    assert "起草中" not in kinds(officer)  # the chief could go on
    Post.objects.filter(pk=crew.chief.post_id).update(to_on=today(), stopped_at=now())
    plan = Plan.objects.create(
        year=today().year,
        kind=PlanKind.SPECIAL,
        title="专项检查计划",
        region=bureau.region,
        initiating=bureau,
        basis="x",
        reasons="y",
        created_at=now(),
    )
    labels = [work.label for kind, work in open_work(officer) if kind == "起草中"]
    assert str(plan) in labels
    assert len(labels) == 2
    with pytest.raises(Refused, match="不能接收"):
        hand_over(officer, post_of(crew.inspectors[3]))
