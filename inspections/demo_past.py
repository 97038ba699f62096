"""The demo's visits of the batches that are over, written directly with their past dates.

One in four had a finding and an order that was met; one of them led to a case.
"""

from __future__ import annotations

import datetime as dt

from agencies.models import Agency, Matter
from inspections.demo import ACTOR, _bureaus
from inspections.draws.models import Draw, Seat
from inspections.findings.choices import Severity
from inspections.findings.models import Finding
from inspections.publications.choices import PublicationState
from inspections.publications.models import ResultPublication
from inspections.rectifications.choices import OrderState
from inspections.rectifications.models import Order
from inspections.results.models import ResultCode, VisitResult
from inspections.visits.choices import VisitKind, VisitState
from inspections.visits.models import BureauPart, Visit, VisitMember
from institutions.demo import HOME
from institutions.registry.choices import StandingKind
from institutions.registry.services import set_standing
from portal.access import AgencyKind
from portal.clocks.now import SHANGHAI
from portal.refs import ref


def past_visits(draw: Draw) -> set[int]:
    """Closed and published visits of one draw, one in four with a finding and a closed order."""
    batch, parties = draw.batch, _bureaus(HOME)
    held = draw.seats.filter(ended_at=None).exclude(inspector=None)
    seats = list(held.select_related("institution", "inspector__agency"))
    chosen = list({seat.institution_id: seat.institution for seat in seats}.values())
    day = batch.starts_on + dt.timedelta(days=20)
    at = dt.datetime.combine(day, dt.time(9, 30), SHANGHAI)
    facts = {"batch": batch, "kind": VisitKind.DOUBLE_RANDOM, "state": VisitState.CLOSED}
    facts |= {"initiating": parties[0], "cooperating": parties[1], "created_at": at}
    facts |= {"planned_from": batch.starts_on, "planned_to": batch.ends_on, "noticed_on": day}
    facts |= {"opened_at": at, "ended_at": at + dt.timedelta(hours=3), "closed_at": at}
    facts |= {"region_path": parties[0].region.path, "purpose": str(batch), "is_historical": True}
    made = Visit.objects.bulk_create(
        Visit(
            institution=each,
            institution_name=each.name,
            place=each.address,
            draw_ref=ref(draw),
            inspection_code=f"JC{day:%Y%m%d}{index:03}",
            **facts,
        )
        for index, each in enumerate(chosen, start=1)
    )
    _past_parts(made, parties, seats, at)
    faulty = made[::4]
    _past_results(made, {visit.pk for visit in faulty}, parties, at)
    for visit in faulty:
        _past_order(visit, parties[0], at)
    _false_data(faulty[0], parties[1], at)
    keys = {each.pk for each in chosen}
    kind, value = StandingKind.VISIT, VisitKind.DOUBLE_RANDOM
    set_standing(keys, kind=kind, value=value, source=ref(draw), from_on=day, actor=ACTOR)
    return keys


def _past_parts(
    made: list[Visit], parties: list[Agency], seats: list[Seat], at: dt.datetime
) -> None:
    BureauPart.objects.bulk_create(
        BureauPart(visit=visit, agency=agency, order=order, approved_at=at, closed_at=at)
        for visit in made
        for order, agency in enumerate(parties, start=1)
    )
    of_institution = {visit.institution_id: visit for visit in made}
    sides = {agency.kind: agency for agency in parties}
    VisitMember.objects.bulk_create(
        VisitMember(
            visit=of_institution[seat.institution_id],
            bureau=sides.get(person.agency.kind, sides[AgencyKind.ECOLOGY]),
            inspector=person,
            slot=seat.slot,
            name=person.name,
            certificate_number=person.certificate_number,
        )
        for seat in seats
        if (person := seat.inspector) is not None
    )


def _past_results(
    visits: list[Visit], faulty: set[int], parties: list[Agency], at: dt.datetime
) -> None:
    codes = {code.code: code for code in ResultCode.objects.filter(code__in=("01", "05"))}
    found = {visit.pk: codes["05" if visit.pk in faulty else "01"] for visit in visits}
    VisitResult.objects.bulk_create(
        VisitResult(visit=visit, agency=parties[0], code=found[visit.pk], set_at=at)
        for visit in visits
    )
    ResultPublication.objects.bulk_create(
        ResultPublication(
            visit=visit,
            state=PublicationState.PUBLISHED,
            institution_name=visit.institution_name,
            uscc=visit.institution.uscc,
            region_path=visit.region_path,
            kind_words=str(visit.get_kind_display()),
            agency_words="、".join(agency.name for agency in parties),
            visited_on=at.date(),
            codes=[[found[visit.pk].code, found[visit.pk].name]],
            text=f"检查结果：{found[visit.pk].name}。",
            drafted_at=at,
            published_at=at + dt.timedelta(days=14),
        )
        for visit in visits
    )


def _past_order(visit: Visit, agency: Agency, at: dt.datetime) -> None:
    matter = Matter.objects.get(code="M09")
    finding = Finding.objects.create(
        visit=visit,
        matter=matter,
        agency=agency,
        basis=matter.basis,
        facts="抽查的报告中有一份未经授权签字人签发。",
        severity=Severity.GENERAL,
        found_at=at,
    )
    order = Order.objects.create(
        visit=visit,
        agency=agency,
        institution=visit.institution,
        institution_name=visit.institution_name,
        demand="完善报告签发流程，补充授权记录。",
        issued_on=at.date(),
        due_on=at.date() + dt.timedelta(days=30),
        state=OrderState.CLOSED,
        closed_on=at.date() + dt.timedelta(days=21),
    )
    order.findings.add(finding)


def _false_data(visit: Visit, agency: Agency, at: dt.datetime) -> None:
    """What the ecology bureau found at the same visit; its case follows in a room above."""
    matter = Matter.objects.in_force(at.date()).filter(code="E09").first()
    if matter is None:  # before the regulation there was no such matter
        return
    Finding.objects.create(
        visit=visit,
        matter=matter,
        agency=agency,
        basis=matter.basis,
        facts="三份监测报告没有对应的采样记录，仪器没有当日的运行数据。",
        severity=Severity.SERIOUS,
        found_at=at,
    )
    code = ResultCode.objects.get(code="21", from_on=None)
    VisitResult.objects.create(visit=visit, agency=agency, code=code, set_at=at)
    for row in ResultPublication.objects.filter(visit=visit):
        row.codes = [*row.codes, [code.code, code.name]]
        row.text = f"检查结果：{'；'.join(name for _code, name in row.codes)}。"
        row.save(update_fields=["codes", "text"])
