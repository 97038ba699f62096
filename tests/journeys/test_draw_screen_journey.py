"""The ceremony on the wall of the room, and a superior's draw brought in, in real browsers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from agencies.models import Post, User
from inspections.ceremonies import services as ceremony
from inspections.draws.models import Draw, DrawImport
from portal.access import Actor
from portal.clocks import now
from tests.inspections.ceremonies import makers
from tests.inspections.imports.makers import FACTS, PDF, row, workbook
from tests.journeys.browser import assert_accessible, look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]


def person(actor: Actor) -> User:
    return Post.objects.get(pk=actor.post_id).user


def test_the_screen_follows_the_ceremony_by_itself(open_page: Any):
    here = makers.stage()
    due = now() + dt.timedelta(hours=2)
    draw = makers.frozen(here, sitting="apart", reveal_due_at=due)
    wall = open_page(person(here.mkt), width=1920)
    wall.goto(f"/inspections/draws/{draw.pk}/screen/")
    expect(wall.get_by_text("承诺随机数").first).to_be_visible()
    expect(wall.locator("[data-until]")).to_contain_text("还有 01:5")
    desk = open_page(person(here.eco), width=390)
    desk.goto(draw.get_absolute_url())
    expect(desk.get_by_text("现在由谁办理")).to_be_visible()
    assert_accessible(desk)
    look(desk, "draw-turns-390")
    draw, kept = makers.committed(here, draw)
    expect(wall.get_by_text("揭示随机数").first).to_be_visible(timeout=15_000)
    expect(desk.get_by_role("link", name="揭示随机数")).to_be_visible(timeout=20_000)
    assert_accessible(wall)
    look(wall, "draw-screen-committed-1920")
    for party, actor in (("ECO", here.eco), ("MKT", here.mkt)):
        ceremony.reveal(draw, secret=kept[party], actor=actor)
    ceremony.execute(draw, actor=here.mkt)
    expect(wall.get_by_role("heading", name="抽取结果")).to_be_visible(timeout=15_000)
    expect(wall.get_by_text(kept["ECO"][:8], exact=True)).to_be_visible()
    assert_accessible(wall)
    look(wall, "draw-screen-executed-1920")
    for width, language in ((1440, "en"), (390, "zh-hans"), (390, "en")):
        page = open_page(person(here.eco), width=width, language=language)
        page.goto(f"/inspections/draws/{draw.pk}/screen/")
        assert_accessible(page)
        look(page, f"draw-screen-executed-{width}-{language}")
    verified(open_page(person(here.eco), language="en"), draw.pk)


def verified(page: Page, draw: int) -> None:
    page.goto(f"/inspections/draws/{draw}/verify/")
    expect(page.get_by_text("Every step holds when computed again.")).to_be_visible()
    assert_accessible(page)
    look(page, "draw-verify-en")


def fill_facts(page: Page) -> None:
    for label, value in (
        ("上级平台名称", FACTS["platform"]),
        ("组织抽取的上级单位", FACTS["superior"]),
        ("上级抽取编号", FACTS["number"]),
        ("上级抽取日期", FACTS["drawn_on"].isoformat()),
    ):
        page.get_by_label(label).fill(value)


def shown_as_it_is(inside: Page, public: Page, draw: Draw, width: int) -> None:
    """On the record's page and to everybody: made above, not to be computed here."""
    inside.goto(draw.get_absolute_url())
    public.goto(f"/public/draws/{draw.pk}/")
    for page, name in ((inside, "inside"), (public, "public")):
        expect(page.get_by_text("上级平台抽取，本平台不能复算").first).to_be_visible()
        assert_accessible(page)
        look(page, f"draw-superior-{name}-{width}")


@pytest.mark.parametrize("width", [1440, 390])
def test_a_superiors_draw_is_brought_in_by_two_people(open_page: Any, tmp_path: Path, width: int):
    here = makers.stage()
    book, paper = tmp_path / "结果.xlsx", tmp_path / "通知.pdf"
    wrong = row(here, 1, seat_eco_lead="SH-9999-9999")
    book.write_bytes(workbook(here, row(here, 0), wrong).read())
    paper.write_bytes(PDF)
    mkt = open_page(person(here.mkt), width=width)
    mkt.goto(f"/inspections/batches/{here.batch.pk}/")
    mkt.get_by_role("link", name="导入上级抽取结果").click()
    assert_accessible(mkt)
    look(mkt, f"drawimport-create-{width}")
    fill_facts(mkt)
    mkt.get_by_label("抽取结果（按模板填写）").set_input_files(book)
    mkt.get_by_label("上级平台的来源文件一").set_input_files(paper)
    mkt.get_by_role("button", name="上传并检查").click()
    expect(mkt.get_by_role("cell", name="C5")).to_be_visible()
    assert_accessible(mkt)
    look(mkt, f"drawimport-errors-{width}")
    book.write_bytes(workbook(here, row(here, 0), row(here, 1)).read())
    mkt.get_by_role("link", name="更换工作簿").click()
    mkt.get_by_label("改正后的抽取结果").set_input_files(book)
    mkt.get_by_role("button", name="保存").click()
    expect(mkt.get_by_text("工作簿核对无误")).to_be_visible()
    imported = DrawImport.objects.get()
    mkt.goto(f"{imported.get_absolute_url()}submit/")
    mkt.get_by_role("button", name="提交确认").click()
    expect(mkt.get_by_text("等待第二人确认")).to_be_visible()
    eco = open_page(person(here.eco), width=width)
    eco.goto(imported.get_absolute_url())
    assert_accessible(eco)
    look(eco, f"drawimport-submitted-{width}")
    eco.goto(f"{imported.get_absolute_url()}confirm/")
    eco.get_by_role("button", name="确认导入").click()
    expect(eco.get_by_text("上级抽取结果已导入")).to_be_visible()
    imported.refresh_from_db()
    assert imported.draw is not None
    shown_as_it_is(eco, open_page(None, width=width), imported.draw, width)
