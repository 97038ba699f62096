"""From the decision to the public and back: clocks, two people, terms, lateness, withdrawal."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from penalties.decisions import services as decisions
from penalties.models import PenaltyPublication, PublicationVersion
from penalties.publication import services
from portal.access import PUBLIC, job_actor
from portal.clocks import engine
from portal.clocks.now import SHANGHAI
from portal.errors import Conflict, Refused
from portal.models import AuditEvent, Clock, EventRow
from tests.penalties.district import DECIDED_ON, Ways, decision_of

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 10, 20)
JOB = job_actor("test")


def rows(
    way: Ways, run_events: Any, code: str = "", fine: int | None = None
) -> dict[str, PenaltyPublication]:
    way.served(code, {"fine": Decimal(fine)} if fine else None)
    run_events()
    found = PenaltyPublication.objects.select_related("case__agency", "decision__case")
    return {row.kind: row for row in found}


def fresh(row: PenaltyPublication) -> PenaltyPublication:
    related = ("case__agency", "case__institution", "decision__case")
    return PenaltyPublication.objects.select_related(*related).get(pk=row.pk)


def published(way: Ways, row: PenaltyPublication, on: dt.date = ON) -> PenaltyPublication:
    services.submit(row, actor=way.own.actor("officer"))
    services.approve(row, publish_on=on, on=on, actor=way.own.actor("chief"))
    return fresh(row)


def test_each_bureau_has_its_two_duties_with_their_clocks(ecology, market, run_events):
    ecology.decided()
    market.decided(act_on=dt.date(2026, 8, 1), report_numbers=("HJ-2026-0001",))
    run_events()
    found = {
        (row.case.procedure, row.kind): (
            Clock.objects.get(ref=f"penalty_publication:{row.pk}").rule_code,
            row.due_on,
        )
        for row in PenaltyPublication.objects.select_related("case")
    }
    seven, twenty = dt.date(2026, 10, 26), dt.date(2026, 11, 12)
    assert found == {
        ("ecology", "credit"): ("D18", seven),
        ("ecology", "disclosure"): ("D21", seven),
        ("market", "credit"): ("D18", seven),
        ("market", "disclosure"): ("D19", twenty),
    }


def test_the_decision_told_twice_begins_once(ecology, run_events):
    found = rows(ecology, run_events)
    services.prepare(decision_of(found["credit"].case), actor=JOB)
    assert PenaltyPublication.objects.count() == 2
    assert Clock.objects.filter(ref__startswith="penalty_publication:").count() == 2


class TestTwoPeople:
    def test_without_review_nothing_is_published(self, ecology, run_events):
        row = rows(ecology, run_events)["credit"]
        with pytest.raises(Refused, match="未经第二人复核"):
            services.publish(row, on=ON, actor=ecology.own.actor("chief"))
        services.submit(row, actor=ecology.own.actor("officer"))
        with pytest.raises(Refused, match="未经第二人复核"):
            services.publish(row, on=ON, actor=JOB)
        assert not PenaltyPublication.objects.visible_to(PUBLIC).exists()

    def test_who_prepared_it_cannot_review_it(self, ecology, run_events):
        row = rows(ecology, run_events)["credit"]
        chief = ecology.own.actor("chief")
        services.submit(row, actor=chief)
        with pytest.raises(PermissionDenied, match="同一人"):
            services.approve(row, publish_on=ON, on=ON, actor=chief)

    def test_the_table_itself_refuses_one_person(self, ecology, run_events):
        row = rows(ecology, run_events)["credit"]
        user = ecology.own.posts["chief"].user_id
        with pytest.raises(IntegrityError), transaction.atomic():
            PenaltyPublication.objects.filter(pk=row.pk).update(
                drafted_by_id=user, reviewed_by_id=user
            )

    def test_the_other_bureau_can_do_nothing(self, ecology, market, run_events):
        row = rows(ecology, run_events)["credit"]
        with pytest.raises(PermissionDenied):
            services.submit(row, actor=market.own.actor("officer"))

    def test_an_edit_of_an_older_page_is_a_conflict(self, ecology, run_events):
        row = rows(ecology, run_events)["credit"]
        texts = {name: getattr(row, name) for name in services.TEXTS}
        actor = ecology.own.actor("officer")
        services.edit(row, texts=texts, version=1, actor=actor)
        with pytest.raises(Conflict):
            services.edit(row, texts=texts, version=1, actor=actor)

    def test_words_that_nobody_touched_are_no_change(self, ecology, run_events):
        row = rows(ecology, run_events)["credit"]
        services.edit(row, texts=self.sent(row), version=1, actor=ecology.own.actor("officer"))
        event = AuditEvent.objects.get(verb="penaltypublication.edit")
        assert json.loads(event.body)["changes"] == {}

    def sent(self, row: PenaltyPublication) -> dict[str, str]:
        """As a browser sends what it was given."""
        PenaltyPublication.objects.filter(pk=row.pk).update(basis="《甲》第1条\n《乙》第2条")
        row.refresh_from_db()
        return {name: getattr(row, name).replace("\n", "\r\n") for name in services.TEXTS}

    def test_personal_data_must_be_redacted_first(self, ecology, run_events):
        row = rows(ecology, run_events)["credit"]
        texts = {name: getattr(row, name) for name in services.TEXTS}
        texts["facts"] = "采样员电话 13812345678。"
        actor = ecology.own.actor("officer")
        services.edit(row, texts=texts, version=1, actor=actor)
        with pytest.raises(Refused, match="13812345678"):
            services.submit(fresh(row), actor=actor)


class TestTerms:
    def test_credit_counts_from_the_decision(self, ecology, run_events):
        row = published(ecology, rows(ecology, run_events)["credit"])
        assert (row.breach_class, row.published_on, row.ends_on) == (
            "minor",  # 40,000 yuan, below the hearing threshold
            ON,
            dt.date(2027, 1, 15),
        )

    def test_order_45_counts_from_publication(self, market, run_events):
        row = published(market, rows(market, run_events)["disclosure"])
        assert (row.breach_class, row.ends_on) == ("other", dt.date(2029, 10, 20))

    def test_a_general_breach_can_be_repaired_after_three_months(self, market, run_events):
        row = published(market, rows(market, run_events)["credit"])
        assert (row.breach_class, row.earliest_end_on, row.ends_on) == (
            "general",
            dt.date(2027, 1, 15),
            dt.date(2027, 10, 15),
        )

    def test_the_page_is_gone_after_the_last_day(self, ecology, run_events, settings, monkeypatch):
        row = published(ecology, rows(ecology, run_events)["credit"])
        client = Client()
        seen = []
        for day in ("2027-01-15", "2027-01-16"):
            at = dt.date.fromisoformat(day)
            monkeypatch.setattr("penalties.publication.models.today", lambda at=at: at)
            monkeypatch.setattr("penalties.publication.views.today", lambda at=at: at)
            seen.append(client.get(f"/public/penalties/{row.pk}/").status_code)
            listed = row.party_name in client.get("/public/penalties/").content.decode()
            assert listed is (day == "2027-01-15")
        assert seen == [200, 404]

    def test_the_end_is_noted_once(self, ecology, run_events):
        row = published(ecology, rows(ecology, run_events)["credit"])
        assert services.note_expired(dt.date(2027, 1, 15), actor=JOB) == 0
        assert services.note_expired(dt.date(2027, 1, 19), actor=JOB) == 1
        assert services.note_expired(dt.date(2027, 1, 20), actor=JOB) == 0
        assert AuditEvent.objects.filter(verb="penaltypublication.expire").count() == 1
        assert row.kind == "credit"

    def test_a_minor_breach_may_stay_out_of_public(self, ecology, run_events):
        row = rows(ecology, run_events)["credit"]
        chief = ecology.own.actor("chief")
        services.move(row, "exempt", reason="轻微且已改正。", on=ON, actor=chief)
        assert not Clock.objects.open().of(f"penalty_publication:{row.pk}").exists()

    def test_a_general_one_may_not(self, market, run_events):
        row = rows(market, run_events)["credit"]
        with pytest.raises(PermissionDenied, match="轻微失信"):
            services.move(row, "exempt", reason="x", on=ON, actor=market.own.actor("chief"))


class TestDowntime:
    def test_three_days_down_over_the_date_it_is_done_once_and_marked_late(
        self, ecology, run_events
    ):
        row = rows(ecology, run_events)["credit"]
        planned = dt.date(2026, 10, 26)  # the last legal day
        services.submit(row, actor=ecology.own.actor("officer"))
        services.approve(row, publish_on=planned, on=ON, actor=ecology.own.actor("chief"))
        assert services.publish_due(dt.date(2026, 10, 25), actor=JOB) == 0
        assert services.publish_due(dt.date(2026, 10, 29), actor=JOB) == 1
        assert services.publish_due(dt.date(2026, 10, 29), actor=JOB) == 0
        version = PublicationVersion.objects.get()
        assert (version.on, version.legal_on, version.late) == (
            dt.date(2026, 10, 29),
            planned,
            True,
        )
        assert fresh(row).late

    def test_a_day_after_the_legal_one_cannot_be_planned(self, ecology, run_events):
        row = rows(ecology, run_events)["credit"]
        services.submit(row, actor=ecology.own.actor("officer"))
        with pytest.raises(Refused, match="不能晚于法定期限"):
            services.approve(
                row,
                publish_on=dt.date(2026, 10, 27),
                on=ON,
                actor=ecology.own.actor("chief"),
            )


class TestChanges:
    def annulled(
        self, way: Ways, run_events: Any, result: str = "annulled", fine: int = 40_000, **more: Any
    ) -> Any:
        found = rows(way, run_events, fine=fine)
        for row in found.values():
            published(way, row)
        officer = way.own.actor("officer")
        decision = decision_of(found["credit"].case)
        challenge = decisions.file_challenge(
            decision,
            channel="litigation",
            body="某人民法院",
            filed_on=dt.date(2026, 11, 2),
            actor=officer,
        )
        facts = {"result": result, "result_on": dt.date(2026, 12, 1), **more}
        decisions.close_challenge(
            challenge, **facts, document="（2026）行初1号", reason="证据不足。", actor=officer
        )
        run_events()
        return found

    def test_withdrawn_by_people_within_three_days_with_its_explanation(self, ecology, run_events):
        found = self.annulled(ecology, run_events)
        leader = ecology.own.actor("leader")
        for row in found.values():
            row = fresh(row)
            reason = services.explanation(row.decision)
            services.withdraw(row, reason=reason, on=dt.date(2026, 12, 2), actor=leader)
        assert not PenaltyPublication.objects.in_public(dt.date(2026, 12, 2)).exists()
        assert not Clock.objects.open().filter(rule_code="D22").exists()
        last = PublicationVersion.objects.filter(act="withdraw").first()
        assert "依法撤回公示" in last.reason

    def test_withdrawn_by_the_portal_on_the_last_day_even_after_downtime(
        self, ecology, run_events, monkeypatch
    ):
        self.annulled(ecology, run_events)
        due = Clock.objects.get(rule_code="D22").due_on
        assert due == dt.date(2026, 12, 4)
        at = dt.datetime(2026, 12, 7, 9, tzinfo=SHANGHAI)
        monkeypatch.setattr(engine, "now", lambda: at)
        for _look in range(2):
            engine.look()
        gone = PublicationVersion.objects.filter(act="withdraw")
        assert {(each.on, each.legal_on, each.late) for each in gone} == {
            (dt.date(2026, 12, 7), due, True)
        }
        assert gone.count() == 2

    def test_what_was_never_public_is_not_prepared_any_more(self, ecology, run_events):
        found = rows(ecology, run_events)
        decision = decision_of(found["credit"].case)
        officer = ecology.own.actor("officer")
        challenge = decisions.file_challenge(
            decision, channel="own", body="本机关", filed_on=ON, actor=officer
        )
        decisions.close_challenge(
            challenge,
            result="annulled",
            result_on=ON,
            document="",
            reason="认定有误。",
            actor=ecology.own.actor("leader"),
        )
        run_events()
        states = set(PenaltyPublication.objects.values_list("state", flat=True))
        assert states == {"withdrawn"}
        assert not PublicationVersion.objects.exists()
        assert not Clock.objects.open().filter(rule_code="D22").exists()

    def test_a_changed_decision_is_published_anew(self, ecology, run_events):
        found = self.annulled(ecology, run_events, "changed", new_fine=Decimal(30_000), fine=60_000)
        leader, officer = ecology.own.actor("leader"), ecology.own.actor("officer")
        row = fresh(found["credit"])
        services.withdraw(row, reason="决定变更。", on=dt.date(2026, 12, 2), actor=leader)
        services.redraft(row, actor=officer)
        assert row.breach_class == "minor"  # 60,000 was above the threshold, 30,000 is not
        services.submit(row, actor=officer)
        chief = ecology.own.actor("chief")
        on = dt.date(2026, 12, 3)
        services.approve(row, publish_on=on, on=on, actor=chief)
        assert fresh(row).is_public(on)
        acts = list(row.versions.order_by("number").values_list("act", flat=True))
        assert acts == ["publish", "withdraw", "publish"]

    def test_an_annulled_one_is_not(self, ecology, run_events):
        found = self.annulled(ecology, run_events)
        row = fresh(found["credit"])
        services.withdraw(row, reason="撤销。", on=ON, actor=ecology.own.actor("leader"))
        with pytest.raises(PermissionDenied, match="未被变更"):
            services.redraft(row, actor=ecology.own.actor("officer"))


def test_until_a_correction_is_reviewed_the_public_reads_the_old_words(ecology, run_events):
    row = published(ecology, rows(ecology, run_events)["credit"])
    chief, officer = ecology.own.actor("chief"), ecology.own.actor("officer")
    services.move(row, "correct", reason="错字。", on=ON, actor=officer)
    row = fresh(row)
    texts = {name: getattr(row, name) for name in services.TEXTS}
    texts |= {"facts": "更正后的事实。", "note": "更正错字。"}
    services.edit(row, texts=texts, version=row.version, actor=officer)
    row = fresh(row)
    page = Client().get(f"/public/penalties/{row.pk}/")
    assert row.is_public(ON)
    assert page.status_code == 200
    assert "更正后的事实" not in page.content.decode()
    services.submit(row, actor=officer)
    services.approve(row, publish_on=ON, on=ON, actor=chief)
    assert "更正后的事实" in Client().get(f"/public/penalties/{row.pk}/").content.decode()
    assert EventRow.objects.filter(name="penalty.published").count() == 2


def test_the_public_page_of_a_person_masks_the_name(ecology, run_events):
    facts = {"party": "person", "person_name": "王小明", "person_post": "采样员"}
    ecology.decided("E09", {"fine": Decimal(20_000)}, **facts)
    run_events()
    row = PenaltyPublication.objects.get(kind="disclosure")
    assert row.party_name == "王某某"
    assert DECIDED_ON < ON
