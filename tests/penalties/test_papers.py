"""The papers of a case: drafted with each act, complete, and who reads them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from penalties.casefiles.selectors import missing_papers
from penalties.decisions import services as decisions
from penalties.decisions.papers import decision_content
from penalties.models import Decision, PriorNotice
from portal.access import PUBLIC, Actor
from portal.clocks import today
from portal.errors import Refused
from portal.papers import services as papers
from portal.papers.content import Heading, Items
from portal.papers.models import Paper
from portal.papers.printing import Sheet, printed
from tests.penalties.district import DECIDED_ON, SERVED_ON, Ways, decision_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_each_act_drafts_its_paper(ecology: Ways):
    ecology.closed()
    kinds = list(Paper.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == [
        "penalty_opening",
        "penalty_notice",
        "penalty_decision",
        "penalty_receipt",
        "penalty_closing",
    ]


def test_the_decision_prints_every_part_of_article_59(ecology: Ways):
    case = ecology.decided()
    content = decision_content(decision_of(case))
    headings = [each.text for each in content.blocks if isinstance(each, Heading)]
    assert headings == [
        "违法事实和证据",
        "违反的规定",
        "依据和裁量",
        "处罚的种类和内容",
        "履行方式和期限",
        "救济途径和期限",
    ]
    [lines] = [each for each in content.blocks if isinstance(each, Items)]
    assert lines.items == ("罚款 40000.00 元",)
    assert content.title == "行政处罚决定书"
    assert content.addressee == case.institution.name


def test_the_institution_reads_what_was_served_on_it_and_nothing_else(ecology: Ways):
    case = ecology.decided()
    own = Actor(kind="institution", institution_id=case.institution_id)
    stranger = Actor(kind="institution", institution_id=case.institution_id + 1)
    chief = ecology.own.actor("chief")
    for paper in Paper.objects.filter(number="").exclude(kind="penalty_decision"):
        papers.number(paper, on=today(), actor=chief)
    seen = set(Paper.objects.visible_to(own).values_list("kind", flat=True))
    assert seen == {"penalty_notice"}  # the decision is not served yet
    ecology.serve(case)
    seen = set(Paper.objects.visible_to(own).values_list("kind", flat=True))
    assert seen == {"penalty_notice", "penalty_decision"}  # the receipt is a draft still
    assert not Paper.objects.visible_to(stranger).exists()
    assert not Paper.objects.visible_to(PUBLIC).exists()


def test_the_other_bureau_reads_no_papers(ecology: Ways, market: Ways):
    ecology.served()
    assert not Paper.objects.visible_to(market.own.actor("chief")).exists()


def test_a_numbered_paper_is_no_longer_missing(ecology: Ways):
    case = ecology.opened()
    assert missing_papers(case) == ["立案审批表"]
    papers.number(Paper.objects.get(), on=today(), actor=ecology.own.actor("chief"))
    assert missing_papers(case) == []


def test_papers_of_a_person_are_not_the_institutions(ecology: Ways):
    facts = {"party": "person", "person_name": "张三丰", "person_post": "采样员"}
    case = ecology.served("E09", {"fine": Decimal(20_000)}, **facts)
    chief = ecology.own.actor("chief")
    receipt = Paper.objects.get(kind="penalty_receipt")
    papers.number(receipt, on=today(), actor=chief)
    own = Actor(kind="institution", institution_id=case.institution_id)
    assert not Paper.objects.visible_to(own).exists()
    assert not PriorNotice.objects.visible_to(own).exists()
    assert not Decision.objects.visible_to(own).exists()
    assert Paper.objects.visible_to(ecology.own.actor("leader")).count() == 4


def test_a_decision_prints_the_day_on_which_it_was_made(ecology: Ways):
    case = ecology.decided()
    paper = Paper.objects.get(kind="penalty_decision")
    with pytest.raises(Refused) as refusal:
        papers.number(paper, on=DECIDED_ON - DAY, actor=ecology.own.actor("chief"))
    assert refusal.value.code == "paper_date"
    late = dt.date(2026, 11, 20)
    papers.number(paper, on=late, actor=ecology.own.actor("chief"))
    sheet = Sheet("示范局", paper.number, paper.numbered_on)
    assert printed(paper.words, sheet)["closing"] == [case.agency.name, "2026年10月15日"]
    delivery = decisions.Delivery("direct", SERVED_ON, "王某某", "机构")
    with pytest.raises(Refused) as refusal:
        decisions.serve(case, delivery=delivery, actor=ecology.own.actor("officer"))
    assert refusal.value.code == "before_number"
