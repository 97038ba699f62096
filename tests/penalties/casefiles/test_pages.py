"""The pages of cases: what each person sees and may do, and the way through by forms."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from penalties.casefiles.forms import ACTS
from penalties.cases.workflow import TABLES
from penalties.consultations.models import Consultation
from penalties.models import Case
from portal.papers import services as papers
from portal.papers.models import Paper
from tests.penalties.district import Bureau, Ways

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def browser(own: Bureau, who: str) -> Client:
    client = Client()
    user = get_user_model().objects.get(pk=own.posts[who].user_id)
    client.force_login(user, backend=BACKEND)
    return client


def post(own: Bureau, who: str, name: str, case: Case, **data: Any) -> Any:
    """Post an act's form as this person, the state as the page showed it."""
    state = Case.objects.get(pk=case.pk).state
    address = reverse(f"case_{name}", args=[case.pk])
    return browser(own, who).post(address, {"seen": state, **data})


def state_of(case: Case) -> str:
    return Case.objects.get(pk=case.pk).state


def test_every_move_of_both_tables_has_its_act():
    """Four moves are the other half of an act, chosen by whether the party was told."""
    halves = {
        "pass_legal_heard": "pass_legal",
        "conclude": "discuss",
        "conclude_heard": "discuss",
        "return_discussion": "discuss",
        "return_unheard": "return_decision",
        "perform": "pay",
    }
    for table in TABLES.values():
        for name, step in table.moves.items():
            act = ACTS[halves.get(name, name)]
            assert set(step.sources) & set(act.states), name


def test_a_case_goes_from_the_register_to_the_decision_by_pages(ecology: Ways):
    own = ecology.own
    answer = browser(own, "officer").post(
        reverse("case_create"),
        {
            "institution": ecology.institution.uscc,
            "matter": ecology.allegation().matter.pk,
            "source": "inspection",
            "found_on": "2026-09-01",
            "act_on": "2026-08-20",
            "report_numbers": "HJ-2026-0815，HJ-2026-0816",
            "facts": "采样记录与原始谱图不符。",
            "party": "organisation",
        },
    )
    case = Case.objects.get()
    assert answer.url == case.get_absolute_url()
    assert case.report_numbers == ["HJ-2026-0815", "HJ-2026-0816"]
    for inspector in own.inspectors:
        facts = {"inspector": inspector.pk, "on": "2026-09-01"}
        assert post(own, "officer", "add_investigator", case, **facts).status_code == 302
    assert post(own, "leader", "open", case, on="2026-09-07").status_code == 302
    one, two = own.inspectors
    evidence = {
        "kind": "document",
        "title": "原始记录",
        "obtained_at": "2026-09-08 10:00",
        "place": "档案室",
        "first": one.pk,
        "second": two.pk,
    }
    assert post(own, "officer", "evidence", case, **evidence).status_code == 302
    finish = {
        "report": "事实清楚",
        "outcome": "penalty",
        "kinds": ["fine"],
        "fine": "40000",
        "discretion_reason": "裁量理由",
        "on": "2026-09-14",
    }
    assert post(own, "officer", "finish", case, **finish).status_code == 302
    assert post(own, "officer", "submit", case).status_code == 302
    words = {"opinion": "同意", "on": "2026-09-15"}
    assert post(own, "chief", "pass_review", case, **words).status_code == 302
    tell(own, case)
    early = post(own, "officer", "close_defence", case, on="2026-09-28")
    assert early.status_code == 200
    assert "期限未满" in early.content.decode()
    assert post(own, "officer", "close_defence", case, on="2026-09-30").status_code == 302
    page = browser(own, "officer").get(reverse("case_draft", args=[case.pk]))
    draft = dict(page.context["form"].initial)
    assert post(own, "officer", "draft", case, **draft).status_code == 302
    assert post(own, "officer", "propose", case, on="2026-10-15").status_code == 302
    assert post(own, "officer", "decide", case, on="2026-10-15").status_code == 403
    page = browser(own, "leader").get(reverse("case_decide", args=[case.pk]))
    read = {"on": "2026-10-15", "version": page.context["form"].initial["version"]}
    assert post(own, "leader", "decide", case, **read).status_code == 302
    assert state_of(case) == "decided"
    shown = browser(own, "chief").get(case.get_absolute_url()).content.decode()
    assert "40,000.00 元" in shown


