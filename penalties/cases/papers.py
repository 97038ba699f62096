"""立案审批表: what the leader approved at the opening."""

from __future__ import annotations

import datetime as dt

from penalties.cases.models import Case
from penalties.cases.selectors import investigators_of, printed_name
from portal.papers.content import Content, Facts, Heading, Signatures, Text
from portal.papers.printing import chinese_date

OPENING = "penalty_opening"


def opening_content(case: Case, on: dt.date) -> Content:
    """The form of the opening, with the two investigators."""
    people = "、".join(row.inspector.name for row in investigators_of(case))
    rows = (
        ("案件编号", case.number),
        ("当事人", printed_name(case)),
        ("统一社会信用代码", case.institution.uscc),
        ("案件来源", str(case.get_source_display())),
        ("涉嫌违法事项", str(case.matter)),
        ("发现日期", chinese_date(case.found_on)),
        ("立案日期", chinese_date(on)),
        ("办案人员", people),
    )
    blocks = (
        Facts(rows),
        Heading("案情简介"),
        Text(case.facts),
        Heading("立案依据"),
        Text(case.matter.basis),
        Signatures(("经办人", "承办机构负责人", "分管领导")),
    )
    return Content(title="立案审批表", blocks=blocks)
