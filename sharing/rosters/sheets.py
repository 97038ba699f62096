"""The roster workbook: the 30 columns that the two bureaus agreed on, and their checks.

Checks that need the registry follow in `services`, after the file itself has been read.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from institutions.registry.choices import uscc_message
from institutions.registry.rules import decode_certificate, normalise_name, read_uscc
from portal.access import Actor
from portal.errors import Refused
from portal.files.models import StoredFile
from portal.workbooks import (
    Confirmation,
    Ctx,
    Field,
    Issue,
    Problem,
    Reading,
    Row,
    SheetDefinition,
    confirm,
    read,
    template,
)
from portal.workbooks.copies import request_copy
from portal.workbooks.models import MarkedCopy
from sharing.restrictions.selectors import banned
from sharing.rosters import rules
from sharing.rosters.choices import CommissionKind, Medium, PeriodKind, Procurement
from sharing.rosters.models import COMPARED_FIELDS, Roster, RosterDraft
from sharing.rosters.selectors import (
    Registered,
    previous_version,
    registered,
    rows_of,
    template_rows,
)
from sharing.rosters.services import Handed

PHONE = re.compile(r"^(?:1[3-9]\d{9}|(?:0\d{2,3}-?)?\d{7,8}(?:-\d{1,6})?)$")
FAULTY = Path(__file__).parents[1] / "seeds" / "demo_faulty_roster.csv"
LIKELY_AMOUNT = (Decimal(500), Decimal(5_000_000))  # yuan; outside, the reporter confirms
LIKELY_TASKS = (0, 5_000)
LONGEST_CONTRACT = dt.timedelta(days=5 * 366)


def _uscc(value: str, ctx: Ctx) -> Iterable[Problem]:
    reading = read_uscc(value)
    if reading.fault:
        message = uscc_message(reading)
        advice = reading.suggestion or _("请对照营业执照或法人证书逐位核对。")
        yield Problem(message, "uscc", "validity", advice)


def _certificate(value: str, ctx: Ctx) -> Iterable[Problem]:
    number = decode_certificate(value)
    if number is None:
        advice = _("CMA证书编号为 12 位数字，如 240912050001，请对照证书填写。")
        yield Problem(_("CMA证书编号格式不对。"), "certificate_number", "validity", advice)
    elif not number.field_is_usual:
        message = _("证书编号第 5 至 6 位“%(field)s”不是环境类机构常见的专业领域。")
        advice = _("请核对；确属综合类机构的，请确认并说明。")
        words = {"field": number.field}
        yield Problem(message % words, "certificate_field", "plausible", advice)


def _phone(value: str, ctx: Ctx) -> Iterable[Problem]:
    if not PHONE.match(value.replace(" ", "")):
        message = _("“%(value)s”不像手机号或带区号的座机号。") % {"value": value}
        yield Problem(message, "phone", "validity", _("请填写如 021-56780000 或 13812345678。"))


def _reporter(value: str, ctx: Ctx) -> Iterable[Problem]:
    if value not in ctx["agency_names"]:
        words = {"value": value, "agency": ctx["agency"]}
        message = _("填报部门“%(value)s”不是本次报送的部门“%(agency)s”。") % words
        yield Problem(message, "other_agency", "validity", ctx["agency"])


def _year(value: int, ctx: Ctx) -> Iterable[Problem]:
    if value != ctx["year"]:
        words = {"value": value, "year": ctx["year"]}
        message = _("报送年度 %(value)s 与本周期的 %(year)s 年不一致。") % words
        yield Problem(message, "other_year", "validity", str(ctx["year"]))


def _period(value: str, ctx: Ctx) -> Iterable[Problem]:
    if value != ctx["kind"]:
        label = PeriodKind(ctx["kind"]).label
        message = _("周期应为“%(label)s”。") % {"label": label}
        yield Problem(message, "other_period", "validity", str(label))


def _contract(row: Row, ctx: Ctx) -> Iterable[Problem]:
    start, end = row["contract_from"], row["contract_to"]
    if start and end:
        yield from _contract_span(start, end, ctx)
    if not row["contract_number"] and row["commission_kind"] == CommissionKind.GOVERNMENT:
        message = _("政府委托项目没有填写合同编号。")
        advice = _("请补填合同编号；确无书面合同的，请确认并说明原因。")
        yield Problem(message, "no_contract", "plausible", advice, field="contract_number")


def _contract_span(start: dt.date, end: dt.date, ctx: Ctx) -> Iterable[Problem]:
    if end < start:
        message = _("合同终止日早于合同起始日。")
        yield Problem(
            message, "contract_order", "validity", _("请核对合同起止日期。"), "contract_to"
        )
        return
    if end < ctx["covers_from"] or start > ctx["covers_to"]:
        message = _("合同期与本报送周期没有重叠。")
        advice = _("不在本周期内的合同不必报送；确需报送的，请确认并说明原因。")
        yield Problem(message, "contract_outside", "plausible", advice, field="contract_to")
    if end - start > LONGEST_CONTRACT:
        advice = _("请核对年份；确为长期合同的，请确认并说明原因。")
        yield Problem(_("合同期超过五年。"), "contract_long", "plausible", advice, "contract_to")


def _certificate_term(row: Row, ctx: Ctx) -> Iterable[Problem]:
    """A17 of the off-site rules: work under a contract needs a valid certificate."""
    valid_to, start, end = row["certificate_valid_to"], row["contract_from"], row["contract_to"]
    if not valid_to:
        return
    if start and valid_to < start:
        message = _("CMA证书在合同开始前已过期。")
    elif end and valid_to < min(end, ctx["covers_to"]):
        message = _("CMA证书在合同期内、本周期截止前到期。")
    else:
        return
    advice = _("请核对证书有效期；已换证的填写新证书，确属过期的请确认并说明原因。")
    yield Problem(message, "certificate_expired", "plausible", advice, field="certificate_valid_to")


def _filing(row: Row, ctx: Ctx) -> Iterable[Problem]:
    """生态环境监测条例 art. 28: the institution files with the ecology authority."""
    if not row["filing_number"] and row["uscc"]:
        message = _("没有填写备案编号。")
        advice = _("请向机构核对备案编号；尚未备案的，请确认并说明。")
        yield Problem(message, "no_filing", "plausible", advice, field="filing_number")


def _registry(rows: Sequence[Row], ctx: Ctx) -> Iterable[Problem]:
    """EV8: a code that the registry knows under another name is shown with that name.

    A right code that it does not know is noted once.
    """
    known = ctx["registered"](row["uscc"] for row in rows)
    noted: set[str] = set()
    for row in rows:
        entry, name = known.get(row["uscc"]), row["institution_name"]
        if not row["uscc"] or not name:
            continue
        if entry is None:
            if row["uscc"] in noted or not read_uscc(row["uscc"]).ok:
                continue
            noted.add(row["uscc"])
            message = _("名录库中没有这个机构，报送后由市场监管局核对。")
            yield Problem(message, "not_registered", "note", "", "uscc", row.number)
        elif normalise_name(name) != normalise_name(entry.name):
            yield _other_name(name, entry, row.number)


def _banned(rows: Sequence[Row], ctx: Ctx) -> Iterable[Problem]:
    """A47: a contract that meets a purchase ban; without dates the period stands for it."""
    bans = ctx["banned"](row["uscc"] for row in rows)
    for row in rows:
        start = row["contract_from"] or ctx["covers_from"]
        end = row["contract_to"] or ctx["covers_to"]
        for ban in bans.get(row["uscc"], ()):
            if ban.meets(start, end):
                words = {"number": ban.case_number, "from": date_format(ban.from_on)}
                words["to"] = date_format(ban.to_on) if ban.to_on else _("终身")
                message = _("该机构在政府购买禁入期内：%(from)s 至 %(to)s（案件 %(number)s）。")
                advice = _(
                    "不得委托或者采购；合同早于决定的，请确认并写明终止、不再续签等处理情况。"
                )
                yield Problem(message % words, "banned", "plausible", advice, "uscc", row.number)


def _other_name(name: str, entry: Registered, number: int) -> Problem:
    if name in entry.former:
        message = _("这是该机构的曾用名，现名“%(name)s”。") % {"name": entry.name}
        return Problem(message, "former_name", "plausible", entry.name, "institution_name", number)
    message = _("与名录库中该代码的机构名称“%(name)s”不一致。") % {"name": entry.name}
    return Problem(message, "name_differs", "plausible", entry.name, "institution_name", number)


ROSTER = SheetDefinition(
    name="roster",
    version="1",
    title=_l("生态环境监测机构名单"),
    key=("uscc", "contract_number"),
    row_checks=(_contract, _certificate_term, _filing),
    file_checks=(_registry, _banned),
    fields=(
        Field("reporter", _l("填报部门"), required=True, check=_reporter, width=18),
        Field("year", _l("报送年度"), kind="integer", required=True, check=_year),
        Field("period_kind", _l("周期"), kind="choice", required=True,
              choices=tuple(PeriodKind.choices), check=_period),
        Field("institution_name", _l("机构名称"), required=True, max_length=200, width=32,
              help=_l("填写营业执照或法人证书上的全称。")),
        Field("uscc", _l("统一社会信用代码"), kind="code", required=True, check=_uscc, width=22,
              example="91310113MA1TEX706G", help=_l("18 位，单元格须为文本格式。")),
        Field("certificate_number", _l("CMA证书编号"), kind="code", required=True,
              check=_certificate, width=16, example="240912050001",
              help=_l("12 位数字：年份、发证机关、专业领域、行业主管、流水号。")),
        Field("certificate_valid_to", _l("证书有效期至"), kind="date", required=True),
        Field("filing_number", _l("备案编号"), kind="code", max_length=60, width=18),
        Field("registered_address", _l("注册地"), max_length=200, width=28),
        Field("laboratory_address", _l("实验室地址"), max_length=200, width=28),
        Field("media", _l("监测项目类别"), kind="multi", required=True,
              choices=tuple(Medium.choices), width=18,
              help=_l("可填多项，用“、”分隔：水、气、土壤、沉积物、固体废物、生物、噪声、震动、辐射。")),
        Field("project_name", _l("项目名称"), required=True, max_length=200, width=30),
        Field("factors", _l("具体因子"), width=24),
        Field("commission_kind", _l("委托性质"), kind="choice", required=True,
              choices=tuple(CommissionKind.choices)),
        Field("procurement", _l("采购方式"), kind="choice", choices=tuple(Procurement.choices)),
        Field("contract_number", _l("合同编号"), kind="code", max_length=100, width=20),
        Field("contract_from", _l("合同起始日"), kind="date"),
        Field("contract_to", _l("合同终止日"), kind="date"),
        Field("contract_amount", _l("合同金额(元)"), kind="decimal", minimum=0,
              maximum=Decimal("999999999999.99"), likely=LIKELY_AMOUNT),
        Field("task_count", _l("任务数/报告数"), kind="integer", minimum=0,
              maximum=2_000_000_000, likely=LIKELY_TASKS),
        Field("monitored_object", _l("监测对象/区域"), max_length=300, width=24),
        Field("in_double_random", _l("是否纳入双随机"), kind="boolean", required=True,
              help=_l("默认“是”；填“否”为建议，由两局共同决定。")),
        Field("performance", _l("履约评价"), max_length=200),
        Field("problems", _l("发现问题或线索"), max_length=1000, width=28,
              help=_l("不得填写涉密内容。")),
        Field("contact_name", _l("部门联系人"), required=True, max_length=60),
        Field("contact_phone", _l("联系电话"), kind="code", required=True, check=_phone, width=16),
        Field("filled_by", _l("填报人"), max_length=60),
        Field("reviewed_by", _l("审核人"), max_length=60),
        Field("reported_on", _l("报送日期"), kind="date"),
        Field("remarks", _l("备注"), width=24),
    ),
)  # fmt: skip


def roster_template(roster: Roster) -> bytes:
    """This period's workbook for this agency, with the rows of the last period filled in."""
    return template(ROSTER, template_rows(roster), _context(roster))