def tell(own: Bureau, case: Case) -> None:
    """The notice is written, numbered from the case's page, and only then served."""
    page = browser(own, "officer").get(reverse("case_draft_notice", args=[case.pk]))
    told = {name: value for name, value in page.context["form"].initial.items() if value}
    words = told | {"intended": "罚款4万元", "on": "2026-09-21"}
    assert post(own, "officer", "draft_notice", case, **words).status_code == 302
    served = {"method": "direct", "served_on": "2026-09-21"}
    unnumbered = post(own, "officer", "notice", case, **served)
    assert "处罚事先告知书尚未编号" in unnumbered.content.decode()
    paper = Paper.objects.get(kind="penalty_notice")
    shown = browser(own, "officer").get(case.get_absolute_url()).content.decode()
    assert shown.count(reverse("paper_number", args=[paper.pk])) == 1
    papers.number(paper, on=dt.date(2026, 9, 21), actor=own.actor("officer"))
    assert post(own, "officer", "notice", case, **served).status_code == 302


def test_a_lead_of_the_other_bureau_is_refused_on_the_form(ecology: Ways):
    answer = browser(ecology.own, "officer").post(
        reverse("case_create"),
        {
            "institution": ecology.institution.uscc,
            "matter": ecology.allegation("M11").matter.pk,
            "source": "own",
            "found_on": "2026-09-01",
            "act_on": "2026-08-20",
            "facts": "报告虚假",
            "party": "organisation",
        },
    )
    assert answer.status_code == 200
    assert "请移送市场监督管理局" in answer.content.decode()
    assert not Case.objects.exists()


@pytest.mark.parametrize("name", sorted(ACTS))
def test_an_act_out_of_its_place_is_refused(ecology: Ways, name: str):
    case = ecology.registered()
    Case.objects.filter(pk=case.pk).update(state="archived")
    post_of = {"leader": ecology.own.posts["leader"], "officer": ecology.own.posts["officer"]}
    answers = {
        browser(ecology.own, who).get(reverse(f"case_{name}", args=[case.pk])).status_code
        for who in [*post_of, "chief", "legal"]
    }
    assert answers <= {403, 409}
    assert 409 in answers


def test_a_page_older_than_the_case_is_a_conflict(ecology: Ways):
    case = ecology.staffed()
    address = reverse("case_open", args=[case.pk])
    stale = {"seen": "investigating", "on": "2026-09-07"}
    answer = browser(ecology.own, "leader").post(address, stale)
    assert answer.status_code == 409
    assert state_of(case) == "verifying"


def test_forms_are_shown_wherever_an_act_is_offered(ecology: Ways):
    """Every page of an act that the case offers opens for who may do it."""
    seen = set()
    drafted = ecology.ready()
    ecology.draft_notice(drafted)
    for case in (
        drafted,
        ecology.staffed(),
        ecology.with_evidence(),
        ecology.reviewing(),
        ecology.noticed(),
        ecology.deciding(),
        ecology.served(),
        ecology.closed(),
    ):
        fresh = Case.objects.get(pk=case.pk)
        for name, act in ACTS.items():
            if fresh.state not in act.states or not act.when(fresh):
                continue
            for who in ("officer", "chief", "leader", "legal"):
                if act.permission(ecology.own.actor(who), fresh):
                    address = reverse(f"case_{name}", args=[case.pk])
                    page = browser(ecology.own, who).get(address)
                    assert page.status_code == 200, name
                    seen.add(name)
    assert {
        "draft_notice",
        "open",
        "notice",
        "draft",
        "decide",
        "pay",
        "close",
        "archive",
        "evidence",
    } <= seen


