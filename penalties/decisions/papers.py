"""行政处罚决定书 and its kin: every part of 处罚法 art. 59, in the law's order."""

from __future__ import annotations

import datetime as dt

from penalties.cases.choices import Outcome
from penalties.decisions.models import Correction, Decision, Service
from portal.papers.content import Block, Content, Facts, Heading, Items, Signatures, Text
from portal.papers.printing import chinese_date

DECISION = "penalty_decision"
NO_PENALTY = "penalty_none"
CORRECTION = "penalty_correction"
RECEIPT = "penalty_receipt"

TITLES = {
    Outcome.PENALTY: "行政处罚决定书",
    Outcome.NO_PENALTY: "不予行政处罚决定书",
    Outcome.WITHDRAWN: "撤销立案决定书",
    Outcome.REFERRED_CRIME: "涉嫌犯罪案件移送决定书",
    Outcome.REFERRED: "案件移送决定书",
}


def made_on(decision: Decision) -> dt.date | None:
    """The day before which no paper of a decision has its number."""
    return decision.decided_on


def kind_of(decision: Decision) -> str:
    """The kind of paper, which decides the series of its number."""
    return DECISION if decision.outcome == Outcome.PENALTY else NO_PENALTY


def decision_content(decision: Decision) -> Content:
    """The decision as it was made, with its authority and the day on which it was made."""
    party = (
        ("当事人", decision.party_name),
        ("统一社会信用代码", decision.party_code or "—"),
        ("地址", decision.party_address or "—"),
    )
    broken: list[Block] = []
    if decision.violation:
        broken = [Heading("违反的规定"), Text(decision.violation)]
    blocks: list[Block] = [
        Facts(party),
        Heading("违法事实和证据"),
        Text(decision.facts),
        Text(decision.evidence),
        *broken,
        Heading("依据和裁量"),
        Text(decision.basis),
        Text(decision.reasons),
    ]
    lines = tuple(line.text for line in decision.lines.all())
    if lines:
        blocks += [Heading("处罚的种类和内容"), Items(lines)]
    if decision.performance:
        blocks += [Heading("履行方式和期限"), Text(decision.performance)]
    blocks += [Heading("救济途径和期限"), Text(decision.remedy)]
    kept = tuple(each for each in blocks if not isinstance(each, Text) or each.text.strip())
    return Content(
        title=TITLES[Outcome(decision.outcome)],
        addressee=decision.party_name,
        blocks=kept,
        closing=_signed(decision, decision.decided_on),
    )


def _signed(decision: Decision, day: dt.date | None) -> tuple[str, ...]:
    """Authority and the day of the act itself (处罚法 art. 59), not that of its number."""
    return (decision.authority, chinese_date(day)) if day else ()


def correction_content(correction: Correction) -> Content:
    """补正决定书: which words are mended, and why."""
    decision = correction.decision
    day = chinese_date(decision.decided_on) if decision.decided_on else ""
    blocks = (
        Text(f"本机关{day}对你单位作出的决定书存在文字错误，现补正如下。"),
        Facts((("原文", correction.wrong), ("补正为", correction.right))),
        Text(f"理由：{correction.reason}"),
        Text("除上述补正外，原决定书的其他内容不变。"),
    )
    return Content(
        title="补正决定书",
        addressee=decision.party_name,
        blocks=blocks,
        closing=_signed(decision, correction.made_on),
    )


def receipt_content(service: Service) -> Content:
    """送达回证, to be signed by who received it."""
    decision = service.decision
    rows = (
        ("受送达人", service.receiver),
        ("送达文书", TITLES[Outcome(decision.outcome)]),
        ("送达方式", str(service.get_method_display())),
        ("送达地点", service.place or "—"),
        ("送达日期", chinese_date(service.served_on)),
        ("见证人", service.witness or "—"),
    )
    signatures = Signatures(("受送达人", "送达人", "送达人"))
    return Content(title="送达回证", blocks=(Facts(rows), signatures))
