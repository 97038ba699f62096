"""The lists of rules and parameters: what is in force today and what waits for approval."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.access import Actor
from portal.clocks.now import today
from portal.law.choices import TONES, VersionState
from portal.law.filters import ParameterFilter, RuleFilter
from portal.law.models import DeadlineRule, LawParameter
from portal.law.permissions import can_read
from portal.law.selectors import length_in_words
from portal.lists import Column, ListDef
from portal.lists.search import PlainSearch


def _shown(rows: Any) -> QuerySet[Any, Any]:
    """History stands on the page of each rule."""
    in_force = Q(pk__in=rows.in_force(today()).values("pk"))
    shown: QuerySet[Any, Any] = rows.filter(in_force | Q(state=VersionState.DRAFT))
    return shown


def _rules(actor: Actor) -> QuerySet[Any, Any]:
    return _shown(DeadlineRule.objects.visible_to(actor))


def _parameters(actor: Actor) -> QuerySet[Any, Any]:
    return _shown(LawParameter.objects.visible_to(actor))


def _state(row: Any) -> str:
    return TONES[row.state]


RULES = ListDef(
    "rules",
    _("期限规则"),
    _rules,
    RuleFilter,
    (
        Column("code", _("编号"), "code", kind="code", sort="code"),
        Column("name", _("名称"), "name"),
        Column("trigger", _("起算事由"), "trigger"),
        Column("step", _("应办事项"), "step"),
        Column("length", _("期限"), length_in_words),
        Column("basis", _("依据"), "basis_words"),
        Column("mark", _("可信度"), "get_mark_display"),
        Column("state", _("状态"), "get_state_display", kind="badge", tone=_state),
        Column("version", _("版本"), "version", kind="integer", shown=False),
        Column("effective_from", _("施行日期"), "effective_from", kind="date", shown=False),
        Column("effective_to", _("失效日期"), "effective_to", kind="date", shown=False),
        Column("note", _("说明"), "note", shown=False),
    ),
    ("code",),
    can_read,
    search=PlainSearch(("code", "name", "trigger", "step", "basis_words")),
    page_size=100,
)

PARAMETERS = ListDef(
    "law_parameters",
    _("法定参数"),
    _parameters,
    ParameterFilter,
    (
        Column("code", _("编号"), "code", kind="code", sort="code", shown=False),
        Column("name", _("名称"), "name"),
        Column("kind", _("类型"), "get_kind_display"),
        Column("value", _("数值"), "value_in_words"),
        Column("text", _("内容"), "text"),
        Column("basis", _("依据"), "basis_words"),
        Column("mark", _("可信度"), "get_mark_display"),
        Column("state", _("状态"), "get_state_display", kind="badge", tone=_state),
        Column("effective_from", _("施行日期"), "effective_from", kind="date", shown=False),
        Column("effective_to", _("失效日期"), "effective_to", kind="date", shown=False),
    ),
    ("code",),
    can_read,
    search=PlainSearch(("code", "name", "text", "basis_words")),
    page_size=100,
)
