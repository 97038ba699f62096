"""The decision: complete, in time, within bounds; served; mended; changed by others."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from agencies.delegations.selectors import actor_of_delegation
from agencies.delegations.services import delegate
from penalties.cases.services import running_clock
from penalties.decisions import rules, selectors, services
from penalties.models import Case, Decision, Service
from portal.access import Role, job_actor
from portal.clocks import today
from portal.errors import Conflict, Refused
from portal.models import EventRow
from tests.factories import PostFactory
from tests.penalties.district import (
    DECIDED_ON,
    NOTICED_ON,
    SERVED_ON,
    Ways,
    decision_of,
)

FULL = rules.Parts(
    party_name="甲公司",
    party_address="某路",
    facts="事实",
    evidence="证据",
    violation="违反条款",
    basis="依据",
    reasons="理由",
    penalties=1,
    performance="十五日",
    remedy="复议诉讼",
    authority="某局",
)


@pytest.mark.parametrize("name", [*rules.ALWAYS, *rules.OF_A_PENALTY])
def test_every_part_of_article_59_is_missed(name: str):
    facts = {field: getattr(FULL, field) for field in FULL.__slots__}
    lacking = rules.Parts(**(facts | {name: 0 if name == "penalties" else " "}))
    assert rules.missing_parts(lacking, is_penalty=True) == [name]
    assert rules.missing_parts(FULL, is_penalty=True) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"remedy": " "}, "missing_parts"),
        ({"lines": ()}, "missing_parts"),
        (
            {"lines": (services.Line("fine", "罚款", Decimal(40_001)),)},
            "heavier",
        ),
        (
            {
                "lines": (
                    services.Line("fine", "罚款", Decimal(40_000)),
                    services.Line("revocation", "吊销资质认定证书"),
                )
            },
            "heavier",
        ),
        ({"lines": (services.Line("fine", "罚款", Decimal(19_999)),)}, "fine_below"),
        ({"outcome": "no_penalty"}, "no_penalty"),
    ],
)
def test_a_draft_that_may_not_become_a_decision(ecology: Ways, changed: dict[str, Any], code: str):
    case, officer = ecology.defended(), ecology.own.actor("officer")
    services.draft(case, words=ecology.draft(case, **changed), actor=officer)
    with pytest.raises(Refused) as refusal:
        services.propose(case, on=DECIDED_ON, actor=officer)
    assert refusal.value.code == code
    services.draft(case, words=ecology.draft(case), actor=officer)
    services.propose(case, on=DECIDED_ON, actor=officer)
    assert Case.objects.get(pk=case.pk).state == "deciding"


@pytest.mark.django_db
def test_without_a_notice_there_is_no_penalty(ecology: Ways):
    case, officer = ecology.ready(), ecology.own.actor("officer")
    services.draft(case, words=ecology.draft(case), actor=officer)
    with pytest.raises(Refused) as refusal:
        services.propose(case, on=DECIDED_ON, actor=officer)
    assert refusal.value.code == "not_noticed"


@pytest.mark.django_db
def test_no_decision_before_the_defence_period_is_over(ecology: Ways):
    """The state alone does not suffice: the days are counted again at the proposal."""
    case, officer = ecology.noticed(), ecology.own.actor("officer")
    Case.objects.filter(pk=case.pk).update(state="defended")
    case.refresh_from_db()
    services.draft(case, words=ecology.draft(case), actor=officer)
    with pytest.raises(Refused) as refusal:
        services.propose(case, on=NOTICED_ON + dt.timedelta(days=1), actor=officer)
    assert refusal.value.code == "defence_running"
    services.propose(case, on=dt.date(2026, 9, 30), actor=officer)


@pytest.mark.django_db
def test_no_penalty_needs_no_notice(ecology: Ways):
    case = ecology.ready(
        proposal={"outcome": "no_penalty", "fine": Decimal(0), "kinds": (), "factors": ("minor",)}
    )
    officer = ecology.own.actor("officer")
    words = ecology.draft(case, outcome="no_penalty", lines=())
    services.draft(case, words=words, actor=officer)
    services.propose(case, on=DECIDED_ON, actor=officer)
    services.decide(case, on=DECIDED_ON, actor=ecology.own.actor("leader"))
    assert Case.objects.get(pk=case.pk).outcome == "no_penalty"


@pytest.mark.django_db
def test_the_leader_decides_once_and_everyone_above_hears_it(ecology: Ways):
    case = ecology.deciding()
    for who in ("officer", "chief", "legal"):
        with pytest.raises(PermissionDenied):
            services.decide(case, on=DECIDED_ON, actor=ecology.own.actor(who))
    stale = Case.objects.get(pk=case.pk)
    services.decide(case, on=DECIDED_ON, actor=ecology.own.actor("leader"))
    made = decision_of(case)
    assert (made.standing, made.decided_on) == ("in_force", DECIDED_ON)
    assert made.signature == str(ecology.own.posts["leader"].user)
    assert EventRow.objects.filter(name="decision.made", record_pk=made.pk).count() == 1
    assert running_clock(case, "D09") is None
    served_by = running_clock(case, "D10")
    assert served_by is not None
    assert served_by.due_on == dt.date(2026, 10, 26)
    with pytest.raises(Conflict):
        services.decide(stale, on=DECIDED_ON, actor=ecology.own.actor("leader"))


@pytest.mark.django_db
def test_a_legal_reviewer_never_decides_the_same_case(market: Ways):
    case = market.deciding()
    person = market.own.posts["legal"].user
    leader = PostFactory(user=person, agency=market.own.agency, roles=[Role.LEADER])
    from agencies.accounts.selectors import actor_from_post

    with pytest.raises(PermissionDenied, match="法制审核"):
        services.decide(case, on=DECIDED_ON, actor=actor_from_post(leader.pk, source="test"))


@pytest.mark.django_db
@pytest.mark.parametrize(("limit", "allowed"), [(39_999, False), (40_000, True)])
def test_a_delegation_reaches_as_far_as_its_sum(ecology: Ways, limit: int, allowed: bool):
    case = ecology.deciding()
    lent = delegate(
        ecology.own.posts["leader"],
        receiver=ecology.own.posts["second"],
        kinds=["approve"],
        from_on=today(),
        to_on=today(),
        reason="出差",
        amount_limit=Decimal(limit),
        actor=job_actor("test"),
    )
    standing_in = actor_of_delegation(lent, source="test")
    if not allowed:
        with pytest.raises(Refused) as refusal:
            services.decide(case, on=today(), actor=standing_in)
        assert refusal.value.code == "beyond_delegation"
        return
    services.decide(case, on=today(), actor=standing_in)
    assert "代" in decision_of(case).signature


@pytest.mark.django_db
def test_the_leader_returns_a_draft(ecology: Ways):
    case = ecology.deciding()
    services.return_decision(case, reason="金额请复核", actor=ecology.own.actor("leader"))
    assert Case.objects.get(pk=case.pk).state == "defended"


@pytest.mark.django_db
def test_a_decision_cannot_be_redrafted(ecology: Ways):
    case = ecology.decided()
    with pytest.raises(Refused):
        services.draft(case, words=ecology.draft(case), actor=ecology.own.actor("officer"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"served_on": dt.date(2026, 10, 14)}, "before_decision"),
        ({"method": "left"}, "no_witness"),
        ({"method": "announced"}, "no_announcement"),
        (
            {"method": "announced", "announced_on": dt.date(2026, 10, 16)},
            "announcement_running",
        ),
    ],
)
def test_service_has_its_forms(ecology: Ways, changed: dict[str, Any], code: str):
    case, officer = ecology.decided(), ecology.own.actor("officer")
    ecology.number(case)
    facts = {"method": "direct", "served_on": SERVED_ON, "receiver": "王某某"} | changed
    with pytest.raises(Refused) as refusal:
        services.serve(case, delivery=services.Delivery(**facts), actor=officer)
    assert refusal.value.code == code
    assert not Service.objects.exists()


@pytest.mark.django_db
def test_a_decision_without_its_number_is_not_served(ecology: Ways):
    case = ecology.decided()
    assert selectors.document_number(decision_of(case)) == ""
    delivery = services.Delivery("direct", SERVED_ON, "王某某")
    with pytest.raises(Refused) as refusal:
        services.serve(case, delivery=delivery, actor=ecology.own.actor("officer"))
    assert refusal.value.code == "no_number"
    ecology.serve(case)
    assert selectors.document_number(decision_of(case)).endswith("〔2026〕1号")


@pytest.mark.django_db
def test_service_begins_the_days_to_pay_and_to_complain(ecology: Ways):
    case = ecology.served()
    due = {code: running_clock(case, code) for code in ("D11", "D16", "D17")}
    days = {code: clock.due_on for code, clock in due.items() if clock}
    assert days == {
        "D11": dt.date(2026, 11, 4),
        "D16": dt.date(2026, 12, 21),  # 60 days end on Saturday the 19th
        "D17": dt.date(2027, 4, 20),
    }


@pytest.mark.django_db
def test_a_served_decision_is_mended_by_a_correction_only(ecology: Ways):
    case, leader = ecology.decided(), ecology.own.actor("leader")
    words = {"right": "报告与原始数据不一致", "reason": "笔误", "on": dt.date(2026, 11, 2)}
    decision = decision_of(case)
    with pytest.raises(Refused) as refusal:
        services.correct(decision, wrong="报告与原始记录不一致", **words, actor=leader)
    assert refusal.value.code == "not_served"
    ecology.serve(case)
    decision = decision_of(case)
    with pytest.raises(Refused) as refusal:
        services.correct(decision, wrong="没有这句话", **words, actor=leader)
    assert refusal.value.code == "no_such_text"
    services.correct(decision, wrong="报告与原始记录不一致", **words, actor=leader)
    assert decision_of(case).facts == "报告与原始记录不一致。"  # the paper itself never changes
    with pytest.raises(PermissionDenied):
        services.correct(decision, wrong="证据", **words, actor=ecology.own.actor("officer"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("result", "new_fine", "standing", "fine"),
    [
        ("annulled", None, "annulled", Decimal(0)),
        ("changed", Decimal(30_000), "changed", Decimal(30_000)),
        ("unlawful", None, "changed", Decimal(40_000)),
    ],
)
def test_a_court_changes_the_decision_and_everyone_is_told(
    ecology: Ways, result: str, new_fine: Decimal | None, standing: str, fine: Decimal
):
    case, officer = ecology.served(), ecology.own.actor("officer")
    challenge = services.file_challenge(
        decision_of(case),
        channel="litigation",
        body="某区人民法院",
        filed_on=dt.date(2026, 10, 28),
        actor=officer,
    )
    services.close_challenge(
        challenge,
        result=result,
        result_on=dt.date(2026, 11, 12),
        document="（2026）沪0113行初1号",
        reason="事实认定有误",
        new_fine=new_fine,
        actor=officer,
    )
    made = decision_of(case)
    assert (made.standing, Case.objects.get(pk=case.pk).fine) == (standing, fine)
    assert EventRow.objects.filter(name="decision.changed", record_pk=made.pk).count() == 1
    withdrawal = running_clock(case, "D22")
    assert withdrawal is not None
    assert withdrawal.due_on == dt.date(2026, 11, 17)


@pytest.mark.django_db
def test_an_upheld_decision_stays_as_it_is(ecology: Ways):
    case, officer = ecology.served(), ecology.own.actor("officer")
    facts = {"channel": "review", "body": "区人民政府", "filed_on": dt.date(2026, 10, 28)}
    challenge = services.file_challenge(decision_of(case), **facts, actor=officer)
    with pytest.raises(Refused):
        services.file_challenge(decision_of(case), **facts, actor=officer)
    words = {"result_on": dt.date(2026, 11, 20), "document": "1号", "reason": "合法"}
    with pytest.raises(Refused):
        services.close_challenge(
            challenge, result="upheld", new_fine=Decimal(1), **words, actor=officer
        )
    services.close_challenge(challenge, result="upheld", **words, actor=officer)
    assert decision_of(case).standing == "in_force"
    assert not EventRow.objects.filter(name="decision.changed").exists()


@pytest.mark.django_db
def test_false_data_bring_a_purchase_ban_from_the_decision(market: Ways):
    case = market.decided()
    ban = selectors.ban_of(decision_of(case))
    assert ban is not None
    assert (ban.kind, ban.years, ban.from_on) == ("purchase", 3, DECIDED_ON)


@pytest.mark.django_db
def test_other_breaches_bring_none(ecology: Ways):
    assert selectors.ban_of(decision_of(ecology.decided())) is None


@pytest.mark.django_db
def test_a_decision_prints_both_names(ecology: Ways):
    case, officer = ecology.defended(), ecology.own.actor("officer")
    before = case.institution_name
    case.institution.name = "上海新名检测有限公司"
    case.institution.save(update_fields=["name"])
    made = services.draft(case, words=ecology.draft(case), actor=officer)
    assert made.party_name == f"上海新名检测有限公司（原名：{before}）"
    assert Decision.objects.get(case=case).authority == ecology.own.agency.name


@pytest.mark.django_db
def test_a_draft_that_somebody_else_rewrote_is_not_overwritten_or_decided(ecology: Ways):
    case, officer = ecology.defended(), ecology.own.actor("officer")
    first = services.draft(case, words=ecology.draft(case), version=0, actor=officer)
    assert first.version == 1
    words = ecology.draft(case, reasons="另一人的理由。")
    second = services.draft(case, words=words, version=1, actor=officer)
    assert second.version == 2
    with pytest.raises(Conflict):
        services.draft(case, words=ecology.draft(case), version=1, actor=officer)
    assert decision_of(case).reasons == "另一人的理由。"
    services.propose(case, on=DECIDED_ON, actor=officer)
    with pytest.raises(Conflict):
        services.decide(case, on=DECIDED_ON, version=1, actor=ecology.own.actor("leader"))
    services.decide(case, on=DECIDED_ON, version=2, actor=ecology.own.actor("leader"))


@pytest.mark.django_db
def test_a_page_opened_before_the_proposal_rewrites_nothing(ecology: Ways):
    """The state is asked of the table, under its lock, not of what was read before."""
    case, officer = ecology.defended(), ecology.own.actor("officer")
    services.draft(case, words=ecology.draft(case), actor=officer)
    before = Case.objects.get(pk=case.pk)
    services.propose(case, on=DECIDED_ON, actor=officer)
    services.decide(case, on=DECIDED_ON, actor=ecology.own.actor("leader"))
    with pytest.raises(Conflict):
        services.draft(before, words=ecology.draft(before, reasons="改写"), actor=officer)
    assert decision_of(case).reasons == "综合考虑。"
