"""Result codes, their review by a second person, next steps, closing by bureau."""

import pytest
from django.core.exceptions import PermissionDenied

from inspections.findings import services as findings
from inspections.findings.services import link_case
from inspections.models import Finding, ResultCode, VisitResult
from inspections.rectifications import services as orders
from inspections.results import services
from inspections.results.rules import clash, open_steps
from inspections.results.selectors import outcome_code, owed, panel
from inspections.signing import services as signing
from inspections.visits.choices import VisitKind, VisitState
from institutions.models import Institution, Standing
from portal.access import AgencyKind, Role
from portal.clocks import today
from portal.errors import Refused
from portal.models import EventRow
from portal.refs import ref
from tests.factories import ActorFactory, InstitutionFactory
from tests.inspections.onsite import photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def codes(db):
    services.seed_result_codes()


def code(number):
    return ResultCode.objects.get(code=number)


def test_rules_of_steps_and_codes():
    assert open_steps("", []) == []
    assert open_steps("order|listing", ["listing"]) == []
    assert open_steps("order|listing", ["case"]) == [["order", "listing"]]
    assert open_steps("order;case", ["order"]) == [["case"]]
    assert clash("05", False, [], 1) == ""
    assert clash("01", True, [("05", False)], 0) == "alone"
    assert clash("05", False, [("01", True)], 0) == "alone"
    assert clash("05", False, [("05", False)], 0) == "twice"
    assert clash("01", True, [], 1) == "findings"


def test_the_codes_are_those_of_the_law_data():
    services.seed_result_codes()
    known = set(ResultCode.objects.values_list("code", flat=True))
    assert known == {*(f"{n:02}" for n in range(1, 15)), "20", "21", "29"}


def test_each_bureau_enters_its_own_results(crew):
    visit = crew.signed()
    services.add_result(visit, code=code("01"), actor=crew.mkt)
    with pytest.raises(Refused, match="尚未登记检查结果"):
        services.submit_results(visit, actor=crew.mkt)
    services.add_result(visit, code=code("01"), actor=crew.eco)
    assert set(visit.results.values_list("agency", flat=True)) == set(visit.bureau_ids)
    services.submit_results(visit, actor=crew.mkt)
    assert visit.state == VisitState.REVIEWING


def test_codes_of_the_other_bureau_and_clashing_ones_are_refused(crew):
    visit = crew.opened()
    crew.finding(visit)
    crew.signed(visit)
    with pytest.raises(Refused, match="另一部门"):
        services.add_result(visit, code=code("21"), actor=crew.mkt)
    with pytest.raises(Refused, match="记录了问题"):
        services.add_result(visit, code=code("01"), actor=crew.mkt)
    made = services.add_result(visit, code=code("05"), actor=crew.mkt)
    with pytest.raises(Refused, match="已登记"):
        services.add_result(visit, code=code("05"), actor=crew.mkt)
    with pytest.raises(Refused, match="本部门"):
        services.remove_result(made, actor=crew.eco)
    services.remove_result(made, actor=crew.mkt)
    services.add_result(visit, code=code("09"), actor=crew.mkt)
    with pytest.raises(Refused, match="并用"):
        services.add_result(visit, code=code("01"), actor=crew.mkt)


def test_results_come_between_signatures_and_review(crew):
    with pytest.raises(Refused, match="签字后"):
        services.add_result(crew.recorded(), code=code("01"), actor=crew.mkt)
    visit = crew.resulted()
    with pytest.raises(Refused, match="签字后"):
        services.add_result(visit, code=code("07"), actor=crew.mkt)
    stranger = ActorFactory(agency__kind=AgencyKind.WATER)
    with pytest.raises(PermissionDenied):
        services.add_result(visit, code=code("07"), actor=stranger)


# --- Review -----------------------------------------------------------------------------------


def test_who_was_there_does_not_review(crew):
    visit = crew.resulted()
    officer_and_inspector = type(crew.mkt)(
        **{
            **{name: getattr(crew.mkt, name) for name in crew.mkt.__slots__},
            "roles": frozenset({Role.OFFICER, Role.INSPECTOR}),
        }
    )
    with pytest.raises(PermissionDenied, match="参加本次检查的人员"):
        services.review(visit, actor=officer_and_inspector)
    services.review(visit, opinion="事实清楚", actor=crew.officer)
    assert visit.state == VisitState.REVIEWED
    assert visit.reviews.get().signature


def test_whoever_entered_or_handed_in_results_does_not_review_them(crew):
    services.seed_result_codes()
    visit, code = crew.signed(), ResultCode.objects.get(code="01")
    services.add_result(visit, code=code, actor=crew.officer)
    services.add_result(visit, code=code, actor=crew.ecology_officer)
    services.submit_results(visit, actor=crew.chief)
    for author in (crew.officer, crew.ecology_officer, crew.chief):
        with pytest.raises(PermissionDenied, match="登记或提交检查结果的人员不能复核"):
            services.review(visit, actor=author)
    services.review(visit, actor=ActorFactory(agency=crew.market, roles=[Role.OFFICER]))
    assert visit.state == "reviewed"


