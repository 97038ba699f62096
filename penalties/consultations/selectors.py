"""What consultations say of a case, and what they put on desks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from penalties.cases.models import Case
from penalties.cases.selectors import peers_of
from penalties.consultations.choices import SETTLED, ConsultationState
from penalties.consultations.models import Consultation
from penalties.consultations.permissions import is_superior
from portal.access import Actor, Role
from portal.desk import WorkItem


def between(case: Case, peer: Case) -> Consultation | None:
    """The consultation of two cases, whichever side asked."""
    either = Q(case=case, peer=peer) | Q(case=peer, peer=case)
    rows = Consultation.objects.filter(either)
    return rows.select_related("fining_agency").order_by("-pk").first()


def unsettled(case: Case) -> list[Case]:
    """Peers on the same act with which nothing is agreed or ruled yet."""
    found = []
    for peer in peers_of(case):
        row = between(case, peer)
        if row is None or row.state not in SETTLED:
            found.append(peer)
    return found


def left_to(case: Case) -> Consultation | None:
    """The settled consultation that leaves the fine to the other bureau, if there is one."""
    for peer in peers_of(case):
        row = between(case, peer)
        if row and row.state in SETTLED and row.fining_agency_id != case.agency_id:
            return row
    return None


def of_case(case: Case, actor: Actor) -> list[Consultation]:
    """All consultations of a case that the actor may see."""
    rows = Consultation.objects.visible_to(actor).filter(Q(case=case) | Q(peer=case))
    return list(rows.select_related("case__agency", "peer__agency", "fining_agency"))


def work_items(actor: Actor, today: dt.date) -> Iterator[WorkItem]:
    """Answers the bureau owes, and disputes put to the common superior."""
    if is_superior(actor):
        wanted = Q(state=ConsultationState.PUT_UP, superior_id=actor.agency_id)
    elif actor.is_bureau and actor.has(Role.CHIEF, Role.LEADER):
        wanted = Q(state=ConsultationState.ASKED, peer__agency_id=actor.agency_id)
    else:
        return
    rows = Consultation.objects.visible_to(actor).filter(wanted)
    for row in rows.select_related("case", "peer"):
        yield WorkItem(_("联合研判"), str(row), row.get_absolute_url(), None, _("去办理"))
