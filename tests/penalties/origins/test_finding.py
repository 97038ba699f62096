"""A finding becomes a case at the competent bureau, once, and both know each other."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from agencies.models import Agency, Matter, Post, User
from inspections.findings.models import Finding
from inspections.models import ResultCode
from inspections.results.selectors import steps_done
from inspections.results.services import add_result, seed_result_codes
from penalties.cases.models import Case
from penalties.cases.services import Allegation
from penalties.origins import selectors, services
from portal.access import Actor
from portal.errors import Refused
from tests.factories import InstitutionFactory
from tests.inspections.onsite import Crew

BACKEND = "django.contrib.auth.backends.ModelBackend"
pytestmark = pytest.mark.usefixtures("penal_law")


@pytest.fixture
def crew(penal_law: None) -> Crew:
    return Crew()


def found_on_site(crew: Crew, code: str = "M09") -> Finding:
    visit = crew.opened()
    finding = crew.finding(visit, code)
    crew.signed(visit)
    return Finding.objects.get(pk=finding.pk)


def open_case(finding: Finding, actor: Actor) -> Case:
    facts = selectors.allegation_of(finding)
    known = {"institution": finding.visit.institution, "matter": finding.matter}
    return services.case_of_finding(
        finding,
        Allegation(**{**facts, **known}),
        agency=Agency.objects.get(pk=actor.agency_id),
        handler=Post.objects.get(pk=actor.post_id),
        actor=actor,
    )


def test_a_finding_opens_one_case_at_its_bureau(crew: Crew):
    finding = found_on_site(crew)
    case = open_case(finding, crew.officer)
    assert open_case(finding, crew.officer) == case
    finding.refresh_from_db()
    assert finding.case_ref == f"case:{case.pk}"
    assert (case.origin_ref, case.source) == (f"finding:{finding.pk}", "inspection")


def test_the_other_bureau_is_told_whose_matter_it_is(crew: Crew):
    finding = found_on_site(crew)
    with pytest.raises(Refused, match=crew.market.name[:4]):
        open_case(finding, crew.ecology_officer)
    assert not Case.objects.exists()


def test_the_register_says_from_which_finding_and_goes_back_to_it(crew: Crew):
    finding = found_on_site(crew)
    client = Client()
    client.force_login(User.objects.get(pk=crew.officer.user_id), backend=BACKEND)
    page = client.get(f"/penalties/findings/{finding.pk}/case/").content.decode()
    assert page.count(f'href="{finding.get_absolute_url()}"') == 2
    assert "登记线索" not in page
    open_case(finding, crew.officer)
    assert (
        f"case:{Case.objects.get().pk}"
        not in client.get(finding.get_absolute_url()).content.decode()
    )


def test_before_the_record_is_signed_there_is_no_case(crew: Crew):
    finding = crew.finding(crew.opened())
    with pytest.raises(PermissionDenied):
        open_case(finding, crew.officer)
    assert not Case.objects.exists()


def test_the_page_of_the_finding_leads_to_the_case(crew: Crew):
    finding = found_on_site(crew)
    browser = Client()
    browser.force_login(User.objects.get(pk=crew.officer.user_id), backend=BACKEND)
    address = f"/penalties/findings/{finding.pk}/case/"
    assert address in browser.get(finding.get_absolute_url()).content.decode()
    page = browser.get(address).content.decode()
    assert finding.visit.institution.uscc in page
    told = {**selectors.allegation_of(finding), "party": "organisation"}
    answer = browser.post(address, {**told, "source": "inspection"})
    case = Case.objects.get()
    assert answer.url == case.get_absolute_url()
    assert case.get_absolute_url() in browser.get(finding.get_absolute_url()).content.decode()


def test_the_case_is_about_what_was_found(crew: Crew):
    finding = found_on_site(crew)
    facts = selectors.allegation_of(finding) | {"matter": finding.matter}
    people = {
        "agency": Agency.objects.get(pk=crew.officer.agency_id),
        "handler": Post.objects.get(pk=crew.officer.post_id),
        "actor": crew.officer,
    }
    for changed, code in (
        ({"institution": InstitutionFactory()}, "other_institution"),
        ({"matter": Matter.objects.get(code="M12")}, "other_matter"),
    ):
        told = facts | {"institution": finding.visit.institution} | changed
        with pytest.raises(Refused) as refusal:
            services.case_of_finding(finding, Allegation(**told), **people)
        assert refusal.value.code == code
    assert not Case.objects.exists()


def test_the_form_does_not_ask_again_what_the_finding_says(crew: Crew):
    finding = found_on_site(crew)
    browser = Client()
    browser.force_login(User.objects.get(pk=crew.officer.user_id), backend=BACKEND)
    other = InstitutionFactory()
    told = {
        **selectors.allegation_of(finding),
        "party": "organisation",
        "institution": other.uscc,
        "matter": Matter.objects.get(code="M12").pk,
        "source": "report",
        "found_on": "2020-01-01",
    }
    browser.post(f"/penalties/findings/{finding.pk}/case/", told)
    case = Case.objects.get()
    known = (case.institution, case.matter, case.source)
    assert known == (finding.visit.institution, finding.matter, "inspection")


def test_one_bureaus_case_is_not_the_others_next_step(crew: Crew):
    seed_result_codes()
    finding = found_on_site(crew)
    code = ResultCode.objects.get(code="09")
    visit = finding.visit
    mine = add_result(visit, code=code, actor=crew.officer)
    theirs = add_result(visit, code=code, actor=crew.ecology_officer)
    open_case(finding, crew.officer)
    assert "case" in steps_done(mine, visit)
    assert "case" not in steps_done(theirs, visit)