def roster_workbook(roster: Roster, rows: Iterable[Mapping[str, Any]]) -> bytes:
    """A workbook of this roster with these rows, as an agency would hand it in."""
    head = {"reporter": roster.agency.short_name, "year": roster.period.year}
    head["period_kind"] = roster.period.kind
    return template(ROSTER, [{**row, **head} for row in rows], _context(roster))


def faulty_sample(roster: Roster) -> bytes:
    """For the demo: a workbook in which every row but the first has a mistake to be found."""
    year = str(roster.period.year)
    with FAULTY.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(line.replace("{year}", year) for line in lines))
    return roster_workbook(roster, rows)


def request_marked(draft: RosterDraft, *, actor: Actor) -> MarkedCopy:
    """Have a worker mark the uploaded workbook, every issue at its cell, always as xlsx; once."""
    names = Issue._fields
    told = (Issue(**{name: each.get(name, "") for name in names}) for each in draft.issues)
    name = _("问题已标注-%(name)s.xlsx") % {"name": Path(draft.file.name).stem}
    return request_copy(ROSTER, draft.file, told, name=name, actor=actor)


@dataclass(frozen=True, slots=True)
class Examination:
    """What one pass over an upload found, with the reasons given so far."""

    reading: Reading
    issues: list[dict[str, Any]]
    confirmations: list[dict[str, str]]
    difference: dict[str, Any]

    @property
    def is_clean(self) -> bool:
        return not any(each["open"] for each in self.issues)

    def checked(self) -> dict[str, Any]:
        """As a draft keeps it."""
        return {
            "row_count": len(self.reading.rows),
            "issues": self.issues,
            "confirmations": self.confirmations,
            "difference": self.difference,
        }


