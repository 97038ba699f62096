"""A decision that others change or annul: nothing of it comes out, or stays out, by accident."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from penalties.decisions import services as decisions
from penalties.models import Case, PenaltyPublication, PublicationVersion
from penalties.notices import services as notices
from penalties.performance.services import close
from penalties.publication import services
from portal.access import job_actor
from portal.clocks import engine
from portal.clocks.now import SHANGHAI
from portal.errors import Conflict, Refused
from portal.models import Clock
from tests.penalties.district import DECIDED_ON, DEFENDED_ON, Ways, decision_of
from tests.penalties.publication.test_publication import fresh, published, rows

pytestmark = pytest.mark.django_db
JOB = job_actor("test")
PLANNED = dt.date(2026, 10, 26)
CHANGED_ON = dt.date(2026, 10, 22)


def changed(case: Case, way: Ways, result: str = "changed", on: dt.date = CHANGED_ON) -> None:
    """A superior or a court says something else; nobody was told yet."""
    channel = "review" if result == "changed" else "litigation"
    officer = way.own.actor("officer")
    made = decisions.file_challenge(
        decision_of(case), channel=channel, body="某机关", filed_on=on, actor=officer
    )
    words = {"result_on": on, "document": "1号", "reason": "裁量不当。"}
    new_fine = Decimal(30_000) if result == "changed" else None
    decisions.close_challenge(made, result=result, new_fine=new_fine, **words, actor=officer)


def approved(way: Ways, run_events: Any) -> PenaltyPublication:
    """Reviewed, and to come out on a day ahead."""
    row = rows(way, run_events)["credit"]
    services.submit(row, actor=way.own.actor("officer"))
    chief = way.own.actor("chief")
    services.approve(row, publish_on=PLANNED, on=dt.date(2026, 10, 21), actor=chief)
    return fresh(row)


def redrafted(way: Ways, run_events: Any) -> PenaltyPublication:
    """Published, changed, withdrawn, written anew, waiting for its review."""
    row = published(way, rows(way, run_events)["credit"])
    changed(row.case, way)
    run_events()
    services.withdraw(row, reason="决定变更。", on=CHANGED_ON, actor=way.own.actor("leader"))
    row, officer = fresh(row), way.own.actor("officer")
    services.redraft(row, actor=officer)
    services.submit(row, actor=officer)
    return fresh(row)


def test_a_closed_case_still_withdraws_what_was_annulled(ecology, run_events, monkeypatch):
    row = published(ecology, rows(ecology, run_events)["credit"])
    changed(row.case, ecology, "annulled")
    run_events()
    case, leader = Case.objects.get(pk=row.case_id), ecology.own.actor("leader")
    close(case, ground="annulled", words="判决撤销。", on=CHANGED_ON, actor=leader)
    at = dt.datetime(2026, 10, 27, 9, tzinfo=SHANGHAI)
    monkeypatch.setattr(engine, "now", lambda: at)
    engine.look()
    assert not PenaltyPublication.objects.in_public(at.date()).exists()
    assert not Clock.objects.open().filter(rule_code="D22").exists()


def test_what_was_approved_is_written_anew_and_reviewed_again(ecology, run_events):
    row = approved(ecology, run_events)
    changed(row.case, ecology)
    assert services.publish_due(PLANNED, actor=JOB) == 0  # even before the news was heard
    run_events()
    row = fresh(row)
    assert (row.state, row.reviewed_by_id, row.publish_on) == ("draft", None, None)
    assert row.penalties == "罚款变更为 30,000.00 元"
    assert row.note == "处罚决定经行政复议变更（1号）。"
    [clock] = Clock.objects.open().of(f"penalty_publication:{row.pk}")
    assert (clock.started_on, clock.due_on) == (CHANGED_ON, row.due_on)
    assert services.publish_due(PLANNED, actor=JOB) == 0
    assert not PublicationVersion.objects.exists()


def test_a_correction_under_way_waits_for_the_withdrawal(ecology, run_events):
    row = published(ecology, rows(ecology, run_events)["credit"])
    officer, chief = ecology.own.actor("officer"), ecology.own.actor("chief")
    services.move(row, "correct", reason="错字。", on=CHANGED_ON, actor=officer)
    services.submit(row, actor=officer)
    services.approve(row, publish_on=PLANNED, on=CHANGED_ON, actor=chief)
    changed(row.case, ecology)
    run_events()
    row = fresh(row)
    assert (row.state, row.stands) == ("draft", True)
    with pytest.raises(Refused, match="请先撤回"):
        services.submit(row, actor=officer)
    assert Clock.objects.open().filter(rule_code="D22").exists()


def test_a_new_text_of_a_changed_decision_has_its_own_days(ecology, run_events):
    row = redrafted(ecology, run_events)
    due = dt.date(2026, 11, 2)  # seven working days after the change
    assert row.due_on == due
    chief = ecology.own.actor("chief")
    with pytest.raises(Refused, match="不能晚于法定期限"):
        services.approve(row, publish_on=dt.date(2026, 11, 3), on=CHANGED_ON, actor=chief)
    services.approve(row, publish_on=due, on=due, actor=chief)
    assert not fresh(row).late


@pytest.mark.parametrize("result", ["annulled", "unlawful", "void"])
def test_what_fell_after_it_was_written_anew_never_comes_out(ecology, run_events, result):
    row = redrafted(ecology, run_events)
    on = dt.date(2026, 10, 28)
    changed(row.case, ecology, result, on)
    with pytest.raises(Refused, match="不能公示"):
        services.approve(row, publish_on=on, on=on, actor=ecology.own.actor("chief"))
    run_events()
    assert fresh(row).state == "withdrawn"
    with pytest.raises(PermissionDenied, match="未被变更"):
        services.redraft(fresh(row), actor=ecology.own.actor("officer"))
    assert not Clock.objects.open().filter(rule_code="D22").exists()


def test_the_reviewer_returns_what_has_not_come_out(ecology, run_events):
    row, chief = approved(ecology, run_events), ecology.own.actor("chief")
    services.move(row, "return", reason="漏一处。", on=CHANGED_ON, actor=chief)
    row = fresh(row)
    assert (row.state, row.reviewed_by_id, row.publish_on) == ("draft", None, None)


class TestWriters:
    def edited(self, row: PenaltyPublication, actor: Any) -> PenaltyPublication:
        texts = {name: getattr(row, name) for name in services.TEXTS}
        texts["facts"] = "另行改写的内容。"
        services.edit(row, texts=texts, version=row.version, actor=actor)
        return fresh(row)

    def test_who_wrote_a_word_cannot_review_what_others_submit(self, ecology, run_events):
        row = rows(ecology, run_events)["credit"]
        chief, officer = ecology.own.actor("chief"), ecology.own.actor("officer")
        row = self.edited(row, chief)
        row = self.edited(row, officer)
        services.submit(row, actor=officer)
        with pytest.raises(PermissionDenied, match="同一人"):
            services.approve(row, publish_on=PLANNED, on=PLANNED, actor=chief)
        services.approve(row, publish_on=PLANNED, on=PLANNED, actor=ecology.own.actor("leader"))

    def test_words_written_since_the_reviewer_read_are_a_conflict(self, ecology, run_events):
        row = rows(ecology, run_events)["credit"]
        officer, leader = ecology.own.actor("officer"), ecology.own.actor("leader")
        services.submit(row, actor=officer)
        read = fresh(row)
        services.move(row, "return", reason="请改。", on=PLANNED, actor=leader)
        services.submit(self.edited(fresh(row), officer), actor=officer)
        with pytest.raises(Conflict):
            services.approve(read, publish_on=PLANNED, on=PLANNED, actor=leader)


def test_a_mere_warning_stays_out_of_public(market: Ways, run_events):
    case = market.reviewed("M11", {"fine": Decimal(0), "kinds": ("warning",)})
    market.legally_reviewed(case)
    market.give_notice(case)
    officer = market.own.actor("officer")
    notices.close_defence(case, on=DEFENDED_ON, actor=officer)
    words = market.draft(case, lines=(decisions.Line("warning", "警告"),))
    decisions.draft(case, words=words, actor=officer)
    decisions.propose(case, on=DECIDED_ON, actor=officer)
    decisions.decide(case, on=DECIDED_ON, actor=market.own.actor("leader"))
    run_events()
    row = PenaltyPublication.objects.get(kind="disclosure")
    assert (row.breach_class, row.state) == ("not_public", "exempt")
    assert not Clock.objects.open().of(f"penalty_publication:{row.pk}").exists()
    with pytest.raises(Refused, match="警告"):
        services.submit(row, actor=officer)
