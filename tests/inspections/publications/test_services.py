"""Results before the public: reviewed, without people, corrected and withdrawn with a trace."""

import pytest
from django.core.exceptions import PermissionDenied

from inspections.models import ResultPublication
from inspections.publications import services
from inspections.publications.choices import PublicationState
from inspections.publications.rules import traces
from inspections.publications.selectors import panel, public_rows, work_items
from portal.access import PUBLIC, AgencyKind
from portal.clocks import today
from portal.clocks.models import Clock
from portal.errors import Conflict, Refused
from portal.models import EventRow
from portal.refs import ref
from tests.factories import ActorFactory

pytestmark = pytest.mark.django_db


def test_people_phones_and_identity_numbers_are_found():
    text = "联系人钱某，电话13800000000或021-56780000，证号310113199001010012。"
    assert traces(text, ["钱某", "某"]) == [
        ("name", "钱某"),
        ("identity", "310113199001010012"),
        ("phone", "13800000000"),
        ("phone", "021-56780000"),
    ]
    assert traces("检查结果：未发现问题。沪市监〔2026〕12号。", ["钱某", ""]) == []


@pytest.fixture
def draft(crew):
    return services.draft(crew.reviewed(), actor=crew.officer)


def test_what_was_not_reviewed_is_not_published(crew):
    with pytest.raises(PermissionDenied, match="复核通过后"):
        services.draft(crew.resulted(), actor=crew.officer)
    stranger = ActorFactory(agency__kind=AgencyKind.WATER)
    with pytest.raises(PermissionDenied):
        services.draft(crew.reviewed(), actor=stranger)


def test_the_draft_says_results_and_matters_but_no_facts(crew):
    visit = crew.opened()
    crew.finding(visit, facts="委托单位甲公司的报告由钱某代签。")
    made = services.draft(crew.reviewed(crew.signed(visit), "09"), actor=crew.officer)
    assert "发现问题待后续处理" in made.text
    assert "M09 的违法行为" in made.text
    assert "甲公司" not in made.text
    assert made.codes == [["09", "发现问题待后续处理"]]
    with pytest.raises(Conflict):
        services.draft(visit, actor=crew.officer)


def test_publishing_stops_the_clock_and_reaches_everybody(crew, draft):
    assert list(public_rows()) == []
    with pytest.raises(PermissionDenied, match="负责人"):
        services.publish(draft, actor=crew.officer)
    services.publish(draft, actor=crew.chief)
    assert draft.state == PublicationState.PUBLISHED
    assert Clock.objects.get(ref=ref(draft.visit)).stopped_on == today()
    assert list(public_rows(draft.uscc)) == [draft]
    assert list(public_rows(draft.institution_name[2:6])) == [draft]
    assert list(public_rows("没有这家")) == []
    assert EventRow.objects.filter(name="result.published", record_pk=draft.pk).exists()
    with pytest.raises(Refused, match="以更正版"):
        services.draft(draft.visit, actor=crew.officer)


def test_a_text_that_names_people_stays_inside(crew, draft):
    named = f"{draft.text}现场负责人钱某。电话13800000000。"
    services.edit(draft, text=named, version=1, actor=crew.officer)
    with pytest.raises(Conflict):
        services.edit(draft, text="旧", version=1, actor=crew.officer)
    with pytest.raises(Refused, match="钱某") as refusal:
        services.publish(draft, actor=crew.chief)
    assert "13800000000" in str(refusal.value)
    services.edit(draft, text="检查结果：未发现问题。", version=2, actor=crew.officer)
    services.publish(draft, actor=crew.chief)
    with pytest.raises(PermissionDenied, match="以更正版"):
        services.edit(draft, text="x", version=3, actor=crew.officer)


def test_a_correction_is_a_new_edition_with_its_reason(crew, draft):
    with pytest.raises(PermissionDenied, match="公示中"):
        services.correct(draft, reason="笔误", actor=crew.officer)
    services.publish(draft, actor=crew.chief)
    with pytest.raises(Refused, match="理由"):
        services.correct(draft, reason=" ", actor=crew.officer)
    second = services.correct(draft, reason="笔误", actor=crew.officer)
    assert list(public_rows()) == [draft]
    services.publish(second, actor=crew.chief)
    draft.refresh_from_db()
    assert (draft.state, second.edition) == (PublicationState.REPLACED, 2)
    assert list(public_rows()) == [second]


def test_whoever_wrote_the_words_does_not_publish_them(crew, draft):
    services.publish(draft, actor=crew.chief)
    own = services.correct(draft, reason="文字有误", actor=crew.chief)
    services.edit(own, text="更正后的内容", version=own.version, actor=crew.chief)
    with pytest.raises(PermissionDenied, match="不能自行公示"):
        services.publish(own, actor=crew.chief)
    services.publish(own, actor=crew.leaders[1])
    assert own.state == "published"


def test_a_withdrawal_takes_it_from_the_public_and_keeps_the_trace(crew, draft):
    with pytest.raises(Refused, match="当前状态"):
        services.withdraw(draft, reason="x", actor=crew.chief)
    services.publish(draft, actor=crew.chief)
    with pytest.raises(Refused, match="理由"):
        services.withdraw(draft, reason="", actor=crew.chief)
    services.withdraw(draft, reason="检查程序有误", actor=crew.chief)
    assert (draft.state, draft.withdrawn_reason) == (PublicationState.WITHDRAWN, "检查程序有误")
    assert list(public_rows()) == []
    assert services.draft(draft.visit, actor=crew.officer).edition == 2


def test_what_is_published_stays_as_it_was_when_the_institution_is_renamed(crew, draft):
    services.publish(draft, actor=crew.chief)
    name = draft.institution_name
    draft.visit.institution.name = "改名后的机构"
    draft.visit.institution.save()
    assert ResultPublication.objects.visible_to(PUBLIC).get().institution_name == name


def test_who_sees_drafts(crew, draft):
    rows = ResultPublication.objects
    own = type(PUBLIC)(kind="institution", institution_id=draft.visit.institution_id)
    water = ActorFactory(agency__kind=AgencyKind.WATER)
    assert rows.visible_to(crew.ecology_officer).count() == 1
    for actor in (own, water, PUBLIC):
        assert rows.visible_to(actor).count() == 0, actor
    [item] = work_items(crew.chief, today())
    assert item.url == draft.get_absolute_url()
    assert panel(draft.visit, crew.officer)[1]["publications"][0][0] == draft
    assert panel(draft.visit, own) is None
