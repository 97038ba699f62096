"""The record: who signs, who refuses, what follows the last signature."""

import pytest
from django.core.exceptions import PermissionDenied

from inspections.models import Signature
from inspections.signing import services
from inspections.signing.rules import bureaus_missing, is_complete
from inspections.signing.selectors import missing, record_of, signatures_of
from inspections.visits.choices import Outcome, VisitState
from portal.clocks import today
from portal.clocks.models import Clock
from portal.errors import Refused
from portal.models import EventRow
from portal.refs import ref
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
