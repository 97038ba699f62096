"""Reading cases: the same act elsewhere, the people, the name on paper, warnings, the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from agencies.delegations.selectors import OpenWork
from agencies.models import Post
from institutions.models import Institution
from institutions.registry.choices import InstitutionStatus
from penalties.cases import rules
from penalties.cases.choices import ENDED, CaseState, Outcome
from penalties.cases.models import Case, CaseQuerySet, Investigator
from penalties.cases.permissions import can_list
from penalties.discretion.choices import PenaltyKind
from penalties.discretion.rules import Circumstances
from penalties.discretion.selectors import Grounds, bound_on, in_words
from penalties.discretion.selectors import likely_grounds as likely
from portal.access import Actor, Role
from portal.desk import Figure, Hit, WorkItem
from portal.lists.search import BigramSearch, Searchable
from portal.refs import ref

SEARCH = BigramSearch(Searchable("number", "institution_name"))
MOST_ON_A_DESK = 100
MOST_ON_A_PAGE = 20
# Whose turn it is in a state. The handler's own turns come with the clocks.
TURNS: dict[str, tuple[str, ...]] = {
    Role.LEADER: (CaseState.VERIFYING, CaseState.DISCUSSING, CaseState.DECIDING),
    Role.CHIEF: (CaseState.REVIEWING,),
    Role.LEGAL: (CaseState.LEGAL_REVIEW,),
}
HANDLERS_TURN = (
    CaseState.VERIFYING,
    CaseState.INVESTIGATING,
    CaseState.INVESTIGATED,
    CaseState.REVIEWED,
    CaseState.NOTICED,
    CaseState.HEARING,
    CaseState.DEFENDED,
    CaseState.DECIDED,
    CaseState.SERVED,
    CaseState.PERFORMING,
    CaseState.CLOSED,
)


def act_of(case: Case) -> rules.Act:
    """What the case is compared by (PE6)."""
    reports = frozenset(case.report_numbers)
    return rules.Act(case.institution_id, reports, case.act_on, case.act_place)


def peers_of(case: Case) -> list[Case]:
    """Cases of other bureaus on the same institution that may be the same act."""
    like = Q(report_numbers__overlap=case.report_numbers or [""]) | Q(act_on=case.act_on)
    rows = Case.objects.filter(like, institution_id=case.institution_id)
    rows = rows.exclude(agency_id=case.agency_id).exclude(state=CaseState.NOT_OPENED)
    rows = rows.exclude(outcome__in=[Outcome.WITHDRAWN, Outcome.NO_PENALTY])
    rows = rows.select_related("agency", "institution", "matter").order_by("found_on", "pk")
    own = act_of(case)
    return [each for each in rows if rules.same_act(own, act_of(each))]


@dataclass(frozen=True, slots=True)
class Head:
    """What the other bureau sees of a case: number, institution, act, stage, agencies."""

    number: str
    institution: str
    act: str
    stage: str
    agency: str
    assisting: str
    opened_on: dt.date | None
    pk: int


def head_of(case: Case) -> Head:
    return Head(
        number=case.number,
        institution=str(case.institution),
        act=str(case.matter),
        stage=str(case.get_state_display()),
        agency=str(case.agency),
        assisting=str(case.assisting or ""),
        opened_on=case.opened_on,
        pk=case.pk,
    )


def same_act(case: Case, actor: Actor) -> list[Head]:
    """The heads of the other bureau's cases on the same act, as far as the actor sees heads."""
    if not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        return []  # who sees this case whole is shown what stands beside it
    return [head_of(peer) for peer in peers_of(case)]


def heads(actor: Actor) -> CaseQuerySet:
    """Cases of which the actor sees at least the head."""
    rows = Case.objects.heads_visible_to(actor)
    return rows.select_related("agency", "institution", "matter", "assisting")


def investigators_of(case: Case) -> list[Investigator]:
    """Who investigates at present, the principal first."""
    rows = Investigator.objects.filter(case_id=case.pk, ended_on=None)
    return list(rows.select_related("inspector__agency", "inspector__user"))


def certified(people: list[Investigator]) -> list[rules.Certified]:
    """Investigators as values for the rule of two."""
    return [
        rules.Certified(
            each.inspector.name,
            each.inspector.valid_from,
            each.inspector.valid_to,
            struck_off=each.inspector.ended_on is not None,
        )
        for each in people
    ]


def printed_name(case: Case, institution: Institution | None = None) -> str:
    """EV1: 新名（原名：…） where the name changed after the opening; on papers always Chinese."""
    now = (institution or case.institution).name
    if case.party == "person":
        return case.person_name
    if now == case.institution_name:
        return now
    return f"{now}（原名：{case.institution_name}）"


