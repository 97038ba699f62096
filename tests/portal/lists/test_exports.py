"""Exports: what is in the files, who may make them, how they are made, proven and cleared away."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.http import QueryDict
from django.test import Client

from agencies.models import Agency, Post
from portal.access import Actor, Role
from portal.audit.models import AuditEvent
from portal.clocks import now
from portal.errors import Refused
from portal.lists import services
from portal.lists.exporting import write_export
from portal.lists.models import ExportJob, ExportState
from portal.lists.selection import select
from portal.lists.tasks import expire_exports, make_export, run_waiting_exports
from tests.factories import AgencyFactory
from tests.portal.lists.checks import assert_list_and_export_agree
from tests.portal.lists.conftest import signed_in
from tests.portal.lists.sample import AGENCIES

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portal.lists.sample")]

MARCH_2 = dt.datetime.fromisoformat("2026-03-02")
EXPORT = "/lists/sample_agencies/export/"


def exported(actor: Actor, query: str = "", kind: str = "xlsx") -> ExportJob:
    job = services.request_export(AGENCIES, format=kind, query=query, actor=actor)
    services.run_export(job.pk)
    job.refresh_from_db()
    return job


def content(answer: Any) -> bytes:
    """The client closes the file when the last piece is read."""
    return b"".join(answer.streaming_content)


def fetched(client: Client, job: ExportJob) -> bytes:
    return content(client.get(f"/lists/exports/{job.pk}/file/"))


def facts_of(job: ExportJob, verb: str) -> dict[str, Any]:
    event = AuditEvent.objects.get(subject=f"export:{job.pk}", verb=verb)
    assert event.stream == f"export:{job.pk}"
    body: dict[str, Any] = json.loads(event.body)
    return body


@pytest.mark.parametrize(
    "query", ["", "kind=water", "sort=-ended_on", "q=样本&sort=-name&columns=name,fee,letters"]
)
def test_page_api_and_files_agree(
    agencies: list[Agency], actor: Actor, tmp_path: Path, query: str
) -> None:
    assert assert_list_and_export_agree(AGENCIES, actor, tmp_path, query)


def test_an_empty_list_is_exported_with_its_heads(
    agencies: list[Agency], actor: Actor, tmp_path: Path
) -> None:
    assert assert_list_and_export_agree(AGENCIES, actor, tmp_path, "q=没有这样的") == []
    book = openpyxl.load_workbook(tmp_path / "sample_agencies.xlsx")
    assert [cell.value for cell in book["数据"][1]][:2] == ["单位名称", "代号"]


def test_the_workbook_types_its_cells_and_explains_itself(
    agencies: list[Agency], actor: Actor, files: Path
) -> None:
    Agency.objects.filter(pk=agencies[1].pk).update(code="007", phone="310113198001010018")
    job = exported(actor, "kind=water&sort=name&columns=name,code,ended_on,fee,letters,phone")
    book = openpyxl.load_workbook(files / job.stored_as)
    data, about = book["数据"], book["导出说明"]
    row = data[2]
    assert [cell.value for cell in row] == [
        "样本单位01", "007", MARCH_2, 6, 12345.5, "310113198001010018",
    ]  # fmt: skip
    assert [cell.data_type for cell in row] == ["s", "s", "d", "n", "n", "s"]
    assert [cell.number_format for cell in row] == ["@", "@", "yyyy-mm-dd", "0", "#,##0.00", "@"]
    assert data.freeze_panes == "A2"
    assert data["A1"].font.b
    assert data.column_dimensions["A"].width > 20
    told = {str(cells[0].value): str(cells[1].value) for cells in about.iter_rows(min_row=2)}
    assert told["列表"] == "单位"
    assert told["筛选条件"] == "类别：水务部门"
    assert told["排序"] == "按单位名称升序"
    assert told["行数"] == "3"
    assert told["SHA-256"] == job.sha256
    assert told["导出编号"] == str(job.pk)
    assert told["单位"] == str(Agency.objects.get(pk=actor.agency_id))
    assert told["列：停用日期"] == "日期"


def test_the_csv_comes_with_its_manifest(agencies: list[Agency], actor: Actor, files: Path) -> None:
    job = exported(actor, "kind=water&columns=name,fee", "csv")
    with zipfile.ZipFile(files / job.stored_as) as archive:
        data = archive.read("sample_agencies.csv")
        manifest = json.loads(archive.read("manifest.json"))
    assert data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert lines[:2] == [["单位名称", "费用"], ["样本单位01", "12345.50"]]
    assert manifest["sha256"] == job.sha256
    assert manifest["by"]["job"] == job.pk


def test_an_export_leaves_an_audit_line(agencies: list[Agency], actor: Actor, files: Path) -> None:
    job = exported(actor, "kind=water&columns=name")
    body = facts_of(job, "export.create")
    assert body["actor"]["post"] == actor.post_id
    facts = body["facts"]
    assert facts["list"] == "sample_agencies"
    assert facts["filters"] == [["类别", "水务部门"]]
    assert (facts["rows"], facts["personal"]) == (3, False)
    assert facts["sha256"] == job.sha256


def test_personal_columns_are_flagged_and_kept_from_others(
    agencies: list[Agency], actor: Actor, partner: Actor, files: Path
) -> None:
    assert facts_of(exported(actor), "export.create")["facts"]["personal_columns"] == ["phone"]
    job = exported(partner, "columns=name,phone")
    assert facts_of(job, "export.create")["facts"]["personal"] is False
    book = openpyxl.load_workbook(files / job.stored_as)
    assert [cell.value for cell in book["数据"][1]] == ["单位名称"]


def test_the_button_gives_the_file_at_once(
    agencies: list[Agency], browser: Client, files: Path
) -> None:
    page = browser.get("/sample/?kind=water&sort=-name").context["page"]
    answer = browser.post(EXPORT, {"format": "xlsx", "query": page.query, "next": page.here})
    assert answer.status_code == 200
    assert "filename*=utf-8''%E5%8D%95%E4%BD%8D-" in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(content(answer)))
    names = [row[0].value for row in book["数据"].iter_rows(min_row=2)]
    assert names == ["样本单位05", "样本单位03", "样本单位01"]
    job = ExportJob.objects.get()
    assert facts_of(job, "export.download")["facts"]["sha256"] == job.sha256


def test_a_large_export_is_made_by_a_worker(
    agencies: list[Agency],
    browser: Client,
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    monkeypatch.setattr(services, "AT_ONCE_ROWS", 3)
    asked: list[int] = []
    monkeypatch.setattr(make_export, "delay", asked.append)
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(EXPORT, {"format": "xlsx", "query": "", "next": "/sample/"})
    job = ExportJob.objects.get()
    assert asked == [job.pk]
    assert answer["Location"] == f"/lists/exports/{job.pk}/"
    waiting = browser.get(f"/lists/exports/{job.pk}/").content.decode()
    assert "hx-get" in waiting
    assert browser.get(f"/lists/exports/{job.pk}/file/").status_code == 302
    make_export(job.pk)
    done = browser.get(f"/lists/exports/{job.pk}/", headers={"HX-Request": "true"})
    assert "hx-get" not in done.content.decode()
    assert ExportJob.objects.get().rows_done == 8
    assert fetched(browser, job) == services.path_of(ExportJob.objects.get()).read_bytes()


def test_a_made_export_is_not_made_again(agencies: list[Agency], actor: Actor, files: Path) -> None:
    job = exported(actor)
    make_export(job.pk)
    run_waiting_exports()
    job.refresh_from_db()
    assert job.attempts == 1
    assert AuditEvent.objects.filter(verb="export.create").count() == 1
    assert len(list(files.iterdir())) == 1


def test_a_lost_worker_is_replaced_and_a_poison_export_given_up(
    agencies: list[Agency], actor: Actor, files: Path
) -> None:
    job = services.request_export(AGENCIES, format="csv", query="", actor=actor)
    long_ago = now() - dt.timedelta(hours=1)
    rows = ExportJob.objects.filter(pk=job.pk)
    rows.update(state=ExportState.RUNNING, claimed_at=now(), attempts=1)
    run_waiting_exports()
    assert rows.get().state == ExportState.RUNNING
    rows.update(claimed_at=long_ago)
    run_waiting_exports()
    assert rows.get().state == ExportState.DONE
    rows.update(state=ExportState.RUNNING, claimed_at=long_ago, attempts=5)
    run_waiting_exports()
    assert rows.get().state == ExportState.FAILED


def test_a_fault_is_kept_and_tried_again(
    agencies: list[Agency], actor: Actor, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise OSError("disk full")

    job = services.request_export(AGENCIES, format="xlsx", query="", actor=actor)
    with monkeypatch.context() as patched:
        patched.setattr(services, "write_export", broken)
        services.run_export(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (ExportState.QUEUED, 1)
    assert "disk full" in job.error
    assert not any(files.iterdir())
    run_waiting_exports()
    job.refresh_from_db()
    assert (job.state, job.error) == (ExportState.DONE, "")


def test_a_post_that_ended_gets_nothing(
    agencies: list[Agency], actor: Actor, files: Path, end_post: Any
) -> None:
    job = services.request_export(AGENCIES, format="xlsx", query="", actor=actor)
    end_post(actor)
    services.run_export(job.pk)
    job.refresh_from_db()
    assert job.state == ExportState.REFUSED
    assert not files.exists() or not any(files.iterdir())
    assert facts_of(job, "export.refuse")["facts"]["post"] == actor.post_id
    assert not AuditEvent.objects.filter(verb="export.create").exists()


def test_a_role_that_changed_counts_when_the_file_is_made(
    agencies: list[Agency], actor: Actor, files: Path
) -> None:
    job = services.request_export(AGENCIES, format="xlsx", query="", actor=actor)
    market = Agency.objects.get(pk=actor.agency_id)
    Post.objects.filter(pk=actor.post_id).update(agency=AgencyFactory(kind="water"))
    services.run_export(job.pk)
    job.refresh_from_db()
    heads = [cell.value for cell in openpyxl.load_workbook(files / job.stored_as)["数据"][1]]
    assert "电话" not in heads
    assert market.kind == "market"


def test_exports_are_their_makers_own(
    agencies: list[Agency], actor: Actor, partner: Actor, files: Path
) -> None:
    job = exported(actor)
    stranger = signed_in(partner)
    assert stranger.get(f"/lists/exports/{job.pk}/").status_code == 404
    assert stranger.get(f"/lists/exports/{job.pk}/file/").status_code == 404
    assert fetched(signed_in(actor), job).startswith(b"PK")
    assert job.list_name in {row.list_name for row in ExportJob.objects.visible_to(actor)}


def test_the_list_of_ones_exports(agencies: list[Agency], actor: Actor, files: Path) -> None:
    exported(actor)
    page = signed_in(actor).get("/lists/exports/").context["page"]
    assert [cell.text for cell in page.rows[0].cells][:4] == ["单位", "Excel 工作簿", "已完成", "8"]


def test_files_go_after_seven_days(agencies: list[Agency], actor: Actor, files: Path) -> None:
    job = exported(actor)
    expire_exports()
    assert (files / job.stored_as).is_file()
    assert job.expires_at is not None
    assert dt.timedelta(days=6, hours=23) < job.expires_at - now() <= dt.timedelta(days=7)
    ExportJob.objects.update(expires_at=now() - dt.timedelta(seconds=1))
    expire_exports()
    assert not (files / job.stored_as).exists()
    assert ExportJob.objects.get().state == ExportState.EXPIRED
    assert "已过保留期" in signed_in(actor).get(f"/lists/exports/{job.pk}/").content.decode()


def test_unclear_filters_are_not_exported(
    agencies: list[Agency], actor: Actor, browser: Client, tmp_path: Path
) -> None:
    bad = "ended_on_after=2026-02-30"
    with pytest.raises(Refused, match="未被识别"):
        services.request_export(AGENCIES, format="xlsx", query=bad, actor=actor)
    selection = select(AGENCIES, actor, QueryDict(bad))
    with pytest.raises(Refused):
        write_export(selection, tmp_path / "x.xlsx", "xlsx", by={})
    answer = browser.post(EXPORT, {"format": "xlsx", "query": bad, "next": "/sample/"})
    assert answer["Location"] == "/sample/"
    assert not ExportJob.objects.exists()


@pytest.mark.parametrize("form", [{}, {"format": "exe"}, {"format": "xlsx", "query": "x" * 5000}])
def test_a_broken_form_makes_no_export(browser: Client, form: dict[str, str]) -> None:
    assert browser.post(EXPORT, form).status_code == 302
    assert not ExportJob.objects.exists()


def test_there_is_a_limit_per_hour(
    agencies: list[Agency], actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_EXPORTS_PER_HOUR", 1)
    services.request_export(AGENCIES, format="csv", query="", actor=actor)
    with pytest.raises(Refused, match="次数过多"):
        services.request_export(AGENCIES, format="csv", query="", actor=actor)
    ExportJob.objects.update(created_at=now() - dt.timedelta(hours=2))
    services.request_export(AGENCIES, format="csv", query="", actor=actor)


def test_a_lent_post_exports_small_lists_only(
    agencies: list[Agency], actor: Actor, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    giver = Post.objects.exclude(pk=actor.post_id).first() or Post.objects.create(
        user_id=actor.user_id, agency_id=actor.agency_id, title="科长", roles=[Role.CHIEF],
        from_on=dt.date(2020, 1, 1),
    )  # fmt: skip
    lent = Actor(
        actor.kind, actor.user_id, actor.post_id, giver.pk, actor.agency_id, actor.agency_kind,
        actor.level, actor.region, actor.roles,
    )  # fmt: skip
    job = services.request_export(AGENCIES, format="xlsx", query="", actor=lent)
    services.start_export(job, actor=lent)
    job.refresh_from_db()
    assert job.state == ExportState.DONE
    assert not ExportJob.objects.visible_to(actor).exists()
    again = services.request_export(AGENCIES, format="xlsx", query="", actor=lent)
    make_export(again.pk)
    again.refresh_from_db()
    assert again.state == ExportState.REFUSED
    monkeypatch.setattr(services, "AT_ONCE_ROWS", 3)
    with pytest.raises(Refused, match="代办"):
        services.request_export(AGENCIES, format="xlsx", query="", actor=lent)


def test_unknown_lists_are_not_found(browser: Client) -> None:
    assert browser.post("/lists/nothing/export/", {"format": "xlsx"}).status_code == 404


def test_progress_is_written_down(
    agencies: list[Agency], actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.lists.exporting.CHUNK_ROWS", 2)
    told: list[int] = []
    selection = select(AGENCIES, actor, QueryDict())
    write_export(selection, tmp_path / "x.xlsx", "xlsx", by={}, progress=told.append)
    assert told == [2, 4, 6, 8]
