"""Asking, answering, putting up and ruling: who proceeds with the fine on one act."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.models import Agency
from penalties.cases.models import Case
from penalties.cases.selectors import peers_of
from penalties.consultations import selectors, workflow
from penalties.consultations.models import Consultation
from penalties.consultations.permissions import can_ask
from portal.access import Actor, AgencyKind, Role, demand
from portal.audit import record
from portal.clocks.days import demand_happened
from portal.errors import Refused
from portal.inbox.sentences import Sentence, sentence
from portal.inbox.services import send
from portal.refs import ref


@transaction.atomic
def ask(
    case: Case, *, peer: Case, fining: Agency, opinion: str, on: dt.date, actor: Actor
) -> Consultation:
    """Propose to the other bureau which of the two proceeds with the fine."""
    demand(can_ask(actor, case))
    if peer.pk not in {each.pk for each in peers_of(case)}:
        raise Refused(_("对方没有同一行为的案件，无需研判。"), code="no_peer")
    _check_side(case, peer, fining)
    if selectors.between(case, peer) is not None:
        raise Refused(_("两案已有联合研判。"), code="known")
    demand_happened(on, _("提出日期"), (_("发现或者收到线索日期"), case.found_on))
    post = actor.post_id or case.handler_id
    try:
        with transaction.atomic():
            row = Consultation.objects.create(
                case=case,
                peer=peer,
                asked_on=on,
                asked_by_id=post,
                proposed_agency=fining,
                own_opinion=opinion,
            )
    except IntegrityError as error:
        raise Refused(_("两案已有联合研判。"), code="known") from error
    facts = {"peer": ref(peer), "fining": fining.pk}
    record(actor, "case.consult", case, facts=facts)
    record(actor, "consultation.ask", row, facts=facts, stream=ref(case))
    _tell(row, peer.agency_id, sentence(gettext_noop("请就同一行为的案件提出研判意见")), actor)
    return row


@transaction.atomic
def answer(row: Consultation, *, agrees: bool, opinion: str, on: dt.date, actor: Actor) -> None:
    """The other bureau's opinion; agreement settles who fines."""
    demand_happened(on, _("答复日期"), (_("提出日期"), row.asked_on))
    workflow.consultation.apply("agree" if agrees else "disagree", row, actor=actor)
    row.peer_opinion = opinion
    row.answered_on = on
    row.answered_by_id = actor.post_id
    if agrees:
        row.fining_agency, row.settled_on = row.proposed_agency, on
    row.save(
        update_fields=[
            "peer_opinion",
            "answered_on",
            "answered_by",
            "fining_agency",
            "settled_on",
        ]
    )
    _tell(row, row.case.agency_id, sentence(gettext_noop("对方已答复联合研判")), actor)


@transaction.atomic
def put_up(row: Consultation, *, actor: Actor) -> None:
    """Lay the dispute before the common superior, whole; the clocks run on (EV7)."""
    superior = _superior(row)
    workflow.consultation.apply("put_up", row, actor=actor, facts={"superior": superior.pk})
    Consultation.objects.filter(pk=row.pk).update(superior=superior)
    row.superior = superior
    Case.objects.filter(pk__in=[row.case_id, row.peer_id]).update(dispute_open=True)
    title = sentence(gettext_noop("两局对同一行为的案件意见不一致，请决定"))
    _tell(row, superior.pk, title, actor, Role.LEADER)


@transaction.atomic
def rule(row: Consultation, *, fining: Agency, ruling: str, on: dt.date, actor: Actor) -> None:
    """The common superior decides who proceeds with the fine; both bureaus are told."""
    _check_side(row.case, row.peer, fining)
    demand_happened(on, _("决定日期"), (_("提出日期"), row.asked_on))
    workflow.consultation.apply("rule", row, actor=actor, facts={"fining": fining.pk})
    row.ruling, row.fining_agency, row.settled_on = ruling, fining, on
    row.save(update_fields=["ruling", "fining_agency", "settled_on"])
    Case.objects.filter(pk__in=[row.case_id, row.peer_id]).update(dispute_open=False)
    for agency in (row.case.agency_id, row.peer.agency_id):
        _tell(row, agency, sentence(gettext_noop("共同上级已就同一行为的案件作出决定")), actor)


def demand_settled(case: Case) -> None:
    """行政处罚法 art. 29: neither notice nor decision of a fine before both bureaus know who
    fines the act."""
    waiting = selectors.unsettled(case)
    if waiting:
        heads = "、".join(f"{peer.number}（{peer.agency}）" for peer in waiting)
        message = _("另一局对同一行为已有案件：%(heads)s。请先完成联合研判，再告知或者决定罚款。")
        raise Refused(message % {"heads": heads}, code="same_act")
    left = selectors.left_to(case)
    if left is not None:
        message = _("联合研判确定由%(agency)s处以罚款，同一行为不得再次罚款。")
        raise Refused(message % {"agency": str(left.fining_agency)}, code="fined_elsewhere")


def _check_side(case: Case, peer: Case, fining: Agency) -> None:
    if fining.pk not in {case.agency_id, peer.agency_id}:
        raise Refused(_("只能由两案的办案单位之一处以罚款。"), code="side")


def _superior(row: Consultation) -> Agency:
    """The government whose region holds both bureaus; the nearest one."""
    paths = [row.case.region_path, row.peer.region_path]
    rows = Agency.objects.active().filter(kind=AgencyKind.GOVERNMENT).select_related("region")
    above = [
        each
        for each in rows
        if all(f"{path}/".startswith(f"{each.region.path}/") for path in paths)
    ]
    if not above:
        raise Refused(_("没有登记两局的共同上级，请系统管理员先登记人民政府。"), code="no_superior")
    return max(above, key=lambda each: len(each.region.path))


def _tell(
    row: Consultation, agency: int, title: Sentence, actor: Actor, role: str = Role.CHIEF
) -> None:
    send(
        to_agency=agency,
        role=role,
        title=title,
        body=[_between(row)],
        url=row.get_absolute_url(),
        subject_ref=ref(row),
        key=f"{row.state} {agency}",
        actor=actor,
    )


def _between(row: Consultation) -> Sentence:
    numbers = {"one": row.case.number, "other": row.peer.number}
    return sentence(gettext_noop("%(one)s 与 %(other)s 联合研判"), **numbers)
