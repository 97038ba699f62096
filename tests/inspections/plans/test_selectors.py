"""The pool of a batch, its preview, an institution's cap, who sees what."""

import datetime as dt

import pytest

from inspections.models import Batch, Plan
from inspections.plans.choices import PlanState
from inspections.plans.forms import BatchForm
from inspections.plans.selectors import (
    candidates,
    cap_panel,
    default_strata,
    preview,
    scope_of,
)
from institutions.models import Institution
from institutions.registry.choices import InstitutionStatus, StandingKind
from institutions.registry.services import set_standing
from portal.access import PUBLIC, AgencyKind, Role, job_actor
from portal.clocks import today
from portal.errors import Refused
from portal.models import LawParameter
from tests.factories import (
    ActorFactory,
    AgencyFactory,
    BatchFactory,
    InstitutionFactory,
    PlanFactory,
    district,
    ecology_bureau,
    market_bureau,
    sampling_parameters,
)
from tests.portal.lists.checks import assert_constant_queries

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 5, 6)


@pytest.fixture(autouse=True)
def parameters():
    sampling_parameters()


@pytest.fixture
def officer():
    return ActorFactory(agency=market_bureau(), roles=[Role.OFFICER])


def stand(institution, kind, value, source="test:1", from_on=dt.date(2026, 1, 1)):
    set_standing(
        [institution.pk],
        kind=kind,
        value=value,
        source=source,
        from_on=from_on,
        actor=job_actor("test"),
    )


def pool(batch, actor, day=DAY):
    return {each.institution.name: each for each in candidates(batch, actor, day=day)}


def test_the_pool_is_who_is_present_in_the_region(officer):
    here, _there = InstitutionFactory(), InstitutionFactory(sibling=True)
    [found] = candidates(BatchFactory(), officer, day=DAY)
    assert (found.institution, found.stratum, found.weight) == (here, "U", 1)
    assert found.is_in_pool


def test_a_citys_batch_may_keep_to_some_of_its_districts():
    """Empty means all of the plan's region; institutions of other districts stay out."""
    bureau = AgencyFactory(of_city=True, kind=AgencyKind.MARKET)
    plan = PlanFactory(region=bureau.region, initiating=bureau)
    chief = ActorFactory(agency=bureau, roles=[Role.CHIEF])
    here, there = InstitutionFactory(), InstitutionFactory(sibling=True)
    batch = BatchFactory(plan)
    assert {each.institution for each in candidates(batch, chief, day=DAY)} == {here, there}
    batch.regions = [district().path]
    batch.save(update_fields=["regions"])
    assert [each.institution for each in candidates(batch, chief, day=DAY)] == [here]
    assert dict(scope_of(batch))["行政区划"] == str(district())


def test_the_form_of_a_citys_batch_offers_its_districts():
    bureau = AgencyFactory(of_city=True, kind=AgencyKind.MARKET)
    district()
    plan = PlanFactory(region=bureau.region, initiating=bureau)
    form = BatchForm(plan, default_strata(DAY))
    assert district().path in dict(form.fields["regions"].choices)
    assert "regions" not in BatchForm(PlanFactory(), default_strata(DAY)).fields


def test_the_strictest_grade_in_force_chooses_the_stratum(officer):
    institution = InstitutionFactory()
    stand(institution, StandingKind.GRADE, "B", "credit:1")
    stand(institution, StandingKind.GRADE, "C", "credit:2")
    stand(institution, StandingKind.GRADE, "D", "credit:3", from_on=dt.date(2026, 8, 1))
    stand(institution, StandingKind.RISK_WEIGHT, "6")
    batch = BatchFactory()
    [found] = candidates(batch, officer, day=DAY)
    assert (found.stratum, found.weight) == ("C", 6)
    [later] = candidates(batch, officer, day=dt.date(2026, 9, 1))
    assert later.stratum == "D"


def test_a_grade_without_a_stratum_is_out_of_scope(officer):
    institution = InstitutionFactory()
    stand(institution, StandingKind.GRADE, "A")
    assert candidates(BatchFactory(strata=[("C", 3000, 1)]), officer, day=DAY) == []


def test_kind_media_and_roster_narrow_the_scope(officer):
    plain, station = InstitutionFactory(), InstitutionFactory(kind="public_station")
    stand(station, StandingKind.MEDIA, "air,water")
    stand(station, StandingKind.ROSTER, "2026-H1")
    plan = PlanFactory()

    def named(**scope):
        return list(pool(BatchFactory(plan, **scope), officer))

    assert set(named()) == {plain.name, station.name}
    assert named(kinds=["public_station"]) == [station.name]
    assert named(media=["water", "soil"]) == [station.name]
    assert named(media=["soil"]) == []
    assert named(on_roster=True) == [station.name]


@pytest.mark.parametrize(
    "status",
    [
        InstitutionStatus.SUSPENDED,
        InstitutionStatus.DEREGISTERED,
        InstitutionStatus.REVOKED,
        InstitutionStatus.MOVED_OUT,
    ],
)
def test_who_left_the_trade_is_excluded_with_the_reason(officer, status):
    InstitutionFactory(status=status)
    [found] = candidates(BatchFactory(), officer, day=DAY)
    assert (found.excluded_reason, found.is_in_pool) == (status, False)