def examine(
    roster: Roster, content: bytes, filename: str, given: Iterable[Mapping[str, str]] = ()
) -> Examination:
    """Read an upload once, with every issue of every cell, and compare it with last period."""
    reading = read(ROSTER, content, _context(roster), filename=filename)
    answers = [Confirmation(**{**_NO_ANSWER, **each}) for each in given]
    settled = confirm(reading.issues, answers)
    reasons = {issue: answer.reason for issue, answer in settled.confirmed}
    issues = [_as_dict(issue, reasons) for issue in (*reading.issues, *reading.notes)]
    kept = [
        {"cell": i.cell, "code": i.code, "reason": reason, "field": i.field, "key": i.key,
         "value": i.value}
        for i, reason in reasons.items()
    ]  # fmt: skip
    return Examination(reading, issues, kept, _difference(roster, reading))


_NO_ANSWER = {"cell": "", "code": "", "reason": ""}


def _as_dict(issue: Issue, reasons: Mapping[Issue, str]) -> dict[str, Any]:
    reason = reasons.get(issue, "")
    is_open = issue.tier != "note" and issue not in reasons
    return {**issue._asdict(), "open": is_open, "reason": reason}


def _context(roster: Roster) -> Ctx:
    period, agency = roster.period, roster.agency
    return {
        "title": _("%(period)s 生态环境监测机构名单(%(agency)s)")
        % {"period": period.code, "agency": agency.short_name},
        "meta": {"period": period.code, "agency": agency.code},
        "agency": agency.short_name,
        "agency_names": {agency.name, agency.short_name},
        "year": period.year,
        "kind": period.kind,
        "covers_from": period.covers_from,
        "covers_to": period.covers_to,
        "registered": registered,
        "banned": banned,
    }


