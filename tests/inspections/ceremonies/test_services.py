"""The ceremony: each step beside its refusals, and what can be recomputed afterwards."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client

from agencies.models import Inspector
from inspections.ceremonies import services as ceremony
from inspections.draws import permissions, rules, selectors, services
from inspections.draws.choices import DrawState
from inspections.draws.models import Draw, Seat
from inspections.plans.choices import BatchState
from inspections.recusals.models import Recusal
from inspections.visits.choices import VisitState
from inspections.visits.models import Visit
from inspections.visits.services import follow_batch
from portal.access import PUBLIC, job_actor
from portal.errors import Refused
from portal.models import AuditEvent
from tests.factories import ActorFactory
from tests.inspections.ceremonies.makers import (
    FIRST_DAY,
    committed,
    executed,
    frozen,
    revealed,
    secret_and_value,
    stage,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def test_a_draw_of_two_bureaus_can_be_recomputed_from_its_record():
    here = stage()
    draw = executed(here)
    assert draw.state == DrawState.EXECUTED
    steps = rules.verify(draw.record_text.encode(), draw.annex_text.encode(), draw.record_hash)
    assert [str(step) for step in steps if not step.ok] == []
    assert len({seat.institution_id for seat in Seat.objects.filter(draw=draw)}) == 5
    assert Seat.objects.filter(draw=draw, inspector=None).count() == 0
    here.batch.refresh_from_db()
    assert here.batch.state == BatchState.DRAWN
    told = AuditEvent.objects.filter(subject=f"draw:{draw.pk}").values_list("verb", flat=True)
    assert {"draw.open", "draw.freeze", "draw.commit", "draw.reveal", "draw.execute"} <= set(told)


def test_each_team_has_two_of_each_bureau():
    here = stage()
    draw = executed(here)
    for institution in {seat.institution_id for seat in Seat.objects.filter(draw=draw)}:
        kinds = [
            seat.inspector.agency.kind
            for seat in Seat.objects.filter(draw=draw, institution=institution)
            if seat.inspector is not None
        ]
        assert sorted(kinds) == ["ecology", "ecology", "market", "market"]


def test_a_batch_is_drawn_once():
    here = stage()
    executed(here)
    with pytest.raises(Refused, match="已经抽取"):
        services.open_draw(here.batch, actor=here.mkt)


def test_one_attempt_at_a_time():
    here = stage()
    services.open_draw(here.batch, actor=here.mkt)
    with pytest.raises(Refused, match="正在进行"):
        services.open_draw(here.batch, actor=here.eco)


def test_an_empty_pool_cannot_be_frozen():
    here = stage(institutions=0)
    draw = services.open_draw(here.batch, actor=here.mkt)
    with pytest.raises(Refused, match="没有可抽取的机构"):
        services.freeze(draw, actor=here.mkt)


def test_a_pool_that_cannot_be_staffed_names_the_institution_and_the_seat():
    here = stage(people=2)
    ecologist = Inspector.objects.filter(agency=here.eco.agency_id)
    for one in ecologist:
        Recusal.objects.create(
            inspector=one, institution=here.institutions[0], reason="曾任职", from_on=FIRST_DAY
        )
    draw = services.open_draw(here.batch, actor=here.mkt)
    with pytest.raises(Refused, match=here.institutions[0].name):
        services.freeze(draw, actor=here.mkt)
    services.exclude(
        draw, institution=here.institutions[0], reason="两局人员均须回避", actor=here.mkt
    )
    services.freeze(draw, actor=here.mkt)
    draw.refresh_from_db()
    reasons = {each["id"]: each["reason"] for each in draw.public["excluded"]}
    assert reasons == {here.institutions[0].uscc: "两局人员均须回避"}


def test_nobody_visits_where_recused():
    here = stage(ratio=10_000)
    one = Inspector.objects.filter(agency=here.mkt.agency_id).first()
    assert one is not None
    for institution in here.institutions[:5]:
        Recusal.objects.create(
            inspector=one, institution=institution, reason="亲属", from_on=FIRST_DAY
        )
    draw = executed(here)
    visited = Seat.objects.filter(draw=draw, inspector=one).values_list("institution", flat=True)
    assert not {each.pk for each in here.institutions[:5]} & set(visited)
    assert len(draw.annex["conflicts"]) == 5


def test_a_struck_institution_is_not_drawn_and_the_list_closes_with_the_first_commitment():
    here = stage(ratio=10_000)
    draw = frozen(here)
    gone = here.institutions[0].uscc
    services.strike(draw, uscc=gone, reason="已注销", evidence="登记机关公告", actor=here.mkt)
    _secret, value = secret_and_value(draw, "ECO")
    ceremony.commit(draw, value=value, actor=here.eco)
    with pytest.raises(Refused, match="剔除名单已经关闭"):
        services.strike(
            draw, uscc=here.institutions[1].uscc, reason="停业", evidence="现场", actor=here.mkt
        )
    kept, value = secret_and_value(draw, "MKT")
    ceremony.commit(draw, value=value, actor=here.mkt)
    ceremony.reveal(draw, secret=_secret, actor=here.eco)
    ceremony.reveal(draw, secret=kept, actor=here.mkt)
    ceremony.execute(draw, actor=here.mkt)
    assert gone not in Seat.objects.filter(draw=draw).values_list("institution__uscc", flat=True)
    assert Seat.objects.filter(draw=draw).values("institution").distinct().count() == 9


def test_a_stranger_is_no_party():
    here = stage()
    draw = frozen(here)
    stranger = ActorFactory()
    _secret, value = secret_and_value(draw, "MKT")
    with pytest.raises(PermissionDenied):
        ceremony.commit(draw, value=value, actor=stranger)


def test_a_party_commits_once():
    here = stage()
    draw = frozen(here)
    _secret, value = secret_and_value(draw, "ECO")
    ceremony.commit(draw, value=value, actor=here.eco)
    with pytest.raises(Refused, match="已经承诺"):
        ceremony.commit(draw, value=value, actor=here.eco)


def test_a_reveal_must_open_its_commitment():
    here = stage()
    draw, kept = committed(here)
    with pytest.raises(Refused, match="不符"):
        ceremony.reveal(draw, secret=kept["MKT"], actor=here.eco)
    with pytest.raises(Refused):
        ceremony.reveal(draw, secret="zz", actor=here.eco)
    assert draw.commitments.exclude(secret="").count() == 0


def test_in_one_sitting_a_wrong_secret_reveals_neither():
    here = stage()
    draw, kept = committed(here)
    with pytest.raises(Refused, match="不符"):
        ceremony.together(
            partial(ceremony.reveal, draw, secret=kept["ECO"], actor=here.eco),
            partial(ceremony.reveal, draw, secret="0" * 64, actor=here.mkt),
        )
    assert draw.commitments.exclude(secret="").count() == 0
    for party, actor in (("ECO", here.eco), ("MKT", here.mkt)):
        ceremony.reveal(draw, secret=kept[party], actor=actor)
    draw.refresh_from_db()
    assert draw.state == DrawState.REVEALED


@pytest.mark.parametrize("step", ["commit", "reveal", "execute", "strike"])
def test_a_skipped_step_is_refused(step: str):
    here = stage()
    draw = services.open_draw(here.batch, actor=here.mkt)
    acts: dict[str, Any] = {
        "commit": lambda: ceremony.commit(draw, value="0" * 64, actor=here.mkt),
        "reveal": lambda: ceremony.reveal(draw, secret="0" * 64, actor=here.mkt),
        "execute": lambda: ceremony.execute(draw, actor=here.mkt),
        "strike": lambda: services.strike(draw, uscc="x", reason="x", evidence="x", actor=here.mkt),
    }
    with pytest.raises(Refused, match="准备中"):
        acts[step]()


def test_a_missed_reveal_voids_the_attempt_names_the_party_and_starts_the_next():
    here = stage()
    due = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
    draw = frozen(here, reveal_due_at=due)
    draw, kept = committed(here, draw)
    ceremony.reveal(draw, secret=kept["MKT"], actor=here.mkt)
    following = ceremony.void(draw, reason="未在截止时间前揭示", party="ECO", actor=here.mkt)
    draw.refresh_from_db()
    assert (draw.state, draw.void_party) == (DrawState.VOID, "ECO")
    assert (following.attempt, following.state) == (2, DrawState.FROZEN)
    assert following.pool_hash == draw.pool_hash
    steps = rules.verify(draw.record_text.encode(), None, draw.record_hash)
    assert [str(step) for step in steps if not step.ok] == []
    again = executed(here, following)
    assert again.record["attempt"] == 2


def test_the_job_voids_what_is_overdue_once(monkeypatch: pytest.MonkeyPatch):
    here = stage()
    due = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
    draw, kept = committed(here, frozen(here, reveal_due_at=due))
    ceremony.reveal(draw, secret=kept["MKT"], actor=here.mkt)
    assert ceremony.void_overdue(actor=job_actor("draws")) == 0
    monkeypatch.setattr(ceremony, "now", lambda: due + dt.timedelta(minutes=1))
    assert ceremony.void_overdue(actor=job_actor("draws")) == 1
    assert ceremony.void_overdue(actor=job_actor("draws")) == 0
    draw.refresh_from_db()
    assert (draw.state, draw.void_party) == (DrawState.VOID, "ECO")


def test_no_void_once_both_have_revealed():
    here = stage()
    draw = revealed(here)
    with pytest.raises(Refused):
        ceremony.void(draw, reason="不满意", actor=here.mkt)


def test_after_two_missed_reveals_the_superior_takes_the_place():
    here = stage()
    draw = frozen(here)
    for _n in range(2):
        draw, _kept = committed(here, draw)
        draw = ceremony.void(draw, reason="未揭示", party="ECO", actor=here.mkt)
    assert set(permissions.parties(draw)) == {"MKT", "SUP"}
    with pytest.raises(PermissionDenied):
        ceremony.commit(draw, value="0" * 64, actor=here.eco)
    for party, actor in (("SUP", here.sup), ("MKT", here.mkt)):
        _secret, value = secret_and_value(draw, party)
        ceremony.commit(draw, value=value, actor=actor)
    draw.refresh_from_db()
    assert draw.state == DrawState.COMMITTED


def test_a_single_bureau_draws_with_its_superior():
    here = stage(joint=False)
    draw = frozen(here)
    assert set(permissions.parties(draw)) == {"MKT", "SUP"}


def test_names_stay_inside_until_the_last_visit():
    here = stage()
    draw = executed(here)
    partner = ActorFactory(agency__kind="water")
    assert Draw.objects.visible_to(PUBLIC).filter(pk=draw.pk).exists()
    assert selectors.drawn(draw, partner) == []
    assert selectors.drawn(draw, PUBLIC) == []
    assert len(selectors.drawn(draw, here.eco)) == 5
    assert selectors.record_url(draw) is None
    with pytest.raises(PermissionDenied):
        ceremony.publish(draw, actor=here.mkt)


def test_a_rehearsal_stays_inside_and_leaves_the_batch_as_it_was():
    here = stage()
    draw = frozen(here, is_rehearsal=True)
    draw = executed(here, draw)
    assert not Draw.objects.visible_to(PUBLIC).filter(pk=draw.pk).exists()
    here.batch.refresh_from_db()
    assert here.batch.state == BatchState.PLANNED
    assert services.open_draw(here.batch, actor=here.mkt).attempt == 1


@pytest.mark.django_db(transaction=True)
def test_of_twenty_executions_at_once_one_wins():
    here = stage()
    draw = revealed(here)

    def attempt(_n: int) -> str:
        try:
            ceremony.execute(draw, actor=here.mkt)
        except Refused:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(attempt, range(20)))
    assert sorted(answers) == ["done", *["refused"] * 19]
    assert draw.versions.count() == 1


def test_the_record_becomes_public_with_the_last_visit_of_the_batch(run_events: Any):
    here = stage()
    draw = executed(here)
    run_events()
    Visit.objects.filter(batch=here.batch).update(state=VisitState.CANCELLED)
    last = Visit.objects.filter(batch=here.batch)[0]
    with transaction.atomic():
        follow_batch(last, actor=job_actor("test"))
    run_events()
    draw.refresh_from_db()
    assert draw.state == DrawState.PUBLISHED
    answer = Client().get(selectors.record_url(draw) or "")
    assert answer.content.decode() == draw.record_text