def test_the_other_bureau_reads_the_head_only(ecology: Ways, market: Ways):
    case = ecology.noticed()
    page = browser(market.own, "officer").get(case.get_absolute_url())
    words = page.content.decode()
    assert page.status_code == 200
    assert case.number in words
    assert case.facts not in words
    assert (
        browser(market.own, "officer").get(reverse("case_pay", args=[case.pk])).status_code == 404
    )


def test_the_peers_head_stands_on_the_page(ecology: Ways, market: Ways):
    theirs, own = market.opened(), ecology.opened()
    words = browser(ecology.own, "officer").get(own.get_absolute_url()).content.decode()
    assert theirs.number in words
    asked = post(
        ecology.own,
        "officer",
        "consult",
        own,
        peer=theirs.pk,
        fining=ecology.own.agency.pk,
        opinion="先立案",
        on="2026-09-17",
    )
    assert asked.status_code == 302
    row = Consultation.objects.get()
    page = browser(market.own, "chief").get(row.get_absolute_url())
    assert own.facts not in page.content.decode()
    answer = browser(market.own, "chief").post(
        reverse("consultation_answer", args=[row.pk]),
        {"seen": "asked", "agrees": "yes", "opinion": "同意", "on": "2026-09-18"},
    )
    assert answer.status_code == 302
    assert Consultation.objects.get().state == "agreed"


def test_the_list_asks_as_often_for_many_cases_as_for_one(
    ecology: Ways, django_assert_num_queries: DjangoAssertNumQueries
):
    ecology.registered()
    client = browser(ecology.own, "leader")
    client.get(reverse("case_list"))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get(reverse("case_list"))
    for _time in range(4):
        ecology.registered()
    with django_assert_num_queries(len(one)):
        page = client.get(reverse("case_list"))
    assert page.content.decode().count("list-row") == 5


def test_the_institutions_page_shows_its_cases(ecology: Ways, market: Ways):
    case = ecology.registered()
    address = ecology.institution.get_absolute_url()
    for who in (ecology.own, market.own):
        assert case.number in browser(who, "chief").get(address).content.decode()
    sibling = Client()
    assert case.number not in sibling.get(address).content.decode()


def test_discussion_by_the_form(ecology: Ways):
    case = ecology.reviewed("E09", {"fine": 500_000})
    assert post(ecology.own, "officer", "to_discussion", case).status_code == 302
    posts = [ecology.own.posts[who] for who in ("leader", "chief", "legal")]
    votes: dict[str, Any] = {"held_on": "2026-09-16", "place": "会议室", "conclusion": "同意"}
    for member in posts:
        votes |= {f"vote_{member.pk}": "agree", f"opinion_{member.pk}": "同意"}
    assert post(ecology.own, "leader", "discuss", case, **votes).status_code == 302
    assert state_of(case) == "reviewed"


def test_a_file_names_what_it_lacks(ecology: Ways):
    case = ecology.closed()
    words = {"retention": "long", "on": "2026-11-03"}
    answer = post(ecology.own, "officer", "archive", case, **words)
    assert "立案审批表" in answer.content.decode()
    for number, kind in enumerate(["opening", "notice", "decision", "receipt", "closing"], 2):
        facts = {"kind": kind, "title": kind, "volume": "main", "page_count": number}
        assert post(ecology.own, "officer", "file_paper", case, **facts).status_code == 302
    assert post(ecology.own, "officer", "archive", case, **words).status_code == 302
    assert state_of(case) == "archived"
    page = browser(ecology.own, "officer").get(case.get_absolute_url()).content.decode()
    assert "第 3–5 页" in page  # after two pages of the first paper
    assert dt.date(2026, 11, 3) == Case.objects.get(pk=case.pk).file.archived_on