def test_the_cap_counts_visits_of_the_whole_city(officer):
    """The ungraded count as B: once a year, whoever visited."""
    institution = InstitutionFactory()
    batch = BatchFactory()
    stand(institution, StandingKind.VISIT, "2025", "visit:1", from_on=dt.date(2025, 12, 30))
    assert not pool(batch, officer)[institution.name].excluded_reason
    stand(institution, StandingKind.VISIT, "2026", "visit:2", from_on=dt.date(2026, 2, 3))
    assert pool(batch, officer)[institution.name].excluded_reason == "cap_reached"


def test_an_open_special_check_excludes_while_it_lasts(officer):
    institution = InstitutionFactory()
    stand(institution, StandingKind.OPEN_CHECK, "visit:7", "visit:7")
    batch = BatchFactory()
    assert pool(batch, officer)[institution.name].excluded_reason == "open_check"
    institution.standings.update(to_on=dt.date(2026, 4, 1))
    assert not pool(batch, officer)[institution.name].excluded_reason


def test_merged_entries_are_not_drawn(officer):
    kept = InstitutionFactory()
    InstitutionFactory(merged_into=kept)
    assert list(pool(BatchFactory(), officer)) == [kept.name]


def test_the_preview_counts_the_pool_and_the_quota(officer):
    made = InstitutionFactory.create_batch(12)
    for institution in made[:4]:
        stand(institution, StandingKind.GRADE, "C")
    Institution.objects.filter(pk=made[0].pk).update(status=InstitutionStatus.REVOKED)
    found = preview(BatchFactory(), officer, day=DAY)
    lines = {row.label: (row.in_scope, row.in_pool, row.quota) for row in found.strata}
    assert lines["C 级"] == (4, 3, 1)
    assert lines["未评级"] == (8, 8, 1)
    assert (found.in_pool, found.quota, found.reasons) == (11, 2, [("已吊销", 1)])


def test_the_number_of_queries_does_not_grow(officer):
    batch = BatchFactory()

    def grow():
        for institution in InstitutionFactory.create_batch(10):
            stand(institution, StandingKind.GRADE, "B")

    assert_constant_queries(lambda: candidates(batch, officer, day=DAY), grow, most=8)
    assert len(candidates(batch, officer, day=DAY)) == 10


def test_strangers_get_no_pool():
    InstitutionFactory()
    batch = BatchFactory(PlanFactory(published=True))
    sibling = ActorFactory(agency=AgencyFactory(sibling=True))
    partner = ActorFactory(agency__kind=AgencyKind.WATER)
    assert candidates(batch, sibling) == candidates(batch, partner) == []
    assert candidates(batch, PUBLIC) == []


def test_the_default_ratios_come_from_the_law():
    assert default_strata(DAY) == [
        ("A", 300, 1),
        ("B", 1000, 1),
        ("C", 3000, 1),
        ("D", 10_000, 1),
        ("U", 1000, 1),
    ]
    LawParameter.objects.all().delete()
    with pytest.raises(Refused):
        default_strata(DAY)


# --- Who sees what -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("traits", "draft"),
    [
        ({"agency__kind": AgencyKind.MARKET}, True),
        ({"agency__kind": AgencyKind.ECOLOGY}, True),
        ({"agency__of_city": True, "agency__kind": AgencyKind.ECOLOGY}, True),
        ({"agency__kind": AgencyKind.AUDIT, "roles": [Role.AUDITOR]}, True),
        ({"agency__kind": AgencyKind.WATER}, False),
        ({"agency__kind": AgencyKind.ENFORCEMENT_TEAM}, False),
        ({"agency__sibling": True}, False),
        ({"agency__kind": AgencyKind.MARKET, "roles": [Role.SYSADMIN]}, False),
    ],
)
def test_drafts_are_for_the_bureaus_above_and_audit(traits, draft):
    batch = BatchFactory()
    actor = ActorFactory(**traits)
    assert Plan.objects.visible_to(actor).exists() is draft
    assert Batch.objects.visible_to(actor).exists() is draft
    Plan.objects.update(state=PlanState.PUBLISHED, published_at=batch.plan.created_at)
    assert Plan.objects.visible_to(actor).exists()
    assert Plan.objects.visible_inside(actor).exists() is draft


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "approved", "discarded"])
def test_the_public_sees_what_was_published(state):
    plan = PlanFactory(state=state)
    assert not Plan.objects.visible_to(PUBLIC).exists()
    for shown in ("published", "replaced", "withdrawn"):
        Plan.objects.filter(pk=plan.pk).update(state=shown, published_at=plan.created_at)
        assert Plan.objects.visible_to(PUBLIC).exists()


# --- The institution's page --------------------------------------------------------------------


def test_the_panel_shows_visits_against_the_caps(officer):
    institution = InstitutionFactory()
    day = today()
    stand(institution, StandingKind.GRADE, "B")
    stand(institution, StandingKind.VISIT, str(day.year), "visit:1", from_on=day)
    template, context = cap_panel(institution, officer) or ("", {})
    assert template == "inspections/plans/part_cap.html"
    assert (context["visits"], context["grade"], context["reached"]) == (1, "B 级", True)
    assert context["bounds"] == [("每年不超过 2 次", 1), ("每年不超过 1 次", 1)]


def test_the_panel_is_for_those_inside(officer):
    institution = InstitutionFactory()
    assert cap_panel(institution, ActorFactory(agency=ecology_bureau())) is not None
    assert cap_panel(institution, ActorFactory(agency__kind=AgencyKind.WATER)) is None
    assert cap_panel(institution, PUBLIC) is None
