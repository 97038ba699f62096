"""A publication's version as the credit record reads it, its faults in words, the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from penalties.decisions.models import Decision
from penalties.decisions.selectors import citations_of, document_number
from penalties.discretion.choices import PartyKind, PenaltyKind
from penalties.models import PublicationVersion
from penalties.publication.selectors import penalty_of
from portal.access import Actor, Role
from portal.desk import WorkItem
from portal.outbox.models import OutboxMessage
from portal.refs import ref
from sharing.platforms import rules
from sharing.platforms.choices import FIELD_LABELS, RECORD_TONES, SENTENCES, RecordState
from sharing.platforms.models import CreditRecord

MOST_ON_A_DESK = 50


def fields_of(version: PublicationVersion, added: Mapping[str, str]) -> dict[str, str]:
    """All 30 fields of a version, in the standard's order; what people added fills the gaps."""
    decision = version.publication.decision
    known = {
        **_party(decision),
        **_penalty(decision),
        **_source(decision),
        "CF_WSH": document_number(decision),
        "CF_WFXW": str(decision.case.matter),
        "CF_SY": version.content["facts"],
        "CF_YJ": citations_of(decision),
        "CF_NR": version.content["penalties"],
        "CF_GSJZQ": rules.written(version.ends_on),
        "BZ": version.reason[:512],
    }
    return {
        field.code: known.get(field.code, "") or str(added.get(field.code, ""))
        for field in rules.FIELDS
    }


def party_of(decision: Decision) -> str:
    """The party's registered name alone: a former name is for papers (EV1)."""
    case = decision.case
    return decision.party_name if case.party == PartyKind.PERSON else case.institution.name


def _party(decision: Decision) -> dict[str, str]:
    case = decision.case
    if case.party == PartyKind.PERSON:
        return {"CF_XDR_MC": decision.party_name, "CF_XDR_LB": rules.PERSON}
    code = decision.party_code or rules.NO_CODE
    kind = rules.TRADER if code.startswith("92") else rules.ORGANISATION
    return {
        "CF_XDR_MC": party_of(decision),
        "CF_XDR_LB": kind,
        "CF_XDR_SHXYM": code,
        "CF_FRDB": case.institution.legal_representative,
    }


def _penalty(decision: Decision) -> dict[str, str]:
    penalty = penalty_of(decision)
    taken = sum(
        (
            line.amount or Decimal(0)
            for line in decision.lines.all()
            if line.kind == PenaltyKind.CONFISCATION
        ),
        Decimal(0),
    )
    licence = decision.case.institution.certificate_number
    takes_licence = {PenaltyKind.SUSPENSION, PenaltyKind.REVOCATION} & penalty.kinds
    words = _("检验检测机构资质认定证书 %(number)s") % {"number": licence}
    return {
        "CF_CFLB": rules.kinds_in_words(penalty.kinds),
        "CF_NR_FK": rules.in_wan(penalty.fine) if PenaltyKind.FINE in penalty.kinds else "",
        "CF_NR_WFFF": rules.in_wan(taken) if taken else "",
        "CF_NR_ZKDX": words if takes_licence and licence else "",
        "CF_JDRQ": rules.written(decision.decided_on),
        "CF_YXQ": rules.written(penalty.until),
    }


def _source(decision: Decision) -> dict[str, str]:
    agency = decision.case.agency
    return {
        "CF_CFJG": agency.name,
        "CF_CFJGDM": agency.uscc,
        "CF_SJLY": agency.name,
        "CF_SJLYDM": agency.uscc,
    }


def sentences(fields: Mapping[str, str]) -> list[str]:
    """What keeps a record back, for people."""
    return [
        str(SENTENCES[_why(fault)])
        % {"label": FIELD_LABELS[fault.field], "code": fault.field, "limit": fault.limit}
        for fault in rules.faults(fields)
    ]


def _why(fault: rules.Fault) -> str:
    """Nobody types the number of a decision: its paper has it or not."""
    return "unnumbered" if (fault.field, fault.why) == ("CF_WSH", "missing") else fault.why


def key_of(record: CreditRecord) -> str:
    """One key for each decision and version, however often it is sent."""
    return f"penalty-{record.decision_id}/{record.number}"


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One version's record with its message and receipt."""

    record: CreditRecord
    tone: str
    faults: list[str]
    rows: list[tuple[str, str, str]]
    message: OutboxMessage | None


def lines_of(record: CreditRecord, actor: Actor) -> list[RecordLine]:
    """Every version of the decision's record, the newest first, as far as the actor sees them."""
    rows = CreditRecord.objects.visible_to(actor).filter(decision_id=record.decision_id)
    found = list(rows.select_related("agency").order_by("-number"))
    messages = OutboxMessage.objects.visible_to(actor)
    sent = {
        each.subject_ref: each
        for each in messages.filter(subject_ref__in=[ref(row) for row in found])
    }
    return [_line(row, sent.get(ref(row))) for row in found]


def _line(row: CreditRecord, message: OutboxMessage | None) -> RecordLine:
    waits = row.state == RecordState.INCOMPLETE
    return RecordLine(
        record=row,
        tone=RECORD_TONES[RecordState(row.state)],
        faults=sentences(row.fields) if waits else [],
        rows=[
            (code, str(label), _shown(code, row.fields.get(code, "")))
            for code, label in FIELD_LABELS.items()
        ],
        message=message,
    )


def _shown(code: str, value: str) -> str:
    """Identity numbers are masked on every page."""
    if code in {"CF_FR_ZJHM", "CF_XDR_ZJHM"} and value:
        return f"{value[:3]}{'*' * max(len(value) - 5, 3)}{value[-2:]}"
    return value


def work_items(actor: Actor, day: dt.date) -> Iterator[WorkItem]:
    """Records that lack something."""
    if not actor.is_bureau or not actor.has(Role.OFFICER, Role.CHIEF, Role.CREDIT):
        return
    rows: Any = CreditRecord.objects.visible_to(actor).filter(
        agency_id=actor.agency_id or 0, state=RecordState.INCOMPLETE
    )
    for row in rows.order_by("pk")[:MOST_ON_A_DESK]:
        yield WorkItem(_("补充信用记录"), str(row), row.get_absolute_url(), None, _("补充"))