def _difference(roster: Roster, reading: Reading) -> dict[str, Any]:
    before = rows_of(previous_version(roster))
    found = rules.difference(before, [row.values for row in reading.rows], COMPARED_FIELDS)
    return {
        name: [_shown(change) for change in getattr(found, name)]
        for name in ("new", "changed", "gone", "same")
    }


def _shown(change: rules.RowChange) -> dict[str, Any]:
    names = ("institution_name", "uscc", "project_name", "contract_number")
    return {
        **{name: str(change.row[name] or "") for name in names},
        "fields": [str(LABELS[name]) for name in change.fields],
    }


LABELS = {field.code: field.label for field in ROSTER.fields}


def handed(
    examination: Examination,
    *,
    file: StoredFile,
    scan: StoredFile | None = None,
    base_version: int | None = None,
    reason: str = "",
) -> Handed:
    """What is handed in after a clean check; Refused with the issues while one is open."""
    if not examination.is_clean:
        details = [each for each in examination.issues if each["open"]]
        raise Refused(
            _("名单还有未处理的问题，请修改或确认后再报送。"), code="issues", details=details
        )
    numbers = {row.number: place for place, row in enumerate(examination.reading.rows, start=1)}
    confirmations: dict[int, list[dict[str, str]]] = {}
    for each in examination.confirmations:
        place = numbers.get(int("".join(filter(str.isdigit, each["cell"])) or 0), 0)
        confirmations.setdefault(place, []).append(each)
    return Handed(
        rows=[row.values for row in examination.reading.rows],
        file=file,
        scan=scan,
        confirmations=confirmations,
        base_version=base_version,
        reason=reason,
    )
