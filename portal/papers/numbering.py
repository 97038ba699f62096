"""Taking the next number of a series, and what an agency's numbers look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.access import Actor, demand
from portal.audit import record
from portal.errors import Conflict, Refused
from portal.papers import permissions
from portal.papers.models import PaperSeries
from portal.papers.numbers import MOST, PATTERN, SHAPE, numbered, pattern_fault, with_brackets


@dataclass(frozen=True, slots=True)
class Given:
    """A number as counted and as written."""

    n: int
    text: str


def series_of(agency: Any, series: str, year: int) -> PaperSeries:
    """The counter of the year; a new year begins at 1 with the pattern of the last one."""
    before = PaperSeries.objects.filter(agency=agency, series=series, year__lt=year).first()
    pattern = fresh_counter(agency, series, year, before).pattern
    return PaperSeries.objects.get_or_create(
        agency=agency, series=series, year=year, defaults={"pattern": pattern}
    )[0]


def fresh_counter(agency: Any, series: str, year: int, before: PaperSeries | None) -> PaperSeries:
    """What a year begins with, not saved."""
    pattern = before.pattern if before else PATTERN
    return PaperSeries(agency=agency, series=series, year=year, pattern=pattern, last=0)


def next_number(agency: Any, series: str, year: int) -> Given:
    """The next number, by the locked counter; given back when the transaction does not commit."""
    counter = series_of(agency, series, year)
    counter = PaperSeries.objects.select_for_update().get(pk=counter.pk)
    given = Given(counter.last + 1, text_of(counter, agency, counter.last + 1))
    if not SHAPE.fullmatch(given.text):
        words = {"number": given.text}
        message = _("按现有设置得到的文号“%(number)s”不合格式，请先设置本单位的文号格式。")
        raise Refused(message % words, code="paper_number")
    PaperSeries.objects.filter(pk=counter.pk).update(last=given.n)
    return given


def text_of(counter: PaperSeries, agency: Any, n: int) -> str:
    """A number in words; Refused while the agency has no 机关代字 that its pattern asks for."""
    prefix = str(agency.document_prefix)
    if "{agency}" in counter.pattern and not prefix:
        words = {"agency": agency.name}
        message = _("%(agency)s尚未登记机关代字，请系统管理员在单位信息中填写后再编号。")
        raise Refused(message % words, code="paper_prefix")
    return numbered(counter.pattern, agency=prefix, series=counter.series, year=counter.year, n=n)


@transaction.atomic
def set_series(
    counter: PaperSeries, *, pattern: str, last: int, actor: Actor, reason: str = ""
) -> None:
    """How the series looks from its next number on, and after which number it goes on.

    ``last`` may only rise, and with a reason: for numbers that were given outside the portal.
    """
    demand(permissions.can_set_up(actor))
    pattern = with_brackets(pattern)
    _check_pattern(pattern)
    now = PaperSeries.objects.select_for_update().get(pk=counter.pk)
    if now.last != counter.last:
        raise Conflict(_("刚有新的文号编出"))
    if not now.last <= last <= MOST:
        words = {"last": now.last}
        raise Refused(_("已用到 %(last)d 号，只能往后调整。") % words, code="series_last")
    if last > now.last and not reason.strip():
        raise Refused(_("跳过文号须写明理由，例如此前的文号在平台外编发。"), code="reason")
    PaperSeries.objects.filter(pk=now.pk).update(pattern=pattern, last=last)
    changes: dict[str, Any] = {"pattern": [now.pattern, pattern], "last": [now.last, last]}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    record(actor, "paperseries.edit", now, changes=changes, reason=reason)


def _check_pattern(pattern: str) -> None:
    sentences = {
        "places": _("文号格式只能使用 {agency}、{series}、{year}、{n} 四种占位符。"),
        "year": _("文号格式须含一个写作〔{year}〕的年份。"),
        "number": _("文号格式须以“{n}号”结尾，序号不带“第”字、不补零。"),
        "shape": _("文号格式不符合“机关代字〔年份〕序号号”的要求，请检查所用的字。"),
    }
    fault = pattern_fault(pattern)
    if fault:
        raise Refused(sentences[fault], code=f"pattern_{fault}")
