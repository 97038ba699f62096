"""The bounds change by proposal and a second person's approval; past acts keep the old law."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from penalties.discretion import services
from penalties.discretion.rules import Circumstances
from penalties.discretion.selectors import bound_on, demand_fine, sums_in_words
from penalties.models import PenaltyBound
from portal.access import PUBLIC, Actor, AgencyKind, Role
from portal.errors import Refused
from portal.law.models import LegalBasis
from tests.factories import ActorFactory
from tests.penalties.casefiles.test_pages import browser
from tests.penalties.district import Ways

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("penal_law")]
OLD, NEW = dt.date(2026, 12, 31), dt.date(2027, 1, 1)


def legal(**changed: Any) -> Actor:
    facts = {"roles": [Role.LEGAL], "agency__kind": AgencyKind.ECOLOGY}
    actor = ActorFactory(**(facts | changed))
    assert isinstance(actor, Actor)
    return actor


def present(code: str = "E04") -> PenaltyBound:
    found = bound_on(code, "organisation", OLD)
    assert found is not None
    return found


def proposed(actor: Actor, **changed: Any) -> PenaltyBound:
    values = {"fine_min": Decimal(30_000), "fine_max": Decimal(300_000), "mark": "V"}
    current = present()
    return services.propose(
        current,
        values=values | {"from_on": NEW} | changed,
        bases=list(current.bases.all()),
        duties=[],
        reason="条例修正",
        actor=actor,
    )


def test_a_proposal_binds_nobody_until_a_second_person_approves():
    proposer = legal()
    new = proposed(proposer)
    assert new.basis == "生态环境法典第1090条；生态环境监测条例第43条第4项"
    assert bound_on("E04", "organisation", NEW) == present()
    with pytest.raises(PermissionDenied, match="自己"):
        services.approve(new, actor=proposer)
    services.approve(new, actor=legal(agency__kind=AgencyKind.MARKET))
    assert bound_on("E04", "organisation", NEW) == new
    assert present().to_on == OLD


def test_an_act_of_before_keeps_the_old_bounds():
    services.approve(proposed(legal()), actor=legal())
    fine, plain = Decimal(250_000), Circumstances()
    demand_fine("E04", "organisation", NEW, fine, plain)
    with pytest.raises(Refused) as refusal:
        demand_fine("E04", "organisation", OLD, fine, plain)
    assert refusal.value.code == "fine_above"


@pytest.mark.parametrize("other", [{"roles": [Role.CHIEF]}, {"agency__kind": AgencyKind.WATER}])
def test_only_legal_reviewers_of_a_bureau_keep_the_bounds(other: dict[str, Any]):
    with pytest.raises(PermissionDenied):
        proposed(legal(**other))
    new = proposed(legal())
    with pytest.raises(PermissionDenied):
        services.approve(new, actor=legal(**other))


def test_what_a_proposal_must_say():
    actor, current = legal(), present()
    words = {"values": {"from_on": NEW, "mark": "V"}, "duties": [], "actor": actor}
    bases = list(LegalBasis.objects.all()[:1])
    for changed, code in (
        ({"reason": " ", "bases": bases}, "reason"),
        ({"reason": "修正", "bases": []}, "no_basis"),
        ({"reason": "修正", "bases": bases, "values": {"mark": "V"}}, "effective_from"),
    ):
        with pytest.raises(Refused) as refusal:
            services.propose(current, **(words | changed))
        assert refusal.value.code == code
    with pytest.raises(ValidationError):
        proposed(actor, fine_min=Decimal(5), fine_max=Decimal(4))
    proposed(actor)
    with pytest.raises(Refused) as refusal:
        proposed(actor)
    assert refusal.value.code == "open_proposal"


def test_a_version_is_not_put_before_one_that_stands():
    first = proposed(legal())
    services.approve(first, actor=legal())
    late = proposed(legal(), from_on=dt.date(2026, 6, 1))
    with pytest.raises(Refused) as refusal:
        services.approve(late, actor=legal())
    assert refusal.value.code == "not_the_newest"
    services.withdraw(late, reason="日期有误", actor=legal())
    late.refresh_from_db()
    assert late.state == "withdrawn"


def test_the_public_and_institutions_read_what_is_in_force():
    new = proposed(legal())
    assert not PenaltyBound.objects.visible_to(PUBLIC).filter(pk=new.pk).exists()
    assert PenaltyBound.objects.visible_to(legal()).filter(pk=new.pk).exists()


def test_sums_in_words():
    assert sums_in_words(present()) == "20,000–200,000 元"
    assert sums_in_words(present("M11")) == "检测费用 5–10 倍"
    assert "情节严重 500,000–2,000,000 元" in sums_in_words(present("E09"))


def test_proposed_and_approved_on_its_pages(ecology: Ways, market: Ways):
    own, other = browser(ecology.own, "legal"), browser(market.own, "legal")
    current = present()
    form = own.get(reverse("bound_propose", args=[current.pk])).context["form"]
    start = {name: value for name, value in form.initial.items() if value not in (None, "")}
    words = start | {"fine_max": "300000", "from_on": "2027-01-01", "change_reason": "条例修正"}
    words["needs_order"] = ""
    answer = own.post(reverse("bound_propose", args=[current.pk]), words)
    assert answer.status_code == 302
    new = PenaltyBound.objects.get(state="draft")
    assert set(new.bases.all()) == set(current.bases.all())
    assert own.post(reverse("bound_approve", args=[new.pk])).status_code == 403
    assert other.post(reverse("bound_approve", args=[new.pk])).status_code == 302
    shown = own.get(reverse("bound_detail", args=[new.pk])).content.decode()
    assert "20,000–300,000 元" in shown
    assert "条例修正" in shown


def test_the_list_asks_the_database_a_constant_number_of_times(
    ecology: Ways, django_assert_num_queries
):
    page = browser(ecology.own, "legal")
    page.get(reverse("bound_list"))
    with CaptureQueriesContext(connection) as few:
        page.get(reverse("bound_list"))
    for number in range(20):
        PenaltyBound.objects.create(
            code=f"X{number:02}", party="organisation", basis="某", mark="D", state="approved"
        )
    with django_assert_num_queries(len(few)):
        page.get(reverse("bound_list"))
