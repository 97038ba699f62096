"""The workbooks of inspectors and experts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _l

from agencies.people.choices import Speciality
from agencies.people.models import Expert, Inspector
from agencies.people.rules import is_certificate_number
from portal.workbooks import Ctx, Field, Problem, Reading, Row, SheetDefinition, read


def _number(value: str, ctx: Ctx) -> Iterator[Problem]:
    if not is_certificate_number(value):
        yield Problem(
            _l("执法证号为 6 至 20 位大写字母、数字或横线。"),
            "certificate_number",
            suggestion=_l("请按证件填写，不要有空格。"),
        )
    elif value in ctx["known"]:
        yield Problem(_l("该执法证号已登记。"), "known", suggestion=_l("请在名录中修改该人员。"))


def _ends_after_start(row: Row, ctx: Ctx) -> Iterator[Problem]:
    begins, ends = row["valid_from"], row["valid_to"]
    if begins and ends and ends < begins:
        yield Problem(
            _l("证件有效期截止日不能早于起始日。"),
            "ends_before_start",
            field="valid_to",
            suggestion=_l("请核对两个日期。"),
        )


def _not_engaged(row: Row, ctx: Ctx) -> Iterator[Problem]:
    key = (row["name"], row["organisation"], row["year"])
    if key in ctx["known"]:
        yield Problem(_l("该专家本年度已登记。"), "known", field="name")


INSPECTOR_SHEET = SheetDefinition(
    name="inspectors",
    version="2026-1",
    title=_l("检查人员"),
    key=("certificate_number",),
    fields=(
        Field("name", _l("姓名"), required=True, max_length=60),
        Field(
            "certificate_number",
            _l("执法证号"),
            kind="code",
            required=True,
            max_length=20,
            check=_number,
            example="SH-0113-0001",
        ),
        Field("valid_from", _l("证件有效期自"), kind="date", required=True),
        Field("valid_to", _l("证件有效期至"), kind="date", required=True),
        Field("specialities", _l("专长"), kind="multi", choices=tuple(Speciality.choices)),
        Field("phone", _l("电话"), kind="code", max_length=40),
        Field("recusal_notes", _l("回避事项"), max_length=500),
    ),
    row_checks=(_ends_after_start,),
)

EXPERT_SHEET = SheetDefinition(
    name="experts",
    version="2026-1",
    title=_l("行业专家"),
    key=("name", "organisation", "year"),
    fields=(
        Field("name", _l("姓名"), required=True, max_length=60),
        Field("organisation", _l("所在单位"), required=True, max_length=100),
        Field("title", _l("职称"), max_length=60),
        Field(
            "fields",
            _l("专业领域"),
            kind="multi",
            required=True,
            choices=tuple(Speciality.choices),
        ),
        Field("year", _l("聘请年度"), kind="integer", required=True, minimum=2000, maximum=2100),
        Field("phone", _l("电话"), kind="code", max_length=40),
        Field("recusal_notes", _l("回避事项"), max_length=500),
    ),
    row_checks=(_not_engaged,),
)


def read_inspectors(content: bytes, filename: str) -> Reading:
    """Every issue of a workbook of inspectors in one pass."""
    known = frozenset(Inspector.objects.values_list("certificate_number", flat=True))
    return read(INSPECTOR_SHEET, content, {"known": known}, filename=filename)


def read_experts(content: bytes, filename: str, agency_id: int) -> Reading:
    rows = Expert.objects.filter(agency_id=agency_id)
    known = frozenset(rows.values_list("name", "organisation", "year"))
    return read(EXPERT_SHEET, content, {"known": known}, filename=filename)


def inspectors_of(rows: Iterable[Row]) -> list[Inspector]:
    """Clean rows as inspectors, not yet stored."""
    return [
        Inspector(
            name=row["name"],
            certificate_number=row["certificate_number"],
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
            specialities=list(row["specialities"] or ()),
            phone=row["phone"] or "",
            recusal_notes=row["recusal_notes"] or "",
        )
        for row in rows
    ]


def experts_of(rows: Iterable[Row]) -> list[Expert]:
    """Clean rows as experts, not yet stored."""
    return [
        Expert(
            name=row["name"],
            organisation=row["organisation"],
            title=row["title"] or "",
            fields=list(row["fields"] or ()),
            year=row["year"],
            phone=row["phone"] or "",
            recusal_notes=row["recusal_notes"] or "",
        )
        for row in rows
    ]
