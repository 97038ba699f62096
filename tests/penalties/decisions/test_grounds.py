"""处罚依据 and 违反条款: chosen from the law's rows, in force, within their bounds, frozen."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest

from penalties.decisions import selectors, services
from penalties.discretion.selectors import Grounds
from penalties.inquiries import services as inquiries
from penalties.models import Case
from portal.errors import Refused
from portal.law.models import LegalBasis
from portal.papers.models import Paper
from portal.refs import ref
from tests.penalties.district import DECIDED_ON, Ways, decision_of

pytestmark = pytest.mark.django_db


def row(law: str, article: str, item: str = "") -> LegalBasis:
    return LegalBasis.objects.get(law=law, article=article, item=item, paragraph="")


def refused(way: Ways, case: Case, grounds: Grounds) -> str:
    officer = way.own.actor("officer")
    services.draft(case, words=way.draft(case, grounds=grounds), actor=officer)
    with pytest.raises(Refused) as refusal:
        services.propose(case, on=DECIDED_ON, actor=officer)
    return str(refusal.value.code)


def test_own_words_alone_are_no_basis(ecology: Ways):
    case = ecology.defended()
    words = Grounds(basis_words="生态环境监测条例第43条第4项", violation_words="同上")
    assert refused(ecology, case, words) == "no_basis"
    chosen = dataclasses.replace(ecology.grounds(case), violated=())
    assert refused(ecology, case, chosen) == "missing_parts"


def test_a_provision_must_be_law_on_the_day_of_the_act_or_of_the_step(ecology: Ways):
    case = ecology.defended()
    over = LegalBasis.objects.create(
        law="旧办法", article="9", mark="V", effective_to=dt.date(2025, 12, 31)
    )
    likely = ecology.grounds(case)
    chosen = dataclasses.replace(likely, bases=[*likely.bases, over])
    assert refused(ecology, case, chosen) == "basis_not_in_force"


def test_a_fine_cites_a_provision_that_sets_its_bounds(ecology: Ways):
    case = ecology.defended()
    other = row("生态环境监测条例", "43", "7")
    chosen = dataclasses.replace(ecology.grounds(case), bases=[other])
    assert refused(ecology, case, chosen) == "basis_of_bounds"


def test_a_fine_above_the_bounds_of_its_basis_is_refused_with_the_bounds(ecology: Ways):
    case = ecology.opened()
    officer = ecology.own.actor("officer")
    inquiries.add_evidence(case, exhibit=ecology.exhibit(), actor=officer)
    words = ecology.proposal(case, fine=Decimal(200_001))
    with pytest.raises(Refused) as refusal:
        inquiries.finish(case, proposal=words, on=dt.date(2026, 9, 14), actor=officer)
    assert refusal.value.code == "fine_above"
    assert "20,000–200,000 元" in str(refusal.value)
    assert "生态环境监测条例第43条第4项" in str(refusal.value)


def test_the_new_law_is_offered_beside_the_law_of_the_act(ecology: Ways):
    """An act of July: the code of August is law on the day of the decision only."""
    case = ecology.registered(act_on=dt.date(2026, 7, 1))
    assert [each.citation() for each in ecology.grounds(case).bases] == [
        "《生态环境监测条例》第43条第4项"
    ]
    form = ecology.notice_form(case)
    notes = {
        str(choice): choice.note
        for _group, choices in form.fields["bases"].choices
        for _pk, choice in choices
    }
    assert notes["《生态环境法典》第1090条"] == "行为之日不适用（从旧兼从轻时选择）"
    assert notes["《生态环境监测条例》第43条第4项"] == ""
    assert "《上海市环境监测社会化服务机构管理办法》" not in notes


def test_the_decision_keeps_its_provisions_as_they_stood(ecology: Ways):
    case = ecology.decided()
    made = decision_of(case)
    assert "《生态环境监测条例》第43条第4项" in made.basis
    article = row("生态环境监测条例", "43", "4")
    assert article in made.bases.all()
    LegalBasis.objects.filter(pk=article.pk).update(law="改名条例", text="新文字")
    made.refresh_from_db()
    assert "《生态环境监测条例》第43条第4项" in made.basis
    assert selectors.citations_of(made) == (
        "《生态环境法典》第1090条；《生态环境监测条例》第43条第4项"
    )
    paper = Paper.objects.get(subject_ref=ref(made))
    assert "《生态环境监测条例》第43条第4项" in str(paper.content)
    assert "改名条例" not in str(paper.content)


def test_the_text_of_a_provision_is_that_of_the_day_of_the_decision(ecology: Ways):
    case = ecology.deciding()
    article = row("生态环境监测条例", "43", "4")
    LegalBasis.objects.filter(pk=article.pk).update(text="条文内容")
    services.decide(case, on=DECIDED_ON, actor=ecology.own.actor("leader"))
    assert "《生态环境监测条例》第43条第4项：条文内容" in decision_of(case).basis


def test_no_penalty_cites_a_basis_and_no_breach(ecology: Ways):
    none = {"outcome": "no_penalty", "fine": Decimal(0), "kinds": (), "factors": ("minor",)}
    case = ecology.ready(proposal=none)
    officer = ecology.own.actor("officer")
    grounds = Grounds(bases=[row("中华人民共和国行政处罚法", "33")])
    words = ecology.draft(case, outcome="no_penalty", lines=(), grounds=grounds)
    services.draft(case, words=words, actor=officer)
    services.propose(case, on=DECIDED_ON, actor=officer)
    assert Case.objects.get(pk=case.pk).state == "deciding"