def test_an_order_does_not_answer_what_awaits_a_case_nor_does_the_other_bureaus_case(crew):
    visit = crew.opened()
    own, other = crew.finding(visit, "M09"), crew.finding(visit, "E09")
    orders.issue(visit, findings=[own], requirement="立即改正。", actor=crew.mkt)
    visit = crew.reviewed(crew.signed(visit), "09")
    Finding.objects.filter(pk=other.pk).update(case_ref="case:1")
    with pytest.raises(Refused, match="立案或转线索"):
        services.close_part(visit, actor=crew.officer)
    Finding.objects.filter(pk=own.pk).update(case_ref="case:2")
    services.close_part(visit, actor=crew.officer)


def test_a_return_lets_the_results_be_changed(crew):
    visit = crew.resulted()
    services.return_results(visit, reason="请补充", actor=crew.officer)
    assert visit.state == VisitState.SIGNED
    services.remove_result(visit.results.get(agency=crew.market), actor=crew.mkt)
    services.add_result(visit, code=code("07"), actor=crew.mkt)
    services.submit_results(visit, actor=crew.mkt)
    services.review(visit, actor=crew.officer)
    assert [each.decision for each in visit.reviews.all()] == ["approved", "returned"]


# --- Closing ----------------------------------------------------------------------------------


def test_a_joint_visit_is_closed_when_each_bureau_closed_its_part(crew):
    visit = crew.reviewed(crew.signed(crew.opened(crew.plan(kind=VisitKind.SPECIAL))))
    services.close_part(visit, actor=crew.officer)
    visit.refresh_from_db()
    assert visit.state == VisitState.REVIEWED
    with pytest.raises(PermissionDenied, match="等待另一部门"):
        services.close_part(visit, actor=crew.officer)
    assert not EventRow.objects.filter(name="visit.closed").exists()
    services.close_part(visit, actor=crew.ecology_officer)
    visit.refresh_from_db()
    assert visit.state == VisitState.CLOSED
    assert EventRow.objects.filter(name="visit.closed", record_pk=visit.pk).count() == 1
    assert not Standing.objects.filter(source=ref(visit), kind="open_check", to_on=None).exists()


def test_no_part_closes_before_the_review(crew):
    with pytest.raises(Refused):
        services.close_part(crew.resulted(), actor=crew.officer)


def with_finding(crew, number):
    """A reviewed visit with one market finding, this market result and 07 of ecology."""
    visit = crew.opened()
    found = crew.finding(visit)
    crew.signed(visit)
    services.add_result(visit, code=code(number), actor=crew.mkt)
    services.add_result(visit, code=code("07"), actor=crew.eco)
    services.submit_results(visit, actor=crew.mkt)
    services.review(visit, actor=crew.chief)
    return visit, found


def test_an_ordered_rectification_answers_result_and_finding(crew):
    visit, found = with_finding(crew, "05")
    with pytest.raises(Refused, match="尚未责令改正"):
        services.close_part(visit, actor=crew.officer)
    orders.issue(visit, findings=[found], requirement="改正", actor=crew.officer)
    services.close_part(visit, actor=crew.officer)


@pytest.mark.parametrize("number", ["09", "20"])
def test_what_awaits_a_case_is_linked_before_the_part_closes(crew, number):
    visit, found = with_finding(crew, number)
    with pytest.raises(Refused, match="立案或转线索"):
        services.close_part(visit, actor=crew.officer)
    link_case(found, "case:1", crew.officer)
    services.close_part(visit, actor=crew.officer)


def test_a_finding_without_any_answer_keeps_the_part_open(crew):
    visit, _found = with_finding(crew, "07")
    assert any("M09" in sentence for sentence in owed(visit, crew.market.pk))
    assert owed(visit, crew.ecology.pk) == []


def test_a_finding_of_an_absent_bureau_goes_on_as_a_lead(crew):
    visit = crew.opened(crew.plan(cooperating=None, inspectors=crew.inspectors[2:]))
    found = crew.finding(visit, "E04")
    crew.signed(visit)
    services.add_result(visit, code=code("07"), actor=crew.mkt)
    services.submit_results(visit, actor=crew.mkt)
    services.review(visit, actor=crew.chief)
    with pytest.raises(Refused, match="转线索"):
        services.close_part(visit, actor=crew.officer)
    link_case(found, "case:1", crew.officer)
    services.close_part(visit, actor=crew.officer)
    assert visit.state == VisitState.CLOSED


