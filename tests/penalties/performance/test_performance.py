"""Paying, the surcharge, the reminder, the court, the closing."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from penalties.cases.services import running_clock
from penalties.decisions.services import close_challenge, file_challenge
from penalties.models import Case
from penalties.performance import rules, selectors, services
from portal.errors import Refused
from tests.penalties.district import Ways, decision_of

FINE = Decimal(40_000)
DUE = dt.date(2026, 11, 4)
RATE = Decimal("0.03")


def account(on: dt.date, *paid: rules.Paid, stays: tuple[rules.Stay, ...] = ()) -> rules.Account:
    dues = [rules.Due(DUE, FINE)]
    return rules.surcharge_of(FINE, dues, paid, stays, rate=RATE, on=on)


@pytest.mark.parametrize(
    ("days", "surcharge"),
    [(0, 0), (1, 1_200), (10, 12_000), (33, 39_600), (34, 40_000), (400, 40_000)],
)
def test_three_per_cent_a_day_never_more_than_the_fine(days: int, surcharge: int):
    assert account(DUE + dt.timedelta(days=days)).surcharge == Decimal(surcharge)


def by_days(
    dues: list[rules.Due], paid: list[rules.Paid], stays: list[rules.Stay], on: dt.date
) -> tuple[Decimal, int]:
    """The law said day by day: each late day three per cent of what is overdue."""
    sums, late, day = Decimal(0), 0, min(due.on for due in dues)
    while day < on and sums < FINE:
        day += dt.timedelta(days=1)
        owed = sum(due.amount for due in dues if due.on < day)
        owed -= sum(each.amount for each in paid if each.on < day)
        if owed > 0 and not any(stay.holds_on(day) for stay in stays):
            sums, late = min(FINE, sums + owed * RATE), late + 1
    return sums.quantize(Decimal("0.01")), late


@pytest.mark.parametrize("seed", range(40))
def test_the_arithmetic_is_the_count_of_the_days(seed: int):
    chance = random.Random(seed)

    def later() -> dt.date:
        return DUE + dt.timedelta(days=chance.randint(-3, 60))

    half = FINE / 2
    dues = [rules.Due(DUE, half), rules.Due(DUE + dt.timedelta(days=20), half)]
    paid = [rules.Paid(later(), Decimal(chance.randint(1, 9_000))) for _each in range(3)]
    stays = [rules.Stay(day, day + dt.timedelta(days=7)) for day in (later(), later())]
    on = later()
    made = rules.surcharge_of(FINE, dues, paid, stays, rate=RATE, on=on)
    assert (made.surcharge, made.days_late) == by_days(dues, paid, stays, on)


def test_a_far_day_is_counted_at_once():
    open_suit = rules.Stay(DUE)
    assert account(dt.date(9999, 12, 31), stays=(open_suit,)).surcharge == 0
    assert account(dt.date(9999, 12, 31)).days_late == 34


def test_what_was_paid_in_part_is_no_longer_late():
    half = rules.Paid(DUE + dt.timedelta(days=2), Decimal(20_000))
    after = account(DUE + dt.timedelta(days=5), half)
    assert after.surcharge == Decimal(2 * 1_200 + 3 * 600)
    assert after.outstanding == Decimal(20_000)


def test_paid_in_time_costs_nothing_more():
    whole = rules.Paid(DUE, FINE)
    after = account(DUE + dt.timedelta(days=90), whole)
    assert (after.surcharge, after.outstanding, after.first_late_on) == (0, 0, None)


def test_days_of_a_review_or_a_suit_do_not_count():
    stay = rules.Stay(DUE + dt.timedelta(days=3), DUE + dt.timedelta(days=8))
    after = account(DUE + dt.timedelta(days=10), stays=(stay,))
    assert after.days_late == 5
    open_stay = rules.Stay(DUE)
    assert account(DUE + dt.timedelta(days=99), stays=(open_stay,)).surcharge == 0


def test_instalments_are_late_each_by_itself():
    dues = [
        rules.Due(DUE, Decimal(10_000)),
        rules.Due(DUE + dt.timedelta(days=30), Decimal(30_000)),
    ]
    after = rules.surcharge_of(FINE, dues, [], (), rate=RATE, on=DUE + dt.timedelta(days=10))
    assert after.surcharge == Decimal(3_000)


@pytest.mark.django_db
def test_payment_ends_the_collecting_and_stands_once(ecology: Ways):
    case = ecology.served()
    ecology.pay(case, Decimal(15_000), dt.date(2026, 10, 28))
    assert running_clock(case, "D11") is not None
    with pytest.raises(Refused) as refusal:
        ecology.pay(case, Decimal(15_000), dt.date(2026, 10, 28))
    assert refusal.value.code == "known"
    with pytest.raises(Refused) as refusal:
        ecology.pay(case, Decimal(25_001), dt.date(2026, 10, 29))
    assert refusal.value.code == "too_much"
    ecology.pay(case, Decimal(25_000), dt.date(2026, 10, 30))
    assert running_clock(case, "D11") is None
    assert Case.objects.get(pk=case.pk).state == "performing"


@pytest.mark.django_db
def test_a_late_payer_owes_the_surcharge_before_closing(ecology: Ways):
    case, leader = ecology.served(), ecology.own.actor("leader")
    ecology.pay(case, FINE, dt.date(2026, 11, 6))
    facts = {"ground": "performed", "words": "已缴清", "on": dt.date(2026, 11, 9)}
    with pytest.raises(Refused) as refusal:
        services.close(case, **facts, actor=leader)
    assert refusal.value.code == "ground"
    assert "2,400.00" in str(refusal.value)
    ecology.pay(case, Decimal(2_400), dt.date(2026, 11, 9), kind="surcharge")
    services.close(case, **facts, actor=leader)
    assert Case.objects.get(pk=case.pk).state == "closed"


@pytest.mark.django_db
def test_instalments_are_approved_by_the_leader_and_make_up_the_fine(ecology: Ways):
    case, leader = ecology.served(), ecology.own.actor("leader")
    on = dt.date(2026, 10, 28)
    parts = [
        services.Part(dt.date(2026, 11, 30), Decimal(20_000)),
        services.Part(dt.date(2026, 12, 31), Decimal(20_000)),
    ]
    words = {"on": on, "reason": "经济困难"}
    with pytest.raises(PermissionDenied):
        services.allow_instalments(case, parts=parts, **words, actor=ecology.own.actor("officer"))
    with pytest.raises(Refused) as refusal:
        services.allow_instalments(case, parts=parts[:1], **words, actor=leader)
    assert refusal.value.code == "sum"
    services.allow_instalments(case, parts=parts, **words, actor=leader)
    assert selectors.account_of(case, dt.date(2026, 11, 29)).surcharge == 0
    assert selectors.account_of(case, dt.date(2026, 12, 1)).surcharge == Decimal(600)


@pytest.mark.django_db
def test_a_reminder_waits_for_thirty_days_of_surcharge(ecology: Ways):
    case, officer = ecology.served(), ecology.own.actor("officer")
    with pytest.raises(Refused) as refusal:
        services.draft_reminder(case, on=DUE, actor=officer)
    assert refusal.value.code == "not_late"
    assert services.note_default(case, on=dt.date(2026, 11, 5), actor=officer)
    assert not services.note_default(case, on=dt.date(2026, 11, 6), actor=officer)
    clock = running_clock(case, "D13")
    assert clock is not None
    assert clock.legal_due_on == dt.date(2026, 12, 5)
    with pytest.raises(Refused) as refusal:
        ecology.remind(case, dt.date(2026, 12, 5))
    assert refusal.value.code == "too_soon"
    services.draft_reminder(case, on=dt.date(2026, 12, 7), actor=officer)
    with pytest.raises(Refused) as refusal:
        services.remind(case, served_on=dt.date(2026, 12, 7), actor=officer)
    assert refusal.value.code == "no_number"
    made = ecology.remind(case, dt.date(2026, 12, 7))
    assert (made.fine, made.surcharge) == (FINE, Decimal(39_600))


@pytest.mark.django_db
def test_the_court_is_asked_after_reminder_and_remedies(ecology: Ways):
    case, officer = ecology.served(), ecology.own.actor("officer")
    court = {"court": "某区人民法院", "actor": officer}
    with pytest.raises(Refused) as refusal:
        services.apply_to_court(case, **court, applied_on=dt.date(2026, 12, 30))
    assert refusal.value.code == "not_reminded"
    ecology.remind(case, dt.date(2027, 4, 19))
    for day, code in (
        (dt.date(2027, 4, 20), "too_soon"),
        (dt.date(2027, 4, 30), "too_soon"),
    ):
        with pytest.raises(Refused) as refusal:
            services.apply_to_court(case, **court, applied_on=day)
        assert refusal.value.code == code
    made = services.apply_to_court(case, **court, applied_on=dt.date(2027, 5, 20))
    assert made.amount == 2 * FINE  # the surcharge has reached the fine
    services.note_court_result(
        made, result="terminated", on=dt.date(2027, 8, 2), document="1号", actor=officer
    )
    facts = {"ground": "court", "words": "终结执行", "on": dt.date(2027, 8, 3)}
    services.close(case, **facts, actor=ecology.own.actor("leader"))


@pytest.mark.django_db
def test_no_court_while_the_party_may_sue_or_has_sued(ecology: Ways):
    case, officer = ecology.served(), ecology.own.actor("officer")
    ecology.remind(case, dt.date(2026, 12, 7))
    ask = {"court": "某区人民法院", "applied_on": dt.date(2027, 1, 4), "actor": officer}
    with pytest.raises(Refused) as refusal:
        services.apply_to_court(case, **ask)
    assert refusal.value.code == "may_sue"
    suit = file_challenge(
        decision_of(case),
        channel="litigation",
        body="某法院",
        filed_on=dt.date(2026, 12, 20),
        actor=officer,
    )
    with pytest.raises(Refused) as refusal:
        services.apply_to_court(case, **ask)
    assert refusal.value.code == "challenged"
    close_challenge(
        suit,
        result="upheld",
        result_on=dt.date(2026, 12, 30),
        document="1号",
        reason="合法",
        actor=officer,
    )
    services.apply_to_court(case, **ask)


@pytest.mark.django_db
@pytest.mark.parametrize("ground", ["no_penalty", "annulled", "court", "gone", "performed"])
def test_a_case_closes_only_on_a_true_ground(ecology: Ways, ground: str):
    case = ecology.served()
    with pytest.raises(Refused) as refusal:
        services.close(
            case,
            ground=ground,
            words="x",
            on=dt.date(2026, 11, 2),
            actor=ecology.own.actor("leader"),
        )
    assert refusal.value.code == "ground"


@pytest.mark.django_db
def test_the_leader_closes(ecology: Ways):
    case = ecology.served()
    ecology.pay(case, FINE, dt.date(2026, 10, 30))
    facts = {"ground": "performed", "words": "已缴清", "on": dt.date(2026, 11, 2)}
    with pytest.raises(PermissionDenied):
        services.close(case, **facts, actor=ecology.own.actor("officer"))
    services.close(case, **facts, actor=ecology.own.actor("leader"))
