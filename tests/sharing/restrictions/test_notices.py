"""A penalty reaches every department that may employ the institution, once, and is answered."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from institutions.models import Standing as InstitutionStanding
from penalties.decisions import services as decisions
from penalties.models import Case, Decision
from penalties.notices import services as notices
from penalties.reviews import services as reviews
from portal import tasks
from portal.access import AgencyKind, Role
from portal.errors import Refused
from portal.models import AuditEvent, Clock, EventDelivery, Message
from sharing.models import Acknowledgement, PenaltyNotice, Restriction
from sharing.restrictions import services
from tests.factories import ActorFactory, AgencyFactory, district
from tests.penalties.district import DECIDED_ON, DEFENDED_ON, Ways, decision_of

pytestmark = pytest.mark.django_db
E09 = {"fine": Decimal(150_000)}


def noticed(way: Ways, run_events: Any, code: str = "", **proposal: Any) -> PenaltyNotice:
    way.decided(code, proposal or None)
    run_events()
    return PenaltyNotice.objects.get()


def test_five_partners_and_the_other_bureau_are_told(ecology, market, partners, run_events):
    notice = noticed(ecology, run_events)
    told = {row.agency.kind for row in notice.acknowledgements.select_related("agency")}
    assert told == {*partners, AgencyKind.MARKET}
    assert notice.acknowledgements.count() == 6
    assert Clock.objects.open().of(f"notice:{notice.pk}").count() == 6
    chiefs = Message.objects.filter(role=Role.CHIEF, subject_ref=f"notice:{notice.pk}")
    assert set(chiefs.values_list("to_agency", flat=True)) == {
        market.own.agency.pk,
        *(each.pk for each in partners.values()),
    }


def test_partners_of_another_district_are_told_where_the_institution_works(
    ecology, market, partners, run_events
):
    AgencyFactory(kind=AgencyKind.GREENING, sibling=True)  # not in its scope by itself
    water = AgencyFactory(kind=AgencyKind.WATER, sibling=True)
    there = district("310114")
    ecology.institution.presences.create(
        region=there,
        region_path=there.path,
        kind="site",
        source="site:1",
    )
    notice = noticed(ecology, run_events)
    assert notice.acknowledgements.filter(agency=water).exists()
    assert notice.acknowledgements.filter(agency__region=there).count() == 2


def test_partners_of_a_district_without_the_institution_are_not_told(
    ecology, market, partners, run_events
):
    water = AgencyFactory(kind=AgencyKind.WATER, sibling=True)
    notice = noticed(ecology, run_events)
    assert not notice.acknowledgements.filter(agency=water).exists()
    there = ActorFactory(agency=water, roles=[Role.REPORTER])
    assert not PenaltyNotice.objects.visible_to(there).exists()


def test_a_decision_without_a_penalty_tells_nobody(ecology, partners, run_events):
    case = ecology.ready(proposal={"outcome": "no_penalty", "fine": Decimal(0), "kinds": ()})
    words = ecology.draft(case, outcome="no_penalty", lines=())
    decisions.draft(case, words=words, actor=ecology.own.actor("officer"))
    decision = decision_of(case)
    Decision.objects.filter(pk=decision.pk).update(decided_on=DECIDED_ON)
    decision.refresh_from_db()
    assert services.notify(decision, on=DECIDED_ON, actor=ecology.own.actor("leader")) is None
    assert not PenaltyNotice.objects.exists()


def test_a_worker_killed_between_decision_and_notices_loses_and_doubles_nothing(
    ecology, market, partners, run_events, monkeypatch, settings
):
    """Killed with some messages written: the whole telling is rolled back, then done once."""
    ecology.decided()
    real = services.send_each

    def dies(holders: Any, **facts: Any) -> None:
        real(holders[:3], **facts)
        raise KeyboardInterrupt  # what a killed worker leaves behind

    monkeypatch.setattr(services, "send_each", dies)
    with pytest.raises(KeyboardInterrupt):
        run_events()
    assert not PenaltyNotice.objects.exists()
    assert not Message.objects.filter(subject_ref__startswith="notice:").exists()
    monkeypatch.setattr(services, "send_each", real)
    settings.CLOCK_SHIFT_SECONDS = (
        tasks.GIVE_UP_CLAIM_AFTER + dt.timedelta(minutes=1)
    ).total_seconds()
    run_events()
    run_events()
    assert PenaltyNotice.objects.get().acknowledgements.count() == 6
    assert Message.objects.filter(subject_ref__startswith="notice:").count() == 12
    assert not EventDelivery.objects.filter(done_at=None).exists()


def test_the_same_decision_told_twice_is_one_notice(ecology, market, partners, run_events):
    notice = noticed(ecology, run_events)
    again = services.notify(
        decision_of(notice.decision.case), on=DECIDED_ON, actor=ecology.own.actor("leader")
    )
    assert again == notice
    assert Acknowledgement.objects.count() == 6


class TestAnswers:
    def test_a_department_answers_for_itself(self, ecology, market, partners, run_events):
        notice = noticed(ecology, run_events)
        water = partners[AgencyKind.WATER]
        actor = ActorFactory(agency=water, roles=[Role.REPORTER])
        line = notice.acknowledgements.get(agency=water)
        services.acknowledge(line, answer="no_contract", reason="", on=DECIDED_ON, actor=actor)
        line.refresh_from_db()
        assert (line.answer, line.answered_by_id) == ("no_contract", actor.post_id)
        open_ones = Clock.objects.open().of(f"notice:{notice.pk}")
        assert not open_ones.filter(agency=water).exists()
        assert open_ones.count() == 5

    def test_the_wrong_department_is_refused(self, ecology, market, partners, run_events):
        notice = noticed(ecology, run_events)
        actor = ActorFactory(agency=partners[AgencyKind.GREENING], roles=[Role.CHIEF])
        line = notice.acknowledgements.get(agency=partners[AgencyKind.WATER])
        with pytest.raises(PermissionDenied, match="不能代其他单位确认"):
            services.acknowledge(line, answer="known", reason="", on=DECIDED_ON, actor=actor)
        line.refresh_from_db()
        assert line.answer == ""
        assert not AuditEvent.objects.filter(verb="notice.acknowledge").exists()

    def test_the_deciding_bureau_cannot_answer_for_others(
        self, ecology, market, partners, run_events
    ):
        notice = noticed(ecology, run_events)
        for line in notice.acknowledgements.all():
            with pytest.raises(PermissionDenied):
                services.acknowledge(
                    line,
                    answer="known",
                    reason="",
                    on=DECIDED_ON,
                    actor=ecology.own.actor("chief"),
                )

    def test_not_applicable_needs_a_reason(self, ecology, market, partners, run_events):
        notice = noticed(ecology, run_events)
        water = partners[AgencyKind.WATER]
        actor = ActorFactory(agency=water, roles=[Role.REPORTER])
        line = notice.acknowledgements.get(agency=water)
        facts = {"answer": "not_applicable", "on": DECIDED_ON, "actor": actor}
        with pytest.raises(Refused, match="写明理由"):
            services.acknowledge(line, reason=" ", **facts)
        services.acknowledge(line, reason="本部门不采购监测服务。", **facts)
        assert notice.acknowledgements.get(agency=water).answer == "not_applicable"


class TestRestrictions:
    def test_false_data_bans_purchases_for_three_years(self, ecology, market, partners, run_events):
        noticed(ecology, run_events, "E09", **E09)
        ban = Restriction.objects.get()
        assert (ban.kind, ban.from_on, ban.to_on) == (
            "purchase",
            DECIDED_ON,
            dt.date(2029, 10, 15),
        )
        known = InstitutionStanding.objects.get(kind="restriction")
        assert (known.institution, known.from_on, known.to_on) == (
            ecology.institution,
            ban.from_on,
            ban.to_on,
        )

    def test_false_reports_ban_purchases_too(self, market, partners, run_events):
        notice = noticed(market, run_events)
        assert notice.matter.startswith("M11") or "M11" in notice.matter
        assert Restriction.objects.get().to_on == dt.date(2029, 10, 15)

    def test_other_violations_bring_none(self, ecology, market, partners, run_events):
        noticed(ecology, run_events)
        assert not Restriction.objects.exists()

    def test_it_is_in_force_by_its_dates_alone(self, ecology, market, partners, run_events):
        noticed(ecology, run_events, "E09", **E09)
        on = Restriction.objects.in_force
        assert not on(dt.date(2026, 10, 14)).exists()
        assert on(dt.date(2026, 10, 15)).exists()
        assert on(dt.date(2029, 10, 15)).exists()
        assert not on(dt.date(2029, 10, 16)).exists()

    def test_its_end_is_told_once_however_late(self, ecology, market, partners, run_events):
        noticed(ecology, run_events, "E09", **E09)
        actor = ecology.own.actor("leader")
        assert services.release_expired(dt.date(2029, 10, 15), actor=actor) == 0
        assert services.release_expired(dt.date(2029, 10, 20), actor=actor) == 1
        assert services.release_expired(dt.date(2029, 10, 21), actor=actor) == 0
        messages = Message.objects.filter(key="released")
        assert messages.count() == 7  # six departments and the deciding bureau
        assert AuditEvent.objects.filter(verb="restriction.release").count() == 1

    def banned(self, way: Ways, name: str) -> None:
        """A person whom a decision bans for the years of the law."""
        self.decide(way, self.person(way, None, ("fine", "occupation"), name))

    def person(
        self, way: Ways, until: dt.date | None, kinds: tuple[str, ...], name: str = "王某某"
    ) -> Case:
        """A person before the decision: reviewed, discussed, told, its defence over."""
        facts = {"party": "person", "person_name": name, "person_post": "采样员"}
        case = way.reviewed("E09", {"fine": Decimal(20_000), "kinds": kinds}, **facts)
        officer = way.own.actor("officer")
        if "occupation" in kinds:
            reviews.to_discussion(case, actor=officer)
            people = [way.own.posts[who] for who in ("leader", "chief", "legal")]
            voices = [reviews.Voice(post, "agree", "同意") for post in people]
            minutes = reviews.Minutes(dt.date(2026, 9, 17), "会议室", "同意", voices)
            reviews.discuss(case, minutes=minutes, actor=way.own.actor("leader"))
        way.give_notice(case)
        notices.close_defence(case, on=DEFENDED_ON, actor=officer)
        lines = [decisions.Line("fine", "罚款 20000 元", case.proposed_fine)]
        if "occupation" in kinds:
            lines.append(decisions.Line("occupation", "禁止从事监测工作", None, until))
        decisions.draft(case, words=way.draft(case, lines=lines), actor=officer)
        return case

    def decide(self, way: Ways, case: Case) -> None:
        decisions.propose(case, on=DECIDED_ON, actor=way.own.actor("officer"))
        decisions.decide(case, on=DECIDED_ON, actor=way.own.actor("leader"))

    @pytest.mark.parametrize(
        ("until", "last"),
        [
            (None, dt.date(2031, 10, 15)),  # the five years of the law
            (dt.date(2036, 10, 15), dt.date(2036, 10, 15)),
            (dt.date(2099, 12, 31), None),  # for life
        ],
    )
    def test_a_person_is_banned_from_the_trade(
        self, until, last, ecology, market, partners, run_events
    ):
        self.decide(ecology, self.person(ecology, until, ("fine", "occupation")))
        run_events()
        ban = Restriction.objects.get()
        assert (ban.kind, ban.person_name, ban.to_on) == ("occupation", "王某某", last)
        assert not InstitutionStanding.objects.filter(kind="restriction").exists()

    def test_nobody_is_banned_unheard(self, ecology, market, partners, run_events):
        """限制从业 is a penalty: only where the decision states it (处罚法 arts. 9, 63)."""
        self.decide(ecology, self.person(ecology, None, ("fine",)))
        run_events()
        assert PenaltyNotice.objects.exists()
        assert not Restriction.objects.exists()

    @pytest.mark.parametrize(
        ("until", "code"),
        [
            (dt.date(2026, 10, 15), "until_before"),  # the day of the decision
            (dt.date(2031, 10, 14), "until_short"),
        ],
    )
    def test_a_ban_ends_after_its_decision_as_the_law_says(self, until, code, ecology, market):
        case = self.person(ecology, until, ("fine", "occupation"))
        with pytest.raises(Refused) as refusal:
            decisions.propose(case, on=DECIDED_ON, actor=ecology.own.actor("officer"))
        assert refusal.value.code == code

    def test_a_draft_names_no_past_day_and_no_term_of_a_fine(self, ecology, market):
        case, officer = ecology.defended(), ecology.own.actor("officer")
        for line, code in (
            (decisions.Line("stoppage", "责令停产停业", None, dt.date(2025, 1, 1)), "until_before"),
            (decisions.Line("fine", "罚款", Decimal(1), dt.date(2027, 1, 1)), "no_term"),
            (decisions.Line("stoppage", "停业", None, dt.date(9999, 1, 1)), "day_not_meant"),
        ):
            with pytest.raises(Refused) as refusal:
                decisions.draft(case, words=ecology.draft(case, lines=[line]), actor=officer)
            assert refusal.value.code == code


class TestChanges:
    def challenged(self, way: Ways, run_events: Any, result: str, **more: Any) -> PenaltyNotice:
        case = way.served("E09", E09)
        run_events()
        officer = way.own.actor("officer")
        row = decisions.file_challenge(
            decision_of(case),
            channel="litigation",
            body="某人民法院",
            filed_on=dt.date(2026, 11, 2),
            actor=officer,
        )
        decisions.close_challenge(
            row,
            result=result,
            result_on=dt.date(2026, 12, 1),
            document="（2026）行初1号",
            reason="主要证据不足。",
            actor=officer,
            **more,
        )
        run_events()
        return PenaltyNotice.objects.get()

    def test_annulled_the_restriction_ends_and_everyone_is_told(
        self, ecology, market, partners, run_events
    ):
        notice = self.challenged(ecology, run_events, "annulled")
        assert (notice.standing, notice.version) == ("annulled", 2)
        assert notice.advice == "该处罚决定不再有效，因该决定采取的限制措施请予解除。"
        ban = Restriction.objects.get()
        assert ban.ended_on == dt.date(2026, 12, 1)
        assert Restriction.objects.in_force(dt.date(2026, 11, 30)).exists()
        assert not Restriction.objects.in_force(dt.date(2026, 12, 1)).exists()
        assert InstitutionStanding.objects.get(kind="restriction").to_on == dt.date(2026, 11, 30)
        assert notice.acknowledgements.filter(version=2, answer="").count() == 6
        assert Message.objects.filter(key="told-2").count() == 12
        assert Clock.objects.open().of(f"notice:{notice.pk}").count() == 6

    def test_changed_the_restriction_stands(self, ecology, market, partners, run_events):
        notice = self.challenged(ecology, run_events, "changed", new_fine=Decimal(120_000))
        assert (notice.standing, notice.fine) == ("changed", Decimal(120_000))
        assert notice.advice.startswith("限制期内不得委托")
        assert Restriction.objects.get().ended_on is None
        assert notice.acknowledgements.filter(version=2).count() == 6

    def test_an_old_telling_cannot_be_answered_any_more(
        self, ecology, market, partners, run_events
    ):
        notice = self.challenged(ecology, run_events, "annulled")
        water = partners[AgencyKind.WATER]
        old = notice.acknowledgements.get(agency=water, version=1)
        actor = ActorFactory(agency=water, roles=[Role.REPORTER])
        with pytest.raises(Refused, match="最新的通报"):
            services.acknowledge(old, answer="known", reason="", on=DECIDED_ON, actor=actor)

    def test_a_result_is_told_once(self, ecology, market, partners, run_events):
        notice = self.challenged(ecology, run_events, "annulled")
        decision = decision_of(notice.decision.case)
        actor = ecology.own.actor("leader")
        services.follow_change(decision, on=dt.date(2026, 12, 2), actor=actor)
        notice.refresh_from_db()
        assert (notice.version, notice.acknowledgements.count()) == (2, 12)
