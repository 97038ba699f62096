"""What the room looks at during a ceremony: whose turn it is, what was shown, what came out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from inspections.draws.choices import DRAW_TONES, DrawState, Party
from inspections.draws.models import Draw
from inspections.draws.selectors import Visit, counts, drawn, turns
from portal.access import Actor


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened, for the timeline of the screen."""

    at: dt.datetime
    what: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Quota:
    """A stratum on the screen: how many of how many are drawn."""

    name: str
    members: int
    percent: str
    quota: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What one party has shown by now; a secret only when both are in."""

    party: str
    label: str
    agency: str
    commitment: str
    secret: str


def happened(draw: Draw) -> list[Happened]:
    """In the order of the clock; equal times in the order of the ceremony."""
    found = [Happened(draw.opened_at, _("开启抽取"))]
    if draw.frozen_at:
        found.append(Happened(draw.frozen_at, _("冻结名录")))
    rows = list(draw.commitments.select_related("post__agency", "post__user"))
    for each in rows:
        who = f"{each.post.agency.short_name} {each.post.user.name}"
        found.append(Happened(each.committed_at, _("公开承诺值"), who))
    for each in rows:
        if each.revealed_at:
            who = f"{each.post.agency.short_name} {each.post.user.name}"
            found.append(Happened(each.revealed_at, _("揭示随机数"), who))
    for at, what in (
        (draw.executed_at, _("执行抽取")),
        (draw.voided_at, _("作废本次抽取")),
        (draw.published_at, _("公开抽取记录")),
    ):
        if at:
            found.append(Happened(at, what))
    return sorted(found, key=lambda each: each.at)


def shown(draw: Draw, sides: dict[str, Any]) -> list[Shown]:
    rows = {each.party: each for each in draw.commitments.all()}
    both = len(rows) == len(sides) and all(each.secret for each in rows.values())
    found = []
    for party, agency in sides.items():
        one = rows.get(party)
        value, secret = (one.value, one.secret) if one else ("", "")
        label = str(Party(party).label)
        found.append(Shown(party, label, str(agency), value, secret if both else ""))
    return found


def quotas(draw: Draw) -> list[Quota]:
    """Of the frozen pool; the number to draw once the record says it."""
    public, strata = draw.public, draw.record.get("strata", [])
    drawn_of = {each["name"]: each["quota"] for each in strata}
    names = {each.name: str(each) for each in draw.batch.strata.all()}
    return [
        Quota(
            names.get(each["name"], each["name"]),
            sum(one["stratum"] == each["name"] for one in public["institutions"]),
            f"{each['ratio_bp'] / 100:g}%",
            drawn_of.get(each["name"]),
        )
        for each in public.get("strata", [])
    ]


def with_tickets(draw: Draw, actor: Actor) -> list[tuple[Visit, str]]:
    """The drawn institutions in draw order, each with the ticket that drew it."""
    strata = draw.record.get("strata", [])
    lots = [lot for each in strata for lot in [*each["picked"], *each["reserve"]]]
    tickets = {lot["id"]: lot["ticket"] for lot in lots}
    return [(each, tickets.get(each.uscc, "")) for each in drawn(draw, actor)]


def attempts(draw: Draw) -> list[tuple[Draw, str]]:
    """All attempts at this batch, each with the tone of its state."""
    rows = Draw.objects.filter(batch=draw.batch_id, is_rehearsal=draw.is_rehearsal)
    rows = rows.defer("public_text", "annex_text", "struck_text", "record_text")
    return [(each, DRAW_TONES[DrawState(each.state)]) for each in rows.order_by("attempt")]


def screen(draw: Draw, actor: Actor, sides: dict[str, Any]) -> dict[str, Any]:
    """Everything on the screen of the room."""
    return {
        "draw": draw,
        "tone": DRAW_TONES[DrawState(draw.state)],
        "turns": turns(draw),
        "counts": counts(draw),
        "parties": shown(draw, sides),
        "happened": happened(draw),
        "quotas": quotas(draw),
        "attempts": attempts(draw),
        "rows": with_tickets(draw, actor),
    }
