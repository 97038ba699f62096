"""行政处罚事先告知书, with the right to a hearing where there is one."""

from __future__ import annotations

from penalties.cases.selectors import printed_name
from penalties.notices.models import PriorNotice
from portal.papers.content import Block, Content, Heading, Text


def notice_content(notice: PriorNotice, *, defence: str, hearing: str) -> Content:
    """What the party is told, and how long it may answer (处罚法 arts. 44, 45, 63, 64).

    The paper has its number before it is served, so it names periods and no days.
    """
    case = notice.case
    blocks: list[Block] = [
        Heading("违法事实和证据"),
        Text(notice.facts),
        Heading("违反的规定"),
        Text(notice.violation),
        Heading("处罚依据"),
        Text(notice.basis),
        Heading("拟作出的处罚"),
        Text(notice.intended),
        Heading("陈述和申辩的权利"),
        Text(f"你单位可以自收到本告知书之日起{defence}内向本机关陈述、申辩，逾期视为放弃。"),
    ]
    if notice.hearing_right:
        blocks += [
            Heading("要求听证的权利"),
            Text(
                f"你单位有权要求听证。要求听证的，请自收到本告知书之日起{hearing}内提出，"
                "逾期视为放弃。"
            ),
        ]
    title = "行政处罚事先（听证）告知书" if notice.hearing_right else "行政处罚事先告知书"
    return Content(title=title, addressee=printed_name(case), blocks=tuple(blocks))
