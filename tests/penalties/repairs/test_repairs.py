"""Credit repair: recorded by one, checked by its conditions, decided by another."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from agencies.models import Agency
from institutions.models import Institution
from penalties.models import PenaltyPublication, PublicationVersion, Repair
from penalties.publication import services as publication
from penalties.repairs import rules, selectors, services
from portal.access import PUBLIC, job_actor
from portal.errors import Refused
from portal.models import OutboxMessage
from portal.refs import ref
from sharing.models import Restriction
from tests.penalties.casefiles.test_pages import browser
from tests.penalties.district import Ways, scan

ON = dt.date(2026, 10, 20)
PAID = dt.date(2026, 10, 30)
LATER = dt.date(2027, 2, 1)
WHOLE = rules.Situation(
    kinds=frozenset({"fine"}),
    earliest_end_on=dt.date(2027, 1, 15),
    performed=True,
    committed_on=dt.date(2027, 1, 10),
    harm_removed=True,
    listed=False,
)


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({}, []),
        ({"earliest_end_on": dt.date(2027, 2, 2)}, ["term"]),
        ({"earliest_end_on": None}, []),
        ({"performed": False}, ["performed"]),
        ({"committed_on": None}, ["commitment"]),
        ({"committed_on": dt.date(2027, 2, 2)}, ["commitment"]),
        ({"kinds": frozenset({"stoppage"})}, []),
    ],
)
def test_the_conditions_of_the_credit_platform(changed: dict[str, Any], missing: list[str]):
    assert rules.unmet(rules.credit_conditions(replace(WHOLE, **changed), LATER)) == missing


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({}, []),
        ({"earliest_end_on": None, "committed_on": None}, []),
        ({"kinds": frozenset({"fine", "stoppage"})}, ["kind"]),
        ({"kinds": frozenset({"occupation"})}, ["kind"]),
        ({"kinds": frozenset({"downgrade"})}, ["kind"]),
        ({"kinds": frozenset({"revocation"})}, ["kind"]),
        ({"performed": False}, ["performed"]),
        ({"harm_removed": False}, ["harm"]),
        ({"further_penalties": 1}, ["same_kind"]),
        ({"listed": True}, ["listed"]),
        ({"listed": None}, ["listed"]),
    ],
)
def test_the_conditions_of_the_enterprise_system(changed: dict[str, Any], missing: list[str]):
    assert rules.unmet(rules.market_conditions(replace(WHOLE, **changed))) == missing


def out(way: Ways, run_events: Any, kind: str, code: str = "") -> PenaltyPublication:
    """A publication in public; its fine is paid, both bodies are fully known."""
    body = Institution.objects.filter(pk=way.institution.pk)
    body.update(legal_representative="赵某某")
    Agency.objects.filter(pk=way.own.agency.pk).update(uscc="11310113MB2F00000X")
    fine = {"fine": Decimal(100_000)} if code == "E09" else {}
    case = way.served(code, fine)
    run_events()
    way.pay(case, Decimal(case.fine or 0), PAID)
    row = PenaltyPublication.objects.get(case=case, kind=kind)
    publication.submit(row, actor=way.own.actor("officer"))
    publication.approve(row, publish_on=ON, on=ON, actor=way.own.actor("chief"))
    related = ("case__agency", "case__institution", "decision__case")
    return PenaltyPublication.objects.select_related(*related).get(pk=row.pk)


def application(way: Ways, **changed: Any) -> services.Application:
    facts = {
        "applied_on": dt.date(2026, 12, 1),
        "grounds": "罚款已缴清，已整改。",
        "committed_on": dt.date(2026, 12, 1),
        "commitment": scan(way.own.actor("officer")),
    }
    return services.Application(**(facts | changed))


@pytest.mark.django_db
def test_granted_by_a_second_person_it_ends_and_the_platform_is_told(ecology: Ways, run_events):
    row = out(ecology, run_events, "credit")
    officer, chief = ecology.own.actor("officer"), ecology.own.actor("chief")
    made = services.apply(row, application=application(ecology), actor=officer)
    assert [check.met for check in selectors.checks_of(made, dt.date(2026, 12, 2))] == [True] * 3
    with pytest.raises(PermissionDenied):
        services.grant(made, opinion="同意", on=dt.date(2026, 12, 2), actor=officer)
    services.grant(made, opinion="同意", on=dt.date(2026, 12, 2), actor=chief)
    run_events()
    row.refresh_from_db()
    assert (row.state, row.ends_on) == ("repaired", dt.date(2026, 12, 1))
    public = PenaltyPublication.objects.in_public(dt.date(2026, 12, 2))
    assert not public.filter(pk=row.pk).exists()
    acts = list(row.versions.order_by("number").values_list("act", flat=True))
    assert acts == ["publish", "repair"]
    records = row.decision.credit_records.order_by("number")
    assert [each.act for each in records] == ["publish", "repair"]
    sent = OutboxMessage.objects.get(subject_ref=ref(records[1]))
    payload = json.loads(sent.payload)
    assert (payload["operation"], payload["CF_GSJZQ"]) == ("repair", "2026/12/01")
    publication.note_expired(dt.date(2027, 1, 1), actor=job_actor("test"))
    row.refresh_from_db()
    assert row.expiry_noted_at is None  # it did not expire


@pytest.mark.django_db
def test_a_condition_that_is_not_met_is_named(ecology: Ways, run_events):
    row = out(ecology, run_events, "credit", "E09")  # a general breach: shortest three months
    bare = application(ecology, committed_on=None, commitment=None)
    made = services.apply(row, application=bare, actor=ecology.own.actor("officer"))
    with pytest.raises(Refused) as refusal:
        services.grant(
            made, opinion="同意", on=dt.date(2026, 12, 2), actor=ecology.own.actor("chief")
        )
    assert refusal.value.code == "unmet"
    for words in ("已达到最短公示期", "已公开作出信用承诺", "承诺书：未上传"):
        assert words in str(refusal.value)
    assert "2027-01-15" in str(refusal.value)
    assert PublicationVersion.objects.filter(act="repair").count() == 0


@pytest.mark.django_db
def test_a_refusal_keeps_what_was_checked_and_the_publication_runs_on(ecology: Ways, run_events):
    row = out(ecology, run_events, "credit", "E09")
    made = services.apply(row, application=application(ecology), actor=ecology.own.actor("officer"))
    on = dt.date(2026, 12, 2)
    services.refuse(made, opinion="未到最短公示期", on=on, actor=ecology.own.actor("legal"))
    made.refresh_from_db()
    assert (made.state, made.opinion) == ("refused", "未到最短公示期")
    assert [check["met"] for check in made.checks] == [False, True, True]
    assert PenaltyPublication.objects.visible_to(PUBLIC).in_public(on).filter(pk=row.pk).exists()
    again = services.apply(
        row, application=application(ecology), actor=ecology.own.actor("officer")
    )
    with pytest.raises(Refused) as refusal:
        services.apply(row, application=application(ecology), actor=ecology.own.actor("chief"))
    assert refusal.value.code == "known"
    assert again.pk != made.pk


@pytest.mark.django_db
def test_the_enterprise_system_never_ends_a_revocation_early(market: Ways, run_events):
    row = out(market, run_events, "disclosure")
    facts = {"harm_removed": "已召回报告", "listed": False}
    facts |= {"list_checked_on": dt.date(2026, 12, 1), "commitment": None, "committed_on": None}
    words = application(market, **facts)
    officer, on = market.own.actor("officer"), dt.date(2026, 12, 2)
    line = row.decision.lines.get()
    type(line).objects.filter(pk=line.pk).update(kind="revocation", amount=None)
    with pytest.raises(Refused) as refusal:
        services.apply(row, application=words, actor=officer)
    assert refusal.value.code == "never_early"
    type(line).objects.filter(pk=line.pk).update(kind="fine", amount=line.amount)
    made = services.apply(row, application=words, actor=officer)
    services.grant(made, opinion="同意", on=on, actor=market.own.actor("chief"))
    assert not PenaltyPublication.objects.in_public(on).filter(pk=row.pk).exists()


@pytest.mark.django_db
def test_a_restriction_outlives_the_repair(ecology: Ways, run_events):
    row = out(ecology, run_events, "credit", "E09")
    before = list(Restriction.objects.values())
    assert before
    made = services.apply(
        row,
        application=application(ecology, applied_on=LATER),
        actor=ecology.own.actor("officer"),
    )
    services.grant(made, opinion="同意", on=LATER, actor=ecology.own.actor("chief"))
    run_events()
    assert list(Restriction.objects.values()) == before


@pytest.mark.django_db
def test_recorded_and_decided_on_its_pages(ecology: Ways, run_events):
    row = out(ecology, run_events, "credit", "E09")
    officer, chief = browser(ecology.own, "officer"), browser(ecology.own, "chief")
    shown = officer.get(row.get_absolute_url()).content.decode()
    assert "登记修复申请" in shown
    address = f"/penalties/publications/{row.pk}/repairs/new/"
    facts = {"applied_on": "2026-11-22", "grounds": "已履行", "listed": ""}
    answer = officer.post(address, facts)
    made = Repair.objects.get()
    assert answer.url == made.get_absolute_url()
    page = officer.get(made.get_absolute_url()).content.decode()
    assert "已达到最短公示期" in page
    assert officer.get(f"/penalties/repairs/{made.pk}/grant/").status_code == 403
    words = {"opinion": "不足", "seen": "asked"}
    refused = chief.post(f"/penalties/repairs/{made.pk}/grant/", words)
    assert "不符合修复条件" in refused.content.decode()
    done = chief.post(f"/penalties/repairs/{made.pk}/refuse/", words)
    assert done.status_code == 302
    assert "不足" in chief.get(made.get_absolute_url()).content.decode()
    assert Client().get(made.get_absolute_url()).status_code == 302
