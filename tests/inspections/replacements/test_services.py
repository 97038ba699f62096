"""Replacements by the draw's rule, and those that a superior decided."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from inspections.draws import rules
from inspections.draws.models import Replacement, Seat
from inspections.replacements import services
from inspections.visits.models import Visit
from portal.errors import Refused
from tests.factories import ActorFactory
from tests.inspections.ceremonies.makers import executed, stage
from tests.inspections.imports.makers import confirmed, people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def test_a_replacement_is_computed_by_the_rule_and_makes_a_new_version():
    here = stage()
    draw = executed(here)
    first = draw.record_hash
    seat = Seat.objects.filter(draw=draw, slot="mkt_lead").first()
    assert seat is not None
    asked = services.replace(
        draw,
        kind="no_show",
        institution=seat.institution,
        slot="mkt_lead",
        reason="生病住院",
        actor=here.mkt,
    )
    draw.refresh_from_db()
    asked.refresh_from_db()
    seat.refresh_from_db()
    assert asked.answer is not None
    assert seat.ended_at is not None
    assert draw.record_hash != first
    assert draw.versions.count() == 2
    steps = rules.verify(draw.record_text.encode(), draw.annex_text.encode(), draw.record_hash)
    assert [str(step) for step in steps if not step.ok] == []
    taken = Seat.objects.get(
        draw=draw, institution=seat.institution, slot="mkt_lead", ended_at=None
    )
    assert taken.inspector_id != seat.inspector_id


def test_a_supplementary_institution_is_the_next_reserve():
    here = stage()
    draw = executed(here)
    seat = Seat.objects.filter(draw=draw).first()
    assert seat is not None
    [stratum] = draw.record["strata"]
    asked = services.replace(
        draw, kind="supplementary", institution=seat.institution, reason="已停业", actor=here.mkt
    )
    asked.refresh_from_db()
    assert asked.answer is not None
    assert asked.answer["in"] == stratum["reserve"][0]["id"]
    open_seats = Seat.objects.filter(draw=draw, ended_at=None)
    assert not open_seats.filter(institution=seat.institution).exists()
    assert open_seats.filter(institution__uscc=asked.answer["in"]).count() == 4


def test_a_replacement_needs_its_reason_and_a_chief():
    here = stage()
    draw = executed(here)
    institution = Seat.objects.filter(draw=draw)[0].institution
    with pytest.raises(Refused, match="理由"):
        services.replace(
            draw, kind="supplementary", institution=institution, reason=" ", actor=here.mkt
        )
    officer = ActorFactory(agency_id=here.mkt.agency_id)
    with pytest.raises(PermissionDenied):
        services.replace(
            draw, kind="supplementary", institution=institution, reason="停业", actor=officer
        )


def test_a_replacement_is_recorded_with_its_reason_and_the_visit_follows(run_events: Any):
    here = stage()
    draw = confirmed(here)
    run_events()
    came = people(here)["mkt"][3]
    given: dict[str, Any] = {"institution": here.institutions[0], "slot": "mkt_lead"}
    with pytest.raises(Refused, match="理由"):
        services.record_replacement(
            draw, kind="no_show", inspector=came, reason=" ", actor=here.mkt, **given
        )
    wrong = people(here)["eco"][3]
    with pytest.raises(Refused, match="同一部门"):
        services.record_replacement(
            draw, kind="no_show", inspector=wrong, reason="病假", actor=here.mkt, **given
        )
    services.record_replacement(
        draw, kind="no_show", inspector=came, reason="病假", actor=here.mkt, **given
    )
    run_events()
    visit = Visit.objects.get(batch=here.batch, institution=here.institutions[0])
    assert visit.members.present().get(slot="mkt_lead").inspector == came
    [told] = Replacement.objects.filter(draw=draw)
    assert (told.reason, told.answer) == ("病假", {"in": came.certificate_number})


def test_an_institution_gives_its_team_to_its_successor(run_events: Any):
    here = stage()
    draw = confirmed(here)
    run_events()
    given: dict[str, Any] = {"kind": "supplementary", "institution": here.institutions[0]}
    with pytest.raises(Refused, match="已在抽取结果中"):
        services.record_replacement(
            draw, successor=here.institutions[1], reason="停业", actor=here.mkt, **given
        )
    services.record_replacement(
        draw, successor=here.institutions[7], reason="停业", actor=here.mkt, **given
    )
    run_events()
    visits = {each.institution: each for each in Visit.objects.filter(batch=here.batch)}
    assert visits[here.institutions[0]].state == "cancelled"
    assert visits[here.institutions[7]].members.count() == 4


def test_an_officer_does_not_approve_a_replacement():
    here = stage()
    draw = confirmed(here)
    officer = ActorFactory(agency_id=here.mkt.agency_id)
    with pytest.raises(PermissionDenied):
        services.record_replacement(
            draw, kind="supplementary", institution=here.institutions[0], reason="x", actor=officer
        )
