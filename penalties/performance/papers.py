"""催告书 and 结案审批表."""

from __future__ import annotations

from penalties.cases.selectors import printed_name
from penalties.performance.models import Closing, Reminder
from portal.papers.content import Content, Facts, Heading, Signatures, Text
from portal.papers.printing import chinese_date

REMINDER = "penalty_reminder"
CLOSING = "penalty_closing"


def reminder_content(reminder: Reminder) -> Content:
    """行政强制法 art. 54: what is owed, ten days, and the right to be heard."""
    rows: tuple[tuple[str, str], ...] = (
        ("罚款余额", f"{reminder.fine:,.2f} 元"),
        ("加处罚款", f"{reminder.surcharge:,.2f} 元"),
    )
    if reminder.confiscation:
        rows += (("没收违法所得余额", f"{reminder.confiscation:,.2f} 元"),)
    blocks = (
        Text("你单位逾期未履行行政处罚决定确定的缴款义务，现予催告。"),
        Facts(rows),
        Text("自本催告书送达之日起十日内仍不履行的，本机关将依法申请人民法院强制执行。"),
        Text("你单位有权陈述和申辩。"),
    )
    name = printed_name(reminder.case)
    return Content(title="履行行政处罚决定催告书", addressee=name, blocks=blocks)


def closing_content(closing: Closing) -> Content:
    """What the leader approved at the closing."""
    case = closing.case
    rows = (
        ("案件编号", case.number),
        ("当事人", printed_name(case)),
        ("处理结果", str(case.get_outcome_display())),
        ("罚款", f"{case.fine:,.2f} 元" if case.fine else "—"),
        ("结案理由", str(closing.get_ground_display())),
        ("结案日期", chinese_date(closing.closed_on)),
    )
    blocks = (
        Facts(rows),
        Heading("执行情况"),
        Text(closing.words),
        Signatures(("经办人", "承办机构负责人", "分管领导")),
    )
    return Content(title="结案审批表", blocks=blocks)
