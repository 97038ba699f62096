"""The record: who signs, who refuses, what follows the last signature."""

import pytest
from django.core.exceptions import PermissionDenied

from inspections.findings import services as findings
from inspections.models import Signature, Visit
from inspections.rectifications.services import issue
from inspections.signing import services
from inspections.signing.rules import bureaus_missing, is_complete
from inspections.signing.selectors import missing, record_of, signatures_of
from inspections.visits import services as services_of_visits
from inspections.visits.choices import Outcome, VisitState
from portal.access import AgencyKind
from portal.clocks import today
from portal.clocks.models import Clock
from portal.errors import Refused
from portal.models import EventRow, Paper
from portal.papers.kinds import kind_named
from portal.papers.selectors import papers_of
from portal.refs import ref
from tests.factories import ActorFactory
from tests.inspections.onsite import actor_of, inspector, photo

pytestmark = pytest.mark.django_db


def test_two_of_each_bureau_and_the_institution():
    assert bureaus_missing([1, 2], [1, 1, 2]) == [2]
    full = [1, 1, 2, 2]
    assert is_complete([1, 2], full, institution=True, nobody_there=False)
    assert not is_complete([1, 2], full, institution=False, nobody_there=False)
    assert is_complete([1, 2], full, institution=False, nobody_there=True)
    assert not is_complete([1, 2], full[:3], institution=True, nobody_there=True)


def test_the_last_signature_ends_the_visit_and_starts_the_clock_of_publication(crew):
    visit = crew.opened()
    found = crew.finding(visit)
    crew.recorded(visit)
    for person in crew.team:
        services.sign(visit, actor=person)
    assert visit.state == VisitState.RECORDED
    assert missing(visit, signatures_of(visit.site_record)) == ["被检查机构（或注明拒绝签字）"]
    services.sign_for_institution(visit, name="钱某", title="负责人", actor=crew.eco)
    assert visit.state == VisitState.SIGNED
    clock = Clock.objects.get(ref=ref(visit), rule_code="D24")
    assert (clock.started_on, clock.agency) == (today(), crew.market)
    assert EventRow.objects.filter(name="finding.recorded", record_pk=found.pk).count() == 1


def test_an_inspector_signs_once_for_oneself(crew):
    visit = crew.recorded()
    services.sign(visit, actor=crew.eco)
    with pytest.raises(PermissionDenied, match="已签字"):
        services.sign(visit, actor=crew.eco)
    with pytest.raises(PermissionDenied, match="检查组"):
        services.sign(visit, actor=crew.officer)
    assert Signature.objects.get().member.inspector == crew.inspectors[0]


def test_nobody_signs_before_the_record_is_written(crew):
    visit = crew.opened()
    with pytest.raises(PermissionDenied, match="笔录完成后"):
        services.sign(visit, actor=crew.eco)
    for facts in ({"text": " ", "representative": "钱某"}, {"text": "x", "representative": " "}):
        with pytest.raises(Refused):
            services.write_record(visit, **facts, actor=crew.eco)
    assert record_of(visit, crew.eco) is None


def test_a_refusal_to_sign_is_noted_by_two_officers(crew):
    visit = crew.recorded()
    for person in crew.team:
        services.sign(visit, actor=person)
    first, second, *_rest = visit.members.all()
    with pytest.raises(Refused, match="两名"):
        services.note_refusal(visit, note="拒绝", witnesses=[first], actor=crew.eco)
    with pytest.raises(Refused, match="注明情况"):
        services.note_refusal(visit, note=" ", witnesses=[first, second], actor=crew.eco)
    services.note_refusal(visit, note="负责人拒绝签字", witnesses=[first, second], actor=crew.eco)
    assert visit.state == VisitState.SIGNED
    refusal = Signature.objects.get(is_refusal=True)
    assert set(refusal.witnesses.all()) == {first, second}


def test_a_changed_record_is_signed_anew(crew):
    visit = crew.recorded()
    services.sign(visit, actor=crew.eco)
    with pytest.raises(Refused, match="理由"):
        services.reopen(visit, reason="", actor=crew.eco)
    services.reopen(visit, reason="补充一项", actor=crew.eco)
    assert visit.state == VisitState.OPEN
    assert not Signature.objects.valid().exists()
    assert crew.signed(visit).state == VisitState.SIGNED
    with pytest.raises(Refused, match="当前状态"):
        services.reopen(visit, reason="迟了", actor=crew.eco)


@pytest.mark.parametrize("outcome", Outcome.values)
def test_one_tap_at_a_closed_door_with_a_photo(crew, outcome):
    visit = crew.opened()
    services.write_outcome(visit, outcome=outcome, photo=photo(), note="大门紧闭", actor=crew.mkt)
    assert (visit.state, visit.outcome) == (VisitState.RECORDED, outcome)
    assert visit.evidence.count() == 1
    assert str(Outcome(outcome).label) in visit.site_record.text
    for person in crew.team:
        services.sign(visit, actor=person)
    assert visit.state == VisitState.SIGNED


def test_somebody_outside_the_team_tells_no_outcome(crew):
    visit = crew.opened()
    stranger = actor_of(inspector(crew.market))
    with pytest.raises(PermissionDenied):
        services.write_outcome(visit, outcome="04", photo=photo(), actor=stranger)
    assert not visit.evidence.exists()


# --- Papers -----------------------------------------------------------------------------------


def kinds_of(subject, actor):
    return [filed.paper.kind for filed in papers_of(subject, actor)]


def test_each_step_drafts_its_paper_for_its_agency(crew):
    visit = crew.opened()
    found = crew.finding(visit)
    order = issue(visit, findings=[found], requirement="补充授权记录。", actor=crew.mkt)
    crew.reviewed(crew.signed(visit), "09")
    own = ["visit_approval", "visit_notice", "visit_record", "visit_result"]
    assert kinds_of(visit, crew.officer) == own
    assert kinds_of(visit, crew.ecology_officer) == ["visit_approval"]  # drafts stay at home
    assert kinds_of(order, crew.officer) == ["rectification_order"]
    texts = str([paper.content for paper in Paper.objects.all()])
    for said in ("检查了十八项", found.facts, visit.institution.uscc, "钱某", "补充授权记录"):
        assert said in texts


def test_the_institution_reads_the_papers_that_are_for_it_step_by_step(crew):
    visit = crew.approved()
    own = type(crew.eco)(kind="institution", institution_id=visit.institution_id)
    water = ActorFactory(agency__kind=AgencyKind.WATER)

    def readable(actor):
        rows = Visit.objects.filter(pk=visit.pk)
        names = ("visit_approval", "visit_notice", "visit_record", "visit_result")
        return [name for name in names if kind_named(name).visible(rows, actor).exists()]

    assert (readable(own), len(readable(crew.officer))) == ([], 4)
    services_of_visits.notify(visit, on=today(), actor=crew.officer)
    assert readable(own) == ["visit_notice"]
    visit.refresh_from_db()
    findings.seed_checklist()
    findings.arrive(visit, code="JC1", place="x", credentials_shown=True, actor=crew.mkt)
    crew.signed(visit)
    assert readable(own) == ["visit_notice", "visit_record"]
    crew.reviewed(visit)
    assert readable(own) == ["visit_notice", "visit_record", "visit_result"]
    assert readable(water) == []
