"""One act, one fine: the other bureau's case is shown, and nothing goes on unsettled (PE6)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from penalties.cases import rules, selectors
from penalties.consultations import services
from penalties.decisions import services as decisions
from penalties.models import Case, Consultation
from portal.access import AgencyKind, Role
from portal.errors import Refused
from tests.factories import ActorFactory, AgencyFactory
from tests.penalties.district import DECIDED_ON, Ways

ON = dt.date(2026, 9, 17)


def act(**changed: Any) -> rules.Act:
    facts = {"institution": 1, "reports": frozenset({"R1"}), "on": ON, "place": "甲地"}
    return rules.Act(**(facts | changed))


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({}, True),
        ({"on": dt.date(2026, 1, 1)}, True),  # the same report
        ({"reports": frozenset()}, True),  # the same day and place
        ({"reports": frozenset(), "place": ""}, True),
        ({"reports": frozenset(), "place": "乙地"}, False),
        ({"reports": frozenset({"R2"}), "on": dt.date(2026, 1, 1)}, False),
        ({"institution": 2}, False),
    ],
)
def test_what_makes_two_acts_one(changed: dict[str, Any], same: bool):
    assert rules.same_act(act(), act(**changed)) is same


@pytest.mark.django_db
def test_the_other_bureaus_head_is_shown_and_nothing_more(ecology: Ways, market: Ways):
    theirs = market.opened()
    own = ecology.opened()
    [head] = selectors.same_act(own, ecology.own.actor("officer"))
    assert (head.number, head.stage) == (theirs.number, "调查取证")
    assert not hasattr(head, "facts")
    assert selectors.same_act(own, market.own.actor("officer")) == []  # sees only a head itself


@pytest.mark.django_db
def test_a_case_that_was_not_opened_is_no_peer(ecology: Ways, market: Ways):
    theirs, own = market.registered(), ecology.opened()
    Case.objects.filter(pk=theirs.pk).update(state="not_opened")
    assert selectors.peers_of(own) == []


def asked(ecology: Ways, market: Ways, fining: Ways) -> tuple[Case, Consultation]:
    theirs, own = market.opened(), ecology.ready()
    row = services.ask(
        own,
        peer=theirs,
        fining=fining.own.agency,
        opinion="由该局处罚更重，建议由其处罚。",
        on=ON,
        actor=ecology.own.actor("officer"),
    )
    return own, row


@pytest.mark.django_db
def test_no_notice_of_a_fine_before_the_two_bureaus_agree(ecology: Ways, market: Ways):
    theirs, own = market.opened(), ecology.ready()
    with pytest.raises(Refused) as refusal:
        ecology.give_notice(own)
    assert refusal.value.code == "same_act"
    assert theirs.number in str(refusal.value)
    row = services.ask(
        own,
        peer=theirs,
        fining=ecology.own.agency,
        opinion="先立案",
        on=ON,
        actor=ecology.own.actor("officer"),
    )
    with pytest.raises(Refused):
        ecology.give_notice(own)
    services.answer(row, agrees=True, opinion="同意", on=ON, actor=market.own.actor("chief"))
    ecology.give_notice(own)
    assert Case.objects.get(pk=own.pk).state == "noticed"


@pytest.mark.django_db
def test_who_left_the_fine_to_the_other_does_not_fine(ecology: Ways, market: Ways):
    own, row = asked(ecology, market, fining=market)
    services.answer(row, agrees=True, opinion="同意", on=ON, actor=market.own.actor("chief"))
    with pytest.raises(Refused) as refusal:
        ecology.give_notice(own)
    assert refusal.value.code == "fined_elsewhere"


@pytest.mark.django_db
def test_a_warning_without_a_fine_needs_no_consultation(ecology: Ways, market: Ways):
    market.opened()
    own = ecology.ready(proposal={"fine": 0, "kinds": ("warning",)})
    ecology.give_notice(own)


@pytest.mark.django_db
def test_a_dispute_goes_to_the_common_superior_who_sees_both_cases(ecology: Ways, market: Ways):
    own, row = asked(ecology, market, fining=market)
    services.answer(
        row, agrees=False, opinion="应由生态环境局处罚", on=ON, actor=market.own.actor("leader")
    )
    leader = ecology.own.actor("leader")
    with pytest.raises(Refused) as refusal:
        services.put_up(row, actor=leader)
    assert refusal.value.code == "no_superior"
    government = AgencyFactory(kind=AgencyKind.GOVERNMENT)
    mayor = ActorFactory(agency=government, roles=[Role.LEADER])
    assert not Case.objects.visible_to(mayor).exists()
    services.put_up(row, actor=leader)
    assert Case.objects.visible_to(mayor).count() == 2
    words = {"fining": ecology.own.agency, "ruling": "由先立案的单位处罚", "on": ON}
    with pytest.raises(PermissionDenied):
        services.rule(row, **words, actor=leader)
    services.rule(row, **words, actor=mayor)
    assert not Case.objects.visible_to(mayor).exists()
    ecology.give_notice(Case.objects.get(pk=own.pk))


@pytest.mark.django_db
def test_only_the_other_bureaus_heads_answer(ecology: Ways, market: Ways):
    _own, row = asked(ecology, market, fining=market)
    for actor in (
        market.own.actor("officer"),
        market.own.actor("legal"),
        ecology.own.actor("chief"),
    ):
        with pytest.raises(PermissionDenied):
            services.answer(row, agrees=True, opinion="同意", on=ON, actor=actor)


@pytest.mark.django_db
def test_two_cases_are_consulted_on_once_whoever_asks(ecology: Ways, market: Ways):
    own, row = asked(ecology, market, fining=market)
    with pytest.raises(Refused) as refusal:
        services.ask(
            row.peer,
            peer=own,
            fining=market.own.agency,
            opinion="再问",
            on=ON,
            actor=market.own.actor("officer"),
        )
    assert refusal.value.code == "known"


@pytest.mark.django_db
def test_a_peer_that_came_after_the_notice_is_settled_before_the_decision(
    ecology: Ways, market: Ways
):
    """行政处罚法 art. 29: told before the other bureau had a case, and still one act, one fine."""
    own, officer = ecology.defended(), ecology.own.actor("officer")
    decisions.draft(own, words=ecology.draft(own), actor=officer)
    theirs = market.opened(report_numbers=("HJ-2026-0815",))
    with pytest.raises(Refused) as refusal:
        decisions.propose(own, on=DECIDED_ON, actor=officer)
    assert refusal.value.code == "same_act"
    Case.objects.filter(pk=own.pk).update(state="deciding")
    own.refresh_from_db()
    row = services.ask(
        theirs,
        peer=own,
        fining=market.own.agency,
        opinion="由本局处罚更重",
        on=ON,
        actor=market.own.actor("officer"),
    )
    services.answer(row, agrees=True, opinion="同意", on=ON, actor=ecology.own.actor("chief"))
    with pytest.raises(Refused) as refusal:
        decisions.decide(own, on=DECIDED_ON, actor=ecology.own.actor("leader"))
    assert refusal.value.code == "fined_elsewhere"
    assert Case.objects.get(pk=own.pk).decided_on is None