@pytest.mark.parametrize(("number", "status"), [("08", "deregistered"), ("13", "moved_out")])
def test_the_registry_says_the_same_before_the_part_closes(crew, number, status):
    visit = crew.reviewed(code=number)
    with pytest.raises(Refused, match="更新机构名录库"):
        services.close_part(visit, actor=crew.officer)
    Institution.objects.filter(pk=visit.institution_id).update(status=status)
    visit.refresh_from_db()
    services.close_part(visit, actor=crew.officer)


def test_a_step_taken_elsewhere_is_noted_with_its_number(crew):
    visit = crew.opened(crew.plan(institution=InstitutionFactory()))
    crew.signed(visit)
    made = services.add_result(visit, code=code("04"), actor=crew.mkt)
    services.add_result(visit, code=code("07"), actor=crew.eco)
    services.submit_results(visit, actor=crew.mkt)
    services.review(visit, actor=crew.chief)
    with pytest.raises(Refused, match="经营异常名录"):
        services.close_part(visit, actor=crew.officer)
    facts = {"step": "listing", "reference": "沪市监异〔2026〕1号", "taken_on": today()}
    with pytest.raises(Refused, match="文号或编号"):
        services.note_step(made, **{**facts, "reference": " "}, actor=crew.officer)
    with pytest.raises(Refused, match="本系统"):
        services.note_step(made, **{**facts, "step": "order"}, actor=crew.officer)
    with pytest.raises(Refused, match="不需要"):
        services.note_step(made, **{**facts, "step": "case"}, actor=crew.officer)
    with pytest.raises(Refused, match="本部门"):
        services.note_step(made, **facts, actor=crew.ecology_officer)
    services.note_step(made, **facts, actor=crew.officer)
    services.close_part(visit, actor=crew.officer)


def test_a_neighbour_reads_the_result_after_the_review(crew):
    institution = InstitutionFactory(sibling=True)
    sibling = ActorFactory(agency__kind=AgencyKind.ECOLOGY, agency__sibling=True)
    visit = crew.resulted(crew.signed(crew.opened(crew.plan(institution=institution))))
    assert not VisitResult.objects.visible_to(sibling).exists()
    services.review(visit, actor=crew.chief)
    assert VisitResult.objects.visible_to(sibling).count() == 2


# --- Nobody met at the door (EV17) ------------------------------------------------------------


def closed_door(crew, outcome):
    """A joint visit that ended at the door, signed by the team alone."""
    visit = crew.noticed()
    findings.arrive(
        visit,
        code="JC1",
        place="示范路1号",
        credentials_shown=False,
        nobody_there=True,
        actor=crew.mkt,
    )
    signing.write_outcome(visit, outcome=outcome, photo=photo(), actor=crew.mkt)
    for person in crew.team:
        signing.sign(visit, actor=person)
    return visit


@pytest.mark.parametrize(
    ("outcome", "step"),
    [
        ("04", "列入经营异常名录"),
        ("07", "公示检查结果"),
        ("08", "更新机构名录库"),
        ("13", "更新机构名录库"),
        ("14", "更新机构名录库"),
    ],
)
def test_each_outcome_has_its_next_step_in_words(crew, outcome, step):
    visit = closed_door(crew, outcome)
    found, words = outcome_code(visit)
    assert (found.code, words) == (outcome, step)
    _template, context = panel(visit, crew.mkt)
    assert context["outcome"] == (found, step)


def test_both_bureaus_say_what_they_met_and_one_lists_it(crew):
    """04 leads to the list of the market bureau: ecology may say it and owes nothing."""
    visit = closed_door(crew, "04")
    made = [services.add_result(visit, code=code("04"), actor=each) for each in crew.team[1:3]]
    services.submit_results(visit, actor=crew.mkt)
    services.review(visit, actor=crew.chief)
    assert owed(visit, crew.ecology.pk) == []
    services.close_part(visit, actor=crew.ecology_officer)
    with pytest.raises(Refused, match="经营异常名录"):
        services.close_part(visit, actor=crew.officer)
    [line] = [each for each in panel(visit, crew.officer)[1]["results"] if each.pk == made[1].pk]
    assert (line.next_steps, line.open_steps, line.by_hand) == (
        "列入经营异常名录",
        {"listing"},
        True,
    )
    facts = {"step": "listing", "reference": "沪市监异〔2026〕1号", "taken_on": today()}
    services.note_step(made[1], **facts, actor=crew.officer)
    services.close_part(visit, actor=crew.officer)
    [line] = [each for each in panel(visit, crew.officer)[1]["results"] if each.pk == made[1].pk]
    assert line.open_steps == set()


def test_a_code_of_the_other_bureau_is_said_only_of_what_was_met(crew):
    with pytest.raises(Refused, match="另一部门"):
        services.add_result(crew.signed(), code=code("04"), actor=crew.eco)