def circumstances(case: Case, *, mitigated: bool = False) -> Circumstances:
    """What the bounds of a fine ask of the case."""
    return Circumstances(
        severe=case.severe,
        fee=case.fee,
        order_failed=case.not_corrected_on is not None,
        mitigated=mitigated,
    )


def proposed_lines(case: Case) -> list[tuple[str, str, Decimal | None]]:
    """The proposed penalties: kind, words, sum. What goes into papers is always Chinese."""
    sums = {
        PenaltyKind.FINE: case.proposed_fine,
        PenaltyKind.CONFISCATION: case.proposed_confiscation,
    }
    kinds = [PenaltyKind(kind) for kind in case.proposed_kinds]
    with override("zh-hans"):
        return [(kind, f"{kind.label}{_sum(sums.get(kind))}", sums.get(kind)) for kind in kinds]


def _sum(amount: Decimal | None) -> str:
    return f" {amount:,.2f} 元" if amount else ""


def bounds_in_words(case: Case) -> str:
    """What the basis of the case allows, in a sentence."""
    bound = bound_on(case.matter_code, case.party, case.act_on)
    if bound is None:
        return _("没有录入该事项对此类当事人的处罚幅度。")
    return in_words(bound, circumstances(case))


def likely_grounds(case: Case) -> Grounds:
    """The provisions of the case's matter and of its bounds, as of the day of the act."""
    return likely(case.matter_code, case.party, case.act_on, case.matter.basis)


def warnings(case: Case) -> list[str]:
    """What who opens the page must know (EV9)."""
    found = []
    gone = {InstitutionStatus.DEREGISTERED, InstitutionStatus.REVOKED}
    if case.institution.status in gone and case.state not in {"closed", "archived"}:
        words = {"status": case.institution.get_status_display()}
        found.append(
            _(
                "该机构已%(status)s：请决定终止，或者追究承继单位、直接责任人员；"
                "限制、信用记录和未缴罚款不因此消灭。"
            )
            % words
        )
    if case.institution.name != case.institution_name:
        found.append(_("机构在立案后更名，新文书印为：%(name)s。") % {"name": printed_name(case)})
    return found


def work_items(actor: Actor, today: dt.date) -> Iterator[WorkItem]:
    """The desk: what waits for the actor's role, and the handler's own cases."""
    if not actor.is_bureau or not actor.is_staff:
        return
    own = Case.objects.visible_to(actor).filter(agency_id=actor.agency_id or 0)
    turn = Q(handler_id=actor.post_id, state__in=HANDLERS_TURN)
    for role, states in TURNS.items():
        if actor.has(role):
            turn |= Q(state__in=states)
    rows = own.filter(turn).select_related("institution").order_by("-found_on", "-pk")
    for case in rows[:MOST_ON_A_DESK]:
        title = _("案件：%(stage)s") % {"stage": case.get_state_display()}
        subject = f"{case.number} {case.institution}"
        yield WorkItem(title, subject, case.get_absolute_url(), None, _("去办理"))


def left_by(post: Post) -> list[OpenWork]:
    """Cases that a post would leave without a handler (EV3)."""
    rows = Case.objects.filter(handler=post).exclude(state__in=ENDED)
    return [OpenWork(str(case), case.get_absolute_url()) for case in rows.order_by("pk")]


def figures(actor: Actor, today: dt.date) -> list[Figure]:
    """How many cases the agency has open."""
    if not actor.is_bureau or not can_list(actor):
        return []
    rows = Case.objects.visible_to(actor).filter(agency_id=actor.agency_id or 0)
    running = rows.exclude(state__in=ENDED).count()
    return [Figure(_("在办案件"), running, reverse("case_list"))]


def hits(actor: Actor, text: str, limit: int) -> list[Hit]:
    """The global search: by number and by the institution's name."""
    if not can_list(actor):
        return []
    rows = SEARCH.filter(Case.objects.visible_to(actor), text).select_related("institution")
    return [
        Hit(_("案件"), row.number, str(row.institution), row.get_absolute_url())
        for row in rows[:limit]
    ]


def panel(institution: Any, actor: Actor) -> tuple[str, dict[str, Any]] | None:
    """The institution's page: its cases, whole or by their heads."""
    if not can_list(actor):
        return None
    rows = heads(actor).filter(institution=institution)
    shown = list(rows.order_by("-found_on", "-pk")[:MOST_ON_A_PAGE])
    if not shown:
        return None
    whole = set(
        Case.objects.visible_to(actor)
        .filter(pk__in=[case.pk for case in shown])
        .values_list("pk", flat=True)
    )
    return "penalties/cases/part_panel.html", {
        "rows": [(head_of(case), case.pk in whole, ref(case)) for case in shown]
    }
