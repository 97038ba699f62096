"""Papers through their life: draft, number without gaps, seal, scan, correction, archive."""

import datetime as dt
import hashlib
import json
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from agencies.models import Agency
from portal.access import PUBLIC, AgencyKind, Role, job_actor
from portal.clocks import today
from portal.errors import Conflict, Refused
from portal.files.models import StoredFile
from portal.files.services import store_upload
from portal.models import AuditEvent
from portal.papers import numbering, services, templates
from portal.papers.content import Content
from portal.papers.document import pdf
from portal.papers.models import Paper, PaperSeries, Sealing
from portal.papers.printing import Sheet
from portal.papers.selectors import papers_of
from portal.papers.tables import SEALINGS
from portal.papers.word import default_template
from portal.refs import ref
from tests.factories import ActorFactory, AgencyFactory
from tests.portal.lists.checks import assert_list_and_export_agree
from tests.portal.papers.conftest import CONTENT, drafted

DAY = dt.date(2026, 3, 2)
pytestmark = pytest.mark.django_db


def verbs(subject) -> list[str]:
    lines = AuditEvent.objects.filter(stream=ref(subject)).order_by("stream_seq")
    return list(lines.values_list("verb", flat=True))


def scan_of(paper, actor, content=b"%PDF-1.7 scan"):
    upload = SimpleUploadedFile("扫描件.pdf", content)
    return store_upload(upload, purpose="scan", actor=actor, subject_ref=ref(paper))


# --- Numbering ---------------------------------------------------------------------------------


def test_a_numbered_paper_has_number_files_and_an_audit_line(paper, bulletin, chief):
    services.number(paper, on=DAY, actor=chief)
    paper.refresh_from_db()
    assert (paper.number, paper.n, paper.numbered_on) == ("某市监通〔2026〕1号", 1, DAY)
    made = pdf(paper.words, Sheet(paper.agency.name, paper.number, DAY))
    stored = services.bytes_of(paper.pdf_sha256).read_bytes()
    assert (stored, made.pages) == (made.body, paper.pages)
    assert hashlib.sha256(stored).hexdigest() == paper.pdf_sha256
    assert services.bytes_of(paper.docx_sha256).read_bytes()[:2] == b"PK"
    assert verbs(bulletin) == ["paper.draft", "paper.number"]
    facts = json.loads(AuditEvent.objects.get(verb="paper.number").body)["facts"]
    assert (facts["number"], facts["pdf_sha256"]) == (paper.number, paper.pdf_sha256)


def test_each_year_and_series_counts_from_one(bulletin, chief):
    def given(day):
        return services.number(drafted(bulletin, chief), on=day, actor=chief).number

    assert [given(DAY), given(DAY), given(dt.date(2025, 12, 31)), given(DAY)] == [
        "某市监通〔2026〕1号",
        "某市监通〔2026〕2号",
        "某市监通〔2025〕1号",
        "某市监通〔2026〕3号",
    ]


