"""A workbook of thirty columns, shaped like a department's roster, for tests and the bench."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from portal.workbooks import Ctx, Field, Problem, Row, SheetDefinition

MEDIA = (
    ("water", "水"),
    ("air", "气"),
    ("soil", "土壤"),
    ("noise", "噪声"),
    ("waste", "固体废物"),
)
NATURES = (("enforcement", "行政执法"), ("commissioned", "政府委托"))
WAYS = (("open", "公开招标"), ("talks", "竞争性磋商"), ("single", "单一来源"))
DEPARTMENTS = (("water", "区水务局"), ("farming", "区农业农村委"))
NUMBER = re.compile(r"[0-9A-Z]{18}")


def well_formed(value: str, _ctx: Ctx) -> Iterator[Problem]:
    if not NUMBER.fullmatch(value):
        yield Problem(
            "应为 18 位数字或大写字母。", "bad_uscc", suggestion="请对照营业执照重新填写。"
        )


def ends_after_start(row: Row, _ctx: Ctx) -> Iterator[Problem]:
    if row["starts_on"] and row["ends_on"] and row["ends_on"] < row["starts_on"]:
        yield Problem(
            "早于合同起。", "ends_before_start", field="ends_on", suggestion="请核对两个日期。"
        )


def one_department(rows: Sequence[Row], _ctx: Ctx) -> Iterator[Problem]:
    first = rows[0]["department"]
    for row in rows:
        if row["department"] and row["department"] != first:
            yield Problem(
                "与第一行不是同一个部门。", "two_departments", field="department", row=row.number
            )
            return


FIELDS = (
    Field("department", "填报部门", kind="choice", choices=DEPARTMENTS, required=True),
    Field("year", "报送年度", kind="integer", minimum=2020, maximum=2100),
    Field("period", "周期"),
    Field("name", "机构名称", required=True, max_length=120, aliases=("单位名称",)),
    Field("uscc", "统一社会信用代码", kind="code", required=True, check=well_formed),
    Field("cma", "CMA证书编号", kind="code", required=True, help="12 位数字。", max_length=20),
    Field("valid_until", "有效期至", kind="date"),
    Field("filing", "备案编号", kind="code"),
    Field("registered_at", "注册地"),
    Field("laboratory_at", "实验室地址"),
    Field("media", "监测项目类别", kind="multi", choices=MEDIA, required=True),
    Field("project", "项目名称", required=True, max_length=200),
    Field("factors", "具体因子", max_length=500),
    Field("nature", "委托性质", kind="choice", choices=NATURES, required=True),
    Field("way", "采购方式", kind="choice", choices=WAYS),
    Field("contract", "合同编号", kind="code"),
    Field("starts_on", "合同起", kind="date"),
    Field("ends_on", "合同止", kind="date"),
    Field(
        "amount",
        "合同金额(元)",
        kind="decimal",
        minimum=0,
        likely=(Decimal(0), Decimal(5_000_000)),
    ),
    Field("tasks", "任务数", kind="integer", minimum=0),
    Field("reports", "报告数", kind="integer", minimum=0),
    Field("area", "监测区域"),
    Field("in_random", "是否纳入双随机", kind="boolean", required=True),
    Field("performance", "履约评价"),
    Field("findings", "发现问题或线索"),
    Field("contact", "联系人", required=True),
    Field("phone", "电话", required=True),
    Field("writer", "填报人"),
    Field("reported_on", "报送日期", kind="date"),
    Field("remark", "备注"),
)
ROSTER = SheetDefinition(
    name="sample_roster",
    version="2026-1",
    fields=FIELDS,
    row_checks=(ends_after_start,),
    file_checks=(one_department,),
    key=("uscc", "contract"),
    title="报送名单",
)
HEADER = [str(field.code) for field in FIELDS]


def good_row(number: int) -> dict[str, Any]:
    """Values of one faultless row, as the template writes them and a reading gives them back."""
    return {
        "department": "water",
        "year": 2026,
        "period": "半年度",
        "name": f"示例检测技术有限公司{number % 700}",
        "uscc": f"91310115MA1{number:07d}",
        "cma": f"{230900340000 + number % 700}",
        "valid_until": dt.date(2029, 3, 1) + dt.timedelta(days=number % 300),
        "filing": f"沪环检备{number % 700:04d}",
        "registered_at": f"示例路{number % 900}号",
        "laboratory_at": f"示例路{number % 900}号2层",
        "media": ("water", "air") if number % 3 else ("noise",),
        "project": f"示例河道水质监测项目{number}",
        "factors": "化学需氧量、氨氮、总磷",
        "nature": "commissioned",
        "way": "open",
        "contract": f"HT-2026-{number:05d}",
        "starts_on": dt.date(2026, 1, 1) + dt.timedelta(days=number % 90),
        "ends_on": dt.date(2026, 12, 31),
        "amount": Decimal(10_000 + number) / 4,
        "tasks": number % 40,
        "reports": number % 60,
        "area": f"示例镇{number % 12}",
        "in_random": number % 5 != 0,
        "performance": "良好",
        "findings": None,
        "contact": f"联系人{number % 50}",
        "phone": f"021-5555{number % 10_000:04d}",
        "writer": "填报人一",
        "reported_on": dt.date(2026, 6, 20),
        "remark": None,
    }


def good_rows(count: int) -> list[dict[str, Any]]:
    return [good_row(number) for number in range(count)]
