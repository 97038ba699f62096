"""Whose turn it is, and what the wall of the room shows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from agencies.models import Post
from inspections.ceremonies import selectors
from inspections.ceremonies import services as ceremony
from inspections.draws.models import Draw
from inspections.draws.permissions import parties
from inspections.draws.selectors import turns, verified
from portal.access import Actor
from tests.inspections.ceremonies.makers import committed, executed, frozen, revealed, stage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]


def logged_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(Post.objects.get(pk=actor.post_id).user)
    return client


def done(draw: Draw) -> list[tuple[str, bool]]:
    return [(each.what, each.done_at is not None) for each in turns(draw)]


def test_each_step_says_who_must_do_what():
    here = stage()
    draw = frozen(here)
    assert done(draw) == [("承诺随机数", False), ("承诺随机数", False)]
    draw, kept = committed(here, draw)
    assert done(draw) == [("揭示随机数", False), ("揭示随机数", False)]
    ceremony.reveal(draw, secret=kept["ECO"], actor=here.eco)
    names = {each.who: each.done_at is not None for each in turns(draw)}
    assert sorted(names.values()) == [False, True]
    ceremony.reveal(draw, secret=kept["MKT"], actor=here.mkt)
    draw.refresh_from_db()
    assert done(draw) == [("执行抽取", False)]
    ceremony.execute(draw, actor=here.mkt)
    draw.refresh_from_db()
    assert done(draw) == [("组织检查；最后一家检查完成后公开记录", False)]


def test_the_first_revealed_secret_is_on_no_screen_until_both_are_in():
    here = stage()
    draw, kept = committed(here)
    ceremony.reveal(draw, secret=kept["ECO"], actor=here.eco)
    client = logged_in(here.mkt)
    for address in ("", "live/", "screen/"):
        page = client.get(f"{draw.get_absolute_url()}{address}").content.decode()
        for group in (kept["ECO"], kept["ECO"][:8], kept["ECO"][-8:]):
            assert group not in page
    ceremony.reveal(draw, secret=kept["MKT"], actor=here.mkt)
    page = client.get(f"{draw.get_absolute_url()}screen/").content.decode()
    assert f"<span>{kept['ECO'][:8]}</span>" in page


def test_the_page_loads_anew_only_when_the_step_has_changed():
    here = stage()
    draw, _kept = committed(here)
    client = logged_in(here.eco)
    live = f"{draw.get_absolute_url()}live/"
    assert "HX-Refresh" not in client.get(live, {"seen": "committed"}).headers
    assert client.get(live, {"seen": "frozen"}).headers["HX-Refresh"] == "true"


def test_the_deadline_is_there_to_be_counted_down():
    here = stage()
    due = dt.datetime(2027, 1, 5, 4, tzinfo=dt.UTC)
    draw, _kept = committed(here, frozen(here, reveal_due_at=due, sitting="apart"))
    page = logged_in(here.eco).get(draw.get_absolute_url()).content.decode()
    assert 'data-until="2027-01-05T12:00:00+08:00"' in page


def test_the_screen_shows_quotas_tickets_and_teams():
    here = stage()
    draw = executed(here)
    told = selectors.screen(draw, here.eco, parties(draw))
    [quota] = told["quotas"]
    assert (quota.members, quota.percent, quota.quota) == (10, "50%", 5)
    tickets = [ticket for _visit, ticket in told["rows"]]
    assert tickets == sorted(tickets)
    assert {len(ticket) for ticket in tickets} == {64}
    whats = [each.what for each in told["happened"]]
    assert whats[:2] == ["开启抽取", "冻结名录"]
    assert whats[-1] == "执行抽取"


def test_the_attempts_stand_beside_each_other():
    here = stage()
    draw, _kept = committed(here)
    following = ceremony.void(draw, reason="未揭示", party="ECO", actor=here.mkt)
    page = logged_in(here.eco).get(f"{following.get_absolute_url()}screen/").content.decode()
    assert "历次抽取" in page
    assert f"{draw.get_absolute_url()}screen/" in page
    assert "未揭示" in page


def test_a_screen_asks_the_database_the_same_however_many_are_drawn(
    django_assert_max_num_queries: Any,
):
    here = stage(institutions=16, ratio=10_000)
    draw = executed(here)
    client = logged_in(here.eco)
    with django_assert_max_num_queries(30):
        client.get(f"{draw.get_absolute_url()}screen/")


def test_the_record_is_verified_on_its_page_in_the_readers_language():
    here = stage()
    draw = executed(here)
    client = logged_in(here.eco)
    page = client.get(f"{draw.get_absolute_url()}verify/").content.decode()
    assert "全部步骤重新计算后相符" in page
    assert "已用附件重新抽取，一致" in page
    told = client.get(
        f"{draw.get_absolute_url()}verify/", headers={"accept-language": "en"}
    ).content.decode()
    assert "Every step holds when computed again." in told
    assert "teams drawn again with the annex" in told


def test_an_edited_record_does_not_hold_on_its_page():
    here = stage()
    draw = executed(here)
    text = draw.record_text
    at = text.index(draw.record["strata"][0]["picked"][0]["ticket"])
    edited = text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]
    Draw.objects.filter(pk=draw.pk).update(record_text=edited)
    page = logged_in(here.eco).get(f"{draw.get_absolute_url()}verify/").content.decode()
    assert "有步骤不符" in page
    assert "不是应有的抽取结果" in page
    assert "record_hash 与这份记录不符" in page


def test_a_void_attempts_record_is_verified_too():
    here = stage()
    draw, _kept = committed(here)
    ceremony.void(draw, reason="名录有误", actor=here.mkt)
    draw.refresh_from_db()
    assert [each.ok for each in verified(draw)] == [True] * 6


def test_a_revealed_draw_has_nothing_to_verify_yet():
    here = stage()
    draw = revealed(here)
    assert logged_in(here.eco).get(f"{draw.get_absolute_url()}verify/").status_code == 404