def test_a_numbering_that_is_rolled_back_leaves_no_gap(bulletin, chief):
    with transaction.atomic():
        services.number(drafted(bulletin, chief), on=DAY, actor=chief)
        transaction.set_rollback(True)
    assert services.number(drafted(bulletin, chief), on=DAY, actor=chief).n == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_numberings_get_consecutive_numbers(bulletin, chief):
    """Eight at once, every third rolled back: the others have 1 to 5."""
    papers = [drafted(bulletin, chief) for _n in range(8)]
    problems: list[BaseException] = []
    together = threading.Barrier(8)

    def number(place: int) -> None:
        try:
            together.wait(30)
            with transaction.atomic():
                services.number(papers[place], on=DAY, actor=chief)
                if place % 3 == 0:
                    transaction.set_rollback(True)
        except BaseException as problem:  # noqa: BLE001  # shown by the assertion below
            problems.append(problem)
        finally:
            connection.close()

    runners = [threading.Thread(target=number, args=[place]) for place in range(8)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join(60)
    assert problems == []
    given = Paper.objects.exclude(number="").values_list("n", flat=True)
    assert sorted(given) == [1, 2, 3, 4, 5]
    assert PaperSeries.objects.get().last == 5


@pytest.mark.django_db(transaction=True)
def test_one_paper_numbered_twice_at_once_has_one_number(paper, chief):
    answers: list[str] = []
    together = threading.Barrier(4)

    def number() -> None:
        try:
            together.wait(30)
            answers.append(services.number(Paper(pk=paper.pk), on=DAY, actor=chief).number)
        except Refused as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    runners = [threading.Thread(target=number) for _n in range(4)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join(60)
    assert sorted(answers) == ["wrong_state"] * 3 + ["某市监通〔2026〕1号"]


def test_who_may_not_number_and_what_may_not_be_numbered(paper, bulletin, chief):
    stranger = ActorFactory(roles=[Role.CHIEF])
    reviewer = ActorFactory(agency=paper.agency, roles=[Role.LEGAL])
    for actor in (stranger, reviewer):
        with pytest.raises(PermissionDenied):
            services.number(paper, on=DAY, actor=actor)
    with pytest.raises(Refused, match="不能晚于今天"):
        services.number(paper, on=today() + dt.timedelta(days=1), actor=chief)
    Agency.objects.filter(pk=paper.agency_id).update(document_prefix="")
    with pytest.raises(Refused, match="机关代字"):
        services.number(paper, on=DAY, actor=chief)
    assert not Paper.objects.exclude(number="").exists()
    assert not PaperSeries.objects.filter(last__gt=0).exists()


# --- Frozen from then on -------------------------------------------------------------------------


def test_a_draft_is_rewritten_by_one_at_a_time(paper, bulletin, chief):
    stale = Paper.objects.get(pk=paper.pk)
    services.redraft(paper, content=Content("乙"), actor=chief)
    with pytest.raises(Conflict):
        services.redraft(stale, content=Content("丙"), actor=chief)
    paper.refresh_from_db()
    assert (paper.title, paper.words) == ("乙", Content("乙"))
    assert verbs(bulletin) == ["paper.draft", "paper.redraft"]


def test_a_numbered_paper_is_not_rewritten_by_anybody(paper, chief):
    services.number(paper, on=DAY, actor=chief)
    with pytest.raises(Refused, match="补正"):
        services.redraft(paper, content=Content("乙"), actor=chief)
    for change in (
        {"title": "乙"},
        {"content": {}},
        {"number": "某〔2026〕9号"},
        {"state": "draft"},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            Paper.objects.filter(pk=paper.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).delete()


def test_a_correction_mends_a_numbered_paper_of_the_same_record(paper, bulletin, chief):
    with pytest.raises(Refused, match="尚未编号"):
        drafted(bulletin, chief, corrects=paper)
    services.number(paper, on=DAY, actor=chief)
    mended = drafted(bulletin, chief, corrects=paper)
    assert list(paper.corrections.all()) == [mended]
    with pytest.raises(Refused, match="原单位"):
        drafted(bulletin, chief, corrects=paper, agency=AgencyFactory())


# --- Sealing register, scan ----------------------------------------------------------------------


def test_sealings_are_registered_for_numbered_papers_only(paper, bulletin, chief):
    facts = {"seal": "机关公章", "copies": 3, "actor": chief}
    with pytest.raises(Refused, match="尚未编号"):
        services.seal(paper, on=DAY, **facts)
    services.number(paper, on=DAY, actor=chief)
    for wrong in ({"on": DAY - dt.timedelta(days=1)}, {"on": today() + dt.timedelta(days=1)}):
        with pytest.raises(Refused, match="用印日期"):
            services.seal(paper, **wrong, **facts)
    with pytest.raises(Refused, match="份数"):
        services.seal(paper, on=DAY, **{**facts, "copies": 0})
    with pytest.raises(PermissionDenied):
        services.seal(paper, on=DAY, **{**facts, "actor": ActorFactory(roles=[Role.CHIEF])})
    made = services.seal(paper, on=DAY, **facts)
    assert (made.by_id, made.copies) == (chief.post_id, 3)
    assert verbs(bulletin)[-1] == "paper.seal"


def test_the_register_is_each_agencys_own_and_audits(paper, chief, tmp_path):
    services.number(paper, on=DAY, actor=chief)
    for n in range(1, 10):
        services.seal(paper, seal="机关公章", copies=n, on=DAY, actor=chief)
    rows = assert_list_and_export_agree(SEALINGS, chief, tmp_path, size=4)
    assert len(rows) == 9
    ecology = ActorFactory(agency__kind=AgencyKind.ECOLOGY)
    auditor = ActorFactory(agency__kind=AgencyKind.AUDIT, roles=[Role.AUDITOR])
    assert Paper.objects.visible_to(ecology).exists()
    assert [Sealing.objects.visible_to(who).count() for who in (ecology, auditor)] == [0, 9]


def test_a_scan_belongs_to_its_paper_and_a_better_one_takes_its_place(paper, bulletin, chief):
    services.number(paper, on=DAY, actor=chief)
    other = services.number(drafted(bulletin, chief), on=DAY, actor=chief)
    with pytest.raises(Refused, match="不属于"):
        services.attach_scan(paper, file=scan_of(other, chief), actor=chief)
    for content in (b"%PDF-1", b"%PDF-2"):
        services.attach_scan(paper, file=scan_of(paper, chief, content), actor=chief)
    paper.refresh_from_db()
    assert paper.scan is not None
    assert StoredFile.objects.of(ref(paper)).count() == 2
    ecology = ActorFactory(agency__kind=AgencyKind.ECOLOGY)
    stranger = ActorFactory(agency__kind=AgencyKind.MARKET, agency__sibling=True)
    assert StoredFile.objects.visible_to(ecology).filter(pk=paper.scan_id).exists()
    assert not StoredFile.objects.visible_to(stranger).filter(pk=paper.scan_id).exists()


# --- Who sees what, and the file of a record ------------------------------------------------------


def test_drafts_and_the_secondary_part_stay_inside(paper, bulletin, chief, monkeypatch):
    from portal.papers import kinds
    from portal.papers.choices import Part

    inside = kinds.PaperKind("inner", "内部请示", "请", "bulletin", part=Part.SECONDARY)
    monkeypatch.setitem(kinds._kinds, "inner", inside)
    inner = services.draft("inner", bulletin, content=CONTENT, agency=bulletin.agency, actor=chief)
    auditor = ActorFactory(agency__kind=AgencyKind.AUDIT, roles=[Role.AUDITOR])
    ecology = ActorFactory(agency__kind=AgencyKind.ECOLOGY)

    def seen():
        people = {"own": chief, "auditor": auditor, "ecology": ecology, "public": PUBLIC}
        rows = {who: Paper.objects.visible_to(actor) for who, actor in people.items()}
        return {who: {row.kind for row in found} for who, found in rows.items() if found}

    assert seen() == {"own": {"bulletin", "inner"}, "auditor": {"bulletin", "inner"}}
    for each in (paper, inner):
        services.number(each, on=DAY, actor=chief)
    assert seen() == {
        "own": {"bulletin", "inner"},
        "auditor": {"bulletin", "inner"},
        "ecology": {"bulletin"},
    }


def test_a_kind_narrows_who_sees_its_papers(paper, chief, monkeypatch):
    from portal.papers import kinds

    def own(subjects, actor):
        return subjects.filter(agency_id=actor.agency_id)

    narrow = kinds.PaperKind("bulletin", "通报", "通", "bulletin", visible=own)
    services.number(paper, on=DAY, actor=chief)
    ecology = ActorFactory(agency__kind=AgencyKind.ECOLOGY)
    assert Paper.objects.visible_to(ecology).exists()
    monkeypatch.setitem(kinds._kinds, "bulletin", narrow)
    assert not Paper.objects.visible_to(ecology).exists()
    assert Paper.objects.visible_to(chief).exists()


def test_the_file_of_a_record_counts_pages_and_drafts_have_no_place(bulletin, chief):
    first, second = (drafted(bulletin, chief) for _n in range(2))
    services.number(second, on=DAY, actor=chief)
    services.number(first, on=DAY + dt.timedelta(days=1), actor=chief)
    third = drafted(bulletin, chief)
    filed = papers_of(bulletin, chief)
    assert [each.paper.pk for each in filed] == [second.pk, first.pk, third.pk]
    places = [(each.order, each.first_page, each.last_page) for each in filed]
    assert places == [(1, 1, 1), (2, 2, 2), (None, None, None)]
    assert papers_of(bulletin, ActorFactory(agency__sibling=True)) == []


def test_a_paper_is_about_the_record_its_kind_names(chief, bureau):
    with pytest.raises(ValueError, match="is about bulletin"):
        services.draft("bulletin", bureau, content=CONTENT, agency=bureau, actor=chief)


# --- What an agency sets up ------------------------------------------------------------


def test_a_pattern_applies_from_the_next_number_and_to_the_next_year(bulletin, chief):
    counter = numbering.series_of(bulletin.agency, "通", 2025)
    pattern = "某市监通字[{year}]{n}号"
    numbering.set_series(counter, pattern=pattern, last=17, reason="此前手工编号", actor=chief)
    days = (dt.date(2025, 5, 6), DAY)
    given = [services.number(drafted(bulletin, chief), on=day, actor=chief) for day in days]
    assert [each.number for each in given] == ["某市监通字〔2025〕18号", "某市监通字〔2026〕1号"]


def test_what_an_agency_may_not_set_up(bulletin, chief):
    counter = numbering.series_of(bulletin.agency, "通", 2026)
    good = "{agency}{series}〔{year}〕{n}号"
    officer = ActorFactory(agency=bulletin.agency)
    with pytest.raises(PermissionDenied):
        numbering.set_series(counter, pattern=good, last=0, actor=officer)
    with pytest.raises(Refused, match="占位符"):
        numbering.set_series(counter, pattern="{x}〔{year}〕{n}号", last=0, actor=chief)
    with pytest.raises(Refused, match="写明理由"):
        numbering.set_series(counter, pattern=good, last=5, actor=chief)
    services.number(drafted(bulletin, chief), on=DAY, actor=chief)
    with pytest.raises(Conflict):
        numbering.set_series(counter, pattern=good, last=0, actor=chief)
    counter.refresh_from_db()
    with pytest.raises(Refused, match="只能往后"):
        numbering.set_series(counter, pattern=good, last=0, actor=chief)


def test_an_agencys_template_makes_its_word_files_until_it_is_ended(paper, bulletin, chief):
    upload = SimpleUploadedFile("模板.docx", default_template())
    file = store_upload(upload, purpose="paper_template", actor=chief)
    facts = {"file": file, "agency": bulletin.agency}
    with pytest.raises(PermissionDenied):
        templates.use_template("bulletin", **facts, actor=job_actor("test"))
    templates.use_template("bulletin", **facts, actor=chief)
    again = templates.use_template("bulletin", **facts, actor=chief)
    assert templates.word_of(paper, Sheet("某局"))[:2] == b"PK"
    templates.end_template(again, actor=chief)
    with pytest.raises(Conflict):
        templates.end_template(again, actor=chief)
