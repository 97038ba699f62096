"""What an old ledger may hold, and what its rows become."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.models import Region
from institutions.ledgers.choices import RowOutcome
from institutions.ledgers.models import Ledger
from institutions.ledgers.services import Draft, Outcome
from institutions.registry.choices import (
    CERTIFICATE_SHAPE_MESSAGE,
    InstitutionKind,
    InstitutionStatus,
    uscc_message,
)
from institutions.registry.models import FormerName, Institution
from institutions.registry.rules import (
    decode_certificate,
    normalise_name,
    normalise_uscc,
    read_uscc,
)
from portal.files.services import read_path
from portal.workbooks import Ctx, Field, Issue, Problem, Reading, Row, SheetDefinition, read

CREATED, KNOWN = RowOutcome.CREATED.value, RowOutcome.KNOWN.value


def right_code(value: Any, ctx: Ctx) -> Iterator[Problem]:
    reading = read_uscc(str(value))
    if not reading.ok:
        yield Problem(uscc_message(reading), "uscc", suggestion=reading.suggestion)


def right_certificate(value: Any, ctx: Ctx) -> Iterator[Problem]:
    if decode_certificate(str(value)) is None:
        yield Problem(CERTIFICATE_SHAPE_MESSAGE, "certificate", tier="plausible")


def known_region(value: Any, ctx: Ctx) -> Iterator[Problem]:
    if str(value) not in ctx["regions"]:
        message = _("不是本平台的行政区划，确认后按代码第 3 至 8 位或导入单位所在区登记。")
        yield Problem(message, "region", tier="plausible")


def ends_after_start(row: Row, ctx: Ctx) -> Iterator[Problem]:
    start, end = row["valid_from"], row["valid_to"]
    if start and end and end < start:
        yield Problem(_("证书有效期截止日不能早于起始日。"), "dates", field="valid_to")


LEDGER = SheetDefinition(
    name="ledger",
    version="2026-1",
    title=_("机构历史台账"),
    key=("uscc",),
    fields=(
        Field(
            "uscc",
            _("统一社会信用代码"),
            required=True,
            check=right_code,
            aliases=("信用代码", "社会信用代码", "USCC"),
        ),
        Field(
            "name",
            _("机构名称"),
            required=True,
            max_length=200,
            aliases=("单位名称", "名称", "企业名称"),
        ),
        Field("kind", _("机构类别"), kind="choice", choices=tuple(InstitutionKind.choices)),
        Field("status", _("状态"), kind="choice", choices=tuple(InstitutionStatus.choices)),
        Field("region", _("注册区划"), check=known_region, aliases=("所在区", "区", "注册地")),
        Field("address", _("注册地址"), max_length=200, aliases=("地址", "住所")),
        Field("laboratory", _("实验室地址"), max_length=200, aliases=("检测地址", "实验室")),
        Field(
            "certificate_number",
            _("CMA 证书编号"),
            check=right_certificate,
            aliases=("证书编号", "资质认定证书编号", "CMA"),
        ),
        Field("valid_from", _("有效期自"), kind="date", aliases=("发证日期",)),
        Field("valid_to", _("有效期至"), kind="date", aliases=("证书有效期", "到期日期")),
        Field("filing_number", _("备案编号"), max_length=60, aliases=("备案号",)),
        Field("former_names", _("曾用名"), max_length=400, aliases=("原名称",)),
        Field("supervising_department", _("主管部门"), max_length=100),
        Field("established_on", _("成立日期"), kind="date"),
        Field("legal_representative", _("法定代表人"), max_length=60, aliases=("法人", "法人代表")),
        Field("contact_name", _("联系人"), max_length=60),
        Field("contact_phone", _("联系电话"), max_length=40, aliases=("电话", "手机")),
        Field("remarks", _("备注"), max_length=2000),
    ),
    row_checks=(ends_after_start,),
)


@dataclass(frozen=True, slots=True)
class Examination:
    """A dry run: what would become of each row, and what stands against it."""

    reading: Reading
    drafts: list[Draft]
    created: list[Outcome]
    known: list[Outcome]
    same_names: list[Outcome]

    @property
    def blocking(self) -> list[Issue]:
        return [each for each in self.reading.issues if each.tier != "plausible"]

    @property
    def unusual(self) -> list[Issue]:
        return [each for each in self.reading.issues if each.tier == "plausible"]

    @property
    def needs_reason(self) -> bool:
        """Somebody has to say why it is right all the same."""
        return bool(self.unusual or self.same_names)

    @property
    def importable(self) -> bool:
        return not self.blocking and bool(self.drafts)


def examine(ledger: Ledger) -> Examination:
    """Read the file by its mapping and compare it with the register in three queries."""
    regions = {region.code: region for region in Region.objects.all()}
    names = {region.name: code for code, region in regions.items()}
    ctx = {"regions": {**names, **{code: code for code in regions}}}
    reading = read(
        LEDGER,
        read_path(ledger.file).read_bytes(),
        ctx,
        filename=ledger.file.name,
        mapping=ledger.mapping,
    )
    rows = [row for row in map(_complete, reading.rows) if row["uscc"] and row["name"]]
    held = _held(rows)
    fresh = [row for row in rows if row["uscc"] not in held]
    home = ledger.agency.region
    drafts = [_draft(row, regions, ctx["regions"], home) for row in fresh]
    return Examination(
        reading,
        drafts,
        [(row.number, row["uscc"], row["name"], CREATED) for row in fresh],
        [(row.number, row["uscc"], row["name"], KNOWN) for row in rows if row["uscc"] in held],
        _same_names(fresh),
    )


def _complete(row: Row) -> Row:
    """Columns that the ledger does not have are unknown; codes as they are registered."""
    blank = {field.code: None for field in LEDGER.fields}
    code = normalise_uscc(str(row.values.get("uscc") or ""))
    return Row(row.number, {**blank, **row.values, "uscc": code})


def _held(rows: Sequence[Row]) -> set[str]:
    codes = [row["uscc"] for row in rows]
    return set(Institution.objects.filter(uscc__in=codes).values_list("uscc", flat=True))


def _same_names(rows: Sequence[Row]) -> list[Outcome]:
    """Rows whose name is, or was, that of a registered institution with another code."""
    by_name = {normalise_name(row["name"]): row for row in rows}
    taken = Institution.objects.current().filter(name_norm__in=by_name)
    former = FormerName.objects.filter(name_norm__in=by_name)
    found = [*taken.values_list("name_norm", "name"), *former.values_list("name_norm", "name")]
    same = ((by_name[norm], name) for norm, name in found)
    return sorted({(row.number, row["uscc"], row["name"], name) for row, name in same})


def _draft(
    row: Row, regions: Mapping[str, Region], known: Mapping[str, str], home: Region
) -> Draft:
    code = known.get(str(row["region"] or "")) or row["uscc"][2:8]
    region = regions.get(code, home)
    number = decode_certificate(str(row["certificate_number"] or ""))
    remarks = str(row["remarks"] or "")
    if row["certificate_number"] and number is None:
        remarks = f"{remarks}\n{row['certificate_number']}".strip()
    texts = ("address", "filing_number", "supervising_department", "legal_representative")
    facts = {name: str(row[name] or "") for name in (*texts, "contact_name", "contact_phone")}
    former = str(row["former_names"] or "").replace(";", "、").replace("；", "、").split("、")
    laboratory = str(row["laboratory"] or "")
    return Draft(
        uscc=row["uscc"],
        name=str(row["name"]).strip(),
        region=region,
        kind=row["kind"] or InstitutionKind.SOCIAL,
        status=row["status"] or InstitutionStatus.ACTIVE,
        established_on=row["established_on"],
        remarks=remarks,
        sites=[(region, laboratory)] if laboratory else [],
        certificates=[(number.number, row["valid_from"], row["valid_to"])] if number else [],
        former_names=[(name.strip(), None) for name in former if name.strip()],
        **facts,
    )
