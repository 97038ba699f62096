"""A finding becomes a case at the competent bureau, once, and both know each other."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from agencies.models import Agency, Post, User
from inspections.findings.models import Finding
from penalties.cases.models import Case
from penalties.cases.services import Allegation
from penalties.origins import selectors, services
from portal.access import Actor
from portal.errors import Refused
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
