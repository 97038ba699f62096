"""The papers of a case: drafted with each act, complete, and who reads them."""

from __future__ import annotations

import pytest

from penalties.casefiles.selectors import missing_papers
from penalties.decisions.papers import decision_content
from portal.access import PUBLIC, Actor
from portal.clocks import today
from portal.papers import services as papers
from portal.papers.content import Heading, Items
from portal.papers.models import Paper
from tests.penalties.district import Ways, decision_of

pytestmark = pytest.mark.django_db


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
