"""Draws as a list: inside for staff, and the attempts that everybody may see."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from inspections.draws.choices import DRAW_TONES, DrawState
from inspections.draws.filters import DrawFilter
from inspections.draws.models import Draw
from inspections.draws.permissions import can_list
from inspections.draws.selectors import counts, record_url
from portal.access import PUBLIC, Actor, Allowed
from portal.lists import Column, Empty, ListDef
from portal.lists.search import PlainSearch


def draws_of(actor: Actor) -> Any:
    rows = Draw.objects.visible_to(actor).defer(
        "public_text", "annex_text", "struck_text", "record_text"
    )
    return rows.select_related(
        "imported", "batch__plan__region", "batch__plan__initiating", "batch__plan__cooperating"
    )


def how(draw: Draw) -> Any:
    """In one sitting or apart; a superior's draw had neither here."""
    return "" if draw.is_superior else draw.get_sitting_display()


def told_by(draw: Draw) -> str:
    """The superior's platform that made a draw; nothing for our own."""
    return draw.imported.platform if draw.is_superior else ""


def told_number(draw: Draw) -> str:
    return draw.imported.number if draw.is_superior else ""


def drawn_on(draw: Draw) -> dt.date | None:
    """The day of a superior's draw."""
    return draw.imported.drawn_on if draw.is_superior else None


DRAWS = ListDef(
    name="draws",
    title=_("双随机抽取"),
    rows=draws_of,
    filter=DrawFilter,
    columns=(
        Column("batch", _("批次"), "batch.name"),
        Column("attempt", _("次数"), "attempt", kind="integer"),
        Column("plan", _("检查计划"), "batch.plan.title"),
        Column("region", _("行政区划"), "batch.plan.region"),
        Column("origin", _("来源"), "get_origin_display"),
        Column("sitting", _("方式"), how),
        Column("is_rehearsal", _("演练"), "is_rehearsal"),
        Column(
            "state",
            _("状态"),
            "get_state_display",
            kind="badge",
            tone=lambda row: DRAW_TONES[DrawState(row.state)],
        ),
        Column("opened_at", _("开启时间"), "opened_at", kind="datetime", sort="opened_at"),
        Column("executed_at", _("抽取时间"), "executed_at", kind="datetime"),
        Column("pool_hash", _("名录校验值"), "pool_hash", kind="code", shown=False),
        Column("record_hash", _("记录校验值"), "record_hash", kind="code", shown=False),
    ),
    order=("-opened_at", "-pk"),
    permission=can_list,
    search=PlainSearch(("batch__name", "batch__plan__title")),
    empty=Empty(_("还没有抽取。"), _("计划公布后，在批次页面开启抽取。")),
)

PUBLIC_DRAWS = ListDef(
    name="public_draws",
    title=_("双随机抽取公开"),
    rows=lambda actor: draws_of(PUBLIC),
    filter=DrawFilter,
    columns=(
        Column("draw_id", _("抽取编号"), "draw_id", kind="code"),
        Column("attempt", _("次数"), "attempt", kind="integer"),
        Column("batch", _("批次"), "batch.name"),
        Column("region", _("行政区划"), "batch.plan.region"),
        Column("origin", _("来源"), "origin", kind="code"),
        Column("superior_platform", _("上级平台名称"), told_by),
        Column("superior_number", _("上级抽取编号"), told_number, kind="code"),
        Column("superior_drawn_on", _("上级抽取日期"), drawn_on, kind="date"),
        Column("state", _("状态"), "state", kind="code"),
        Column("frozen_at", _("冻结时间"), "frozen_at", kind="datetime"),
        Column("executed_at", _("抽取时间"), "executed_at", kind="datetime"),
        Column("pool_hash", _("名录校验值"), "pool_hash", kind="code"),
        Column("struck_hash", _("剔除名单校验值"), "struck_hash", kind="code"),
        Column("record_hash", _("记录校验值"), "record_hash", kind="code"),
        Column("institutions", _("名录家数"), lambda row: counts(row)["institutions"],
               kind="integer"),
        Column("picked", _("抽取家数"), lambda row: counts(row)["picked"], kind="integer"),
        Column("record_url", _("记录地址"), record_url),
    ),
    order=("-opened_at", "-pk"),
    permission=lambda actor: Allowed(yes=True),
)  # fmt: skip
