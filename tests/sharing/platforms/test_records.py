"""A published penalty reaches the credit platform once, in order, with every change."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from institutions.models import Institution
from penalties.decisions import services as decisions
from penalties.models import Case
from penalties.publication import services as publication
from portal.models import EventDelivery
from portal.outbox import delivery
from portal.outbox import services as outbox
from portal.outbox.models import OutboxMessage
from sharing.models import CreditRecord
from sharing.platforms import selectors, services
from tests.penalties.district import DECIDED_ON, decision_of
from tests.sharing.platforms.conftest import ON, corrected, credit_row, known, publish, withdrawn

pytestmark = pytest.mark.django_db


def deliver(settings: Any, rounds: int = 6) -> None:
    """As the worker does, with time going on between the attempts."""
    from portal.outbox.tasks import deliver_outbox

    for _round in range(rounds):
        deliver_outbox()
        settings.CLOCK_SHIFT_SECONDS += 6 * 3600


def test_the_record_has_its_fields(published, run_events):
    run_events()
    message = OutboxMessage.objects.get(channel="credit")
    row = CreditRecord.objects.get()
    told = json.loads(message.payload)
    assert message.key == f"penalty-{published.decision_id}/1"
    assert message.agency_id == published.case.agency_id
    assert told["operation"] == "publish"
    assert told["CF_NR_FK"] == "4.000000"
    assert told["CF_CFLB"] == "罚款"
    assert told["CF_JDRQ"] == "2026/10/15"
    assert told["CF_GSJZQ"] == "2027/01/15"
    assert told["CF_FRDB"] == "赵某某"
    assert (row.state, len(row.fields)) == ("handed_over", 30)


def test_only_the_credit_notice_goes_out(published, ecology, run_events):
    from penalties.models import PenaltyPublication

    related = ("case__agency", "case__institution", "decision__case")
    other = PenaltyPublication.objects.select_related(*related).get(kind="disclosure")
    publish(ecology, other)
    run_events()
    assert OutboxMessage.objects.filter(channel="credit").count() == 1


@pytest.mark.parametrize("mode", ["fault", "cut", "cut_before", "busy", "slow"])
def test_publication_correction_and_withdrawal_arrive_once_in_order(
    mode, published, ecology, platform, run_events, settings
):
    run_events()
    corrected(ecology)
    run_events()
    withdrawn(ecology)
    run_events()
    platform.mode, platform.seconds = mode, 0.1
    deliver(settings, rounds=1)
    platform.mode = "ok"
    deliver(settings)
    order = f"penalty-{published.decision_id}"
    assert platform.arrived == [f"{order}/1", f"{order}/2", f"{order}/3"]
    kept = [json.loads(platform.records[key]) for key in platform.arrived]
    assert [each["operation"] for each in kept] == ["publish", "correct", "withdraw"]
    assert kept[1]["CF_SY"] == "更正后的事实。"
    assert platform.bad_signatures == 0
    line = selectors.lines_of(CreditRecord.objects.latest("pk"), ecology.own.actor("chief"))[0]
    assert line.message is not None
    assert line.message.receipt["number"] == "P3"


def test_a_worker_killed_while_it_hands_over_sends_once(
    published, platform, run_events, settings, monkeypatch
):
    real = outbox.send

    def dies(*args: Any, **facts: Any) -> Any:
        real(*args, **facts)
        raise KeyboardInterrupt

    monkeypatch.setattr(services, "send", dies)
    with pytest.raises(KeyboardInterrupt):
        run_events()
    assert not OutboxMessage.objects.exists()
    monkeypatch.setattr(services, "send", real)
    settings.CLOCK_SHIFT_SECONDS += 3600
    run_events()
    run_events()
    deliver(settings)
    assert platform.arrived == [f"penalty-{published.decision_id}/1"]
    assert not EventDelivery.objects.filter(done_at=None).exists()
    assert delivery is not None


def test_handing_over_twice_is_once(published, run_events, ecology):
    run_events()
    assert services.forward(credit_row(), actor=ecology.own.actor("chief")) == 0
    assert OutboxMessage.objects.count() == 1


class TestGaps:
    def incomplete(self, way: Any, run_events: Any) -> CreditRecord:
        Institution.objects.filter(pk=way.institution.pk).update(legal_representative="")
        way.institution.refresh_from_db()
        run_events()
        return CreditRecord.objects.get()

    def test_a_record_that_lacks_a_field_waits_and_says_why(self, published, ecology, run_events):
        row = self.incomplete(ecology, run_events)
        assert row.state == "incomplete"
        assert selectors.sentences(row.fields) == ["法定代表人（CF_FRDB）没有填写。"]
        assert not OutboxMessage.objects.exists()
        actor = ecology.own.actor("officer")
        assert [item.url for item in selectors.work_items(actor, published.due_on)] == [
            row.get_absolute_url()
        ]

    def test_its_correction_waits_behind_it_and_both_leave_together(
        self, published, ecology, run_events
    ):
        row = self.incomplete(ecology, run_events)
        corrected(ecology)
        run_events()
        assert not OutboxMessage.objects.exists()
        actor = ecology.own.actor("officer")
        assert services.complete(row, values={"CF_FRDB": "赵某某"}, actor=actor) == 2
        keys = list(OutboxMessage.objects.order_by("pk").values_list("key", flat=True))
        assert [key[-2:] for key in keys] == ["/1", "/2"]

    def test_another_agency_cannot_complete_it(self, published, ecology, market, run_events):
        row = self.incomplete(ecology, run_events)
        with pytest.raises(PermissionDenied):
            services.complete(row, values={"CF_FRDB": "某"}, actor=market.own.actor("officer"))
        assert not CreditRecord.objects.visible_to(market.own.actor("chief")).exists()


def test_a_changed_fine_is_sent_as_changed(published, ecology, run_events):
    run_events()
    officer = ecology.own.actor("officer")
    challenge = decisions.file_challenge(
        decision_of(published.case), channel="review", body="某政府", filed_on=ON, actor=officer
    )
    decisions.close_challenge(
        challenge,
        result="changed",
        result_on=ON,
        document="复议〔2026〕1号",
        reason="变更。",
        new_fine=Decimal(30_000),
        actor=officer,
    )
    run_events()
    withdrawn(ecology)
    publication.redraft(credit_row(), actor=officer)
    publish(ecology, credit_row())
    run_events()
    last = OutboxMessage.objects.order_by("-pk")[0]
    assert json.loads(last.payload)["CF_NR_FK"] == "3.000000"


def test_a_record_waits_for_the_number_of_its_decision(ecology, run_events):
    """No number is invented: the record goes out when the decision was numbered and served."""
    known(ecology)
    case = ecology.decided()
    run_events()
    publish(ecology, credit_row())
    run_events()
    row = CreditRecord.objects.get()
    assert (row.state, row.fields["CF_WSH"]) == ("incomplete", "")
    assert any("编号" in each for each in selectors.sentences(row.fields))
    ecology.serve(case)
    run_events()
    row.refresh_from_db()
    assert row.state == "handed_over"
    assert row.fields["CF_WSH"].endswith("〔2026〕1号")
    assert OutboxMessage.objects.count() == 1


def test_the_record_has_the_registered_name_alone(ecology, run_events):
    known(ecology)
    case = ecology.defended()
    Institution.objects.filter(pk=case.institution_id).update(name="上海新名检测有限公司")
    case = Case.objects.get(pk=case.pk)
    officer = ecology.own.actor("officer")
    decisions.draft(case, words=ecology.draft(case), actor=officer)
    decisions.propose(case, on=DECIDED_ON, actor=officer)
    decisions.decide(case, on=DECIDED_ON, actor=ecology.own.actor("leader"))
    ecology.serve(case)
    run_events()
    publish(ecology, credit_row())
    run_events()
    assert "原名" in decision_of(case).party_name
    row = CreditRecord.objects.get()
    assert row.fields["CF_XDR_MC"] == row.party_name == "上海新名检测有限公司"
