"""A superior's draw: what its workbook is held against, two people, the visits, what pages say."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from agencies.models import Inspector
from inspections.draws import services as draws
from inspections.draws.choices import DrawState, ImportState, Origin
from inspections.draws.models import Draw, DrawImport, Seat
from inspections.draws.selectors import record_url
from inspections.imports import services, sheets
from inspections.plans.choices import BatchState
from inspections.recusals.models import Recusal
from inspections.replacements import services as replacements
from inspections.visits.models import Visit
from institutions.registry.choices import StandingKind
from institutions.registry.services import set_standing
from portal.access import Role, job_actor
from portal.errors import Refused
from portal.models import AuditEvent, StoredFile
from portal.refs import ref
from tests.factories import ActorFactory, InstitutionFactory
from tests.inspections.ceremonies import makers
from tests.inspections.ceremonies.makers import FIRST_DAY, stage
from tests.inspections.imports.makers import (
    FACTS,
    begun,
    confirmed,
    issues,
    people,
    row,
    source,
    submitted,
    workbook,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def test_a_confirmed_import_makes_the_draw_its_seats_and_the_visits(run_events: Any):
    here = stage()
    draw = confirmed(here)
    run_events()
    here.batch.refresh_from_db()
    assert (draw.origin, draw.state, draw.attempt) == (Origin.SUPERIOR, DrawState.EXECUTED, 1)
    assert here.batch.state == BatchState.DRAWN
    assert draw.imported.picked_count == 2
    assert (draw.imported.state, draw.imported.confirmed_by_id) == (
        *(ImportState.CONFIRMED, here.eco.post_id),
    )
    visits = Visit.objects.filter(batch=here.batch)
    assert {each.institution for each in visits} == set(here.institutions[:2])
    assert {each.draw_ref for each in visits} == {ref(draw)}
    assert {each.members.count() for each in visits} == {4}
    verbs = AuditEvent.objects.values_list("verb", flat=True)
    assert {"drawimport.begin", "drawimport.submit", "drawimport.confirm", "draw.import"} <= set(
        verbs
    )


def test_the_source_files_are_kept_with_their_hash_for_those_who_see_the_import():
    here = stage()
    imported = begun(here)
    [kept] = (
        StoredFile.objects.visible_to(here.eco).of(ref(imported)).filter(purpose=services.SOURCE)
    )
    event = AuditEvent.objects.get(verb="drawimport.begin", subject=ref(imported))
    assert kept.sha256 in str(event.body)
    stranger = ActorFactory(agency__kind="water")
    assert not StoredFile.objects.visible_to(stranger).of(ref(imported)).exists()
    assert not DrawImport.objects.visible_to(stranger).exists()


def test_every_mistake_is_told_at_its_cell():
    here = stage()
    known, outside = people(here), InstitutionFactory(sibling=True)
    gone, late = here.institutions[3], known["mkt"][2]
    type(gone).objects.filter(pk=gone.pk).update(status="deregistered")
    Inspector.objects.filter(pk=late.pk).update(valid_to=dt.date(2026, 1, 1))
    Recusal.objects.create(
        inspector=known["eco"][0],
        institution=here.institutions[5],
        reason="亲属",
        from_on=FIRST_DAY,
    )
    rows = [
        row(here, 0),
        row(here, 0),
        row(here, 1, uscc="91310113MA1K00000A"),
        row(here, 2, uscc=outside.uscc),
        row(here, 3),
        row(here, 4, seat_eco_lead="SH-9999-9999", seat_mkt_lead=late.certificate_number),
        row(here, 5),
        row(here, 6, seat_eco_second=known["eco"][0].certificate_number),
        row(here, 7, seat_eco_lead=known["mkt"][3].certificate_number),
    ]
    told = issues(begun(here, *rows), here.mkt)
    assert set(told) == {
        ("A5", "duplicate", "validity"),
        ("A6", "uscc", "validity"),
        ("A7", "out_of_scope", "validity"),
        ("A8", "excluded_deregistered", "validity"),
        ("C9", "unknown_inspector", "validity"),
        ("E9", "expired", "validity"),
        ("C10", "recused", "validity"),
        ("D11", "twice", "validity"),
        ("C12", "other_department", "validity"),
    }


def test_a_right_code_that_is_not_registered_is_told():
    here = stage()
    code = InstitutionFactory().uscc
    type(here.institutions[0]).objects.filter(uscc=code).delete()
    assert issues(begun(here, row(here, 0, uscc=code)), here.mkt) == [("A4", "unknown", "validity")]


def test_what_looks_odd_needs_its_reason():
    here = stage()
    set_standing(
        [here.institutions[0].pk],
        kind=StandingKind.OPEN_CHECK,
        value="special",
        source="test:1",
        from_on=dt.date(2026, 1, 1),
        actor=job_actor("test"),
    )
    imported = begun(here, row(here, 0, name="另一个名称", seat_mkt_second=""))
    told = issues(imported, here.mkt)
    assert {each[1:] for each in told} == {
        ("excluded_open_check", "plausible"),
        ("name", "plausible"),
        ("empty_seat", "plausible"),
    }
    with pytest.raises(Refused, match="理由"):
        services.submit(imported, is_clean=True, doubts=3, actor=here.mkt)
    services.submit(imported, is_clean=True, doubts=3, reason="市局已说明", actor=here.mkt)
    draw = services.confirm(
        imported, teams=sheets.examine(imported, here.eco).teams, actor=here.eco
    )
    assert Seat.objects.filter(draw=draw, inspector=None).count() == 1
    assert draw.imported.doubts_reason == "市局已说明"


def test_a_workbook_with_errors_is_neither_handed_in_nor_confirmed():
    here = stage()
    imported = begun(here, row(here, 0, seat_eco_lead="SH-9999-9999"))
    with pytest.raises(Refused, match="还有错误"):
        services.submit(imported, is_clean=False, doubts=0, actor=here.mkt)
    services.replace_workbook(imported, workbook=workbook(here, row(here, 0)), actor=here.mkt)
    services.submit(imported, is_clean=True, doubts=0, actor=here.mkt)
    with pytest.raises(Refused, match="退回"):
        services.replace_workbook(imported, workbook=workbook(here, row(here, 1)), actor=here.mkt)
    Inspector.objects.filter(agency=here.eco.agency_id).update(ended_on=dt.date(2026, 11, 1))
    found = sheets.examine(imported, here.eco)
    assert (found.teams, bool(found.blocking)) == ([], True)
    with pytest.raises(Refused, match="有了变化"):
        services.confirm(imported, teams=found.teams, actor=here.eco)
    assert not Draw.objects.exists()


def test_the_one_who_recorded_it_cannot_confirm_it():
    here = stage()
    imported = submitted(here)
    teams = sheets.examine(imported, here.mkt).teams
    with pytest.raises(PermissionDenied, match="第二人"):
        services.confirm(imported, teams=teams, actor=here.mkt)
    with pytest.raises(PermissionDenied):
        services.confirm(imported, teams=teams, actor=ActorFactory(roles=[Role.OFFICER]))
    assert not Draw.objects.exists()


def test_a_returned_import_is_mended_and_a_discarded_one_frees_the_batch():
    here = stage()
    imported = submitted(here)
    with pytest.raises(Refused, match="已有一份"):
        begun(here)
    services.return_import(imported, reason="缺第二页", actor=here.eco)
    assert imported.state == ImportState.DRAFT
    services.add_source(imported, source=source("第二页.pdf"), actor=here.mkt)
    assert StoredFile.objects.filter(subject_ref=ref(imported), name="第二页.pdf").exists()
    services.discard(imported, reason="上级撤回", actor=here.mkt)
    assert begun(here).state == ImportState.DRAFT


def test_a_batch_is_drawn_here_or_above_never_both():
    here = stage()
    makers.frozen(here)
    with pytest.raises(Refused, match="正在进行"):
        begun(here)
    other = stage()
    confirmed(other)
    with pytest.raises(Refused, match="已经抽取"):
        draws.open_draw(other.batch, actor=other.mkt)
    third = stage()
    imported = submitted(third)
    makers.frozen(third)
    teams = sheets.examine(imported, third.eco).teams
    with pytest.raises(Refused, match="正在进行"):
        services.confirm(imported, teams=teams, actor=third.eco)


def test_the_sources_are_not_optional():
    here = stage()
    book = workbook(here, row(here, 0))
    with pytest.raises(Refused, match="来源文件"):
        services.begin(here.batch, workbook=book, sources=[], actor=here.mkt, **FACTS)


def test_a_confirmed_import_has_its_draw_by_the_database_too():
    here = stage()
    imported = submitted(here)
    with (
        pytest.raises(IntegrityError, match="a_confirmed_import_has_its_draw"),
        transaction.atomic(),
    ):
        DrawImport.objects.filter(pk=imported.pk).update(state=ImportState.CONFIRMED)


def test_nothing_of_a_superiors_draw_is_computed_here():
    here = stage()
    draw = confirmed(here)
    institution = here.institutions[0]
    for act in (draws.freeze, makers.ceremony.execute):
        with pytest.raises(Refused):
            act(draw, actor=here.mkt)
    with pytest.raises(Refused, match="不能按规则替换"):
        replacements.replace(
            draw, kind="supplementary", institution=institution, reason="停业", actor=here.mkt
        )


def test_the_public_reads_that_it_cannot_be_computed_again_and_no_claim_of_verification():
    here = stage()
    draw = confirmed(here)
    page = Client().get(f"/public/draws/{draw.pk}/").content.decode()
    assert "上级平台抽取，本平台不能复算" in page
    assert "verify_draw" not in page
    assert "验证" not in page
    assert here.institutions[0].name not in page
    assert "通知.pdf" not in page
    told = Client().get("/api/v1/draws/").json()["results"]
    [line] = [each for each in told if each["origin"] == "superior"]
    assert (line["superior_platform"], line["superior_number"]) == (
        *(FACTS["platform"], FACTS["number"]),
    )
    assert (line["record_url"], line["picked"], line["pool_hash"]) == (None, 2, None)


def test_the_names_become_public_after_the_last_visit():
    here = stage()
    draw = confirmed(here)
    Draw.objects.filter(pk=draw.pk).update(state=DrawState.PUBLISHED)
    draw.refresh_from_db()
    page = Client().get(f"/public/draws/{draw.pk}/").content.decode()
    assert here.institutions[0].name in page
    assert "检查员" not in page
    assert record_url(draw) is None
