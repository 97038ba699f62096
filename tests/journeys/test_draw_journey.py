"""A draw in real browsers: two bureaus apart, and both officers at one screen."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Page, expect

from agencies.models import Post, User
from inspections.draws import services
from inspections.draws.models import Draw
from portal.access import Actor
from portal.clocks import now
from tests.inspections.ceremonies import makers
from tests.journeys.browser import assert_accessible, look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]
SCRIPT = Path(settings.BASE_DIR) / "deploy/verify_draw.py"


def person(actor: Actor) -> User:
    return Post.objects.get(pk=actor.post_id).user


def commit(page: Page, draw: Draw, folder: Path) -> Path:
    """Make the secret in the browser, keep its file, show the commitment."""
    page.goto(f"/inspections/draws/{draw.pk}/commit/")
    with page.expect_download() as saved:
        page.get_by_role("button", name="生成随机数并保存文件").click()
    file = folder / saved.value.suggested_filename
    saved.value.save_as(file)
    page.get_by_role("button", name="承诺", exact=True).click()
    expect(page.get_by_text("承诺值已公开")).to_be_visible()
    return file


def reveal(page: Page, draw: Draw, file: Path) -> None:
    page.goto(f"/inspections/draws/{draw.pk}/reveal/")
    page.locator('[data-ceremony="file"]').set_input_files(file)
    expect(page.locator('[name="secret"]')).to_have_value(file.read_text().strip())
    page.get_by_role("button", name="揭示", exact=True).click()
    expect(page.get_by_text("已揭示；双方都揭示后才互相可见")).to_be_visible()


def verifies(draw: Draw, folder: Path) -> None:
    """With the command, and with the stand-alone script in a process of its own."""
    record, annex = folder / "record.json", folder / "annex.json"
    record.write_text(draw.record_text, encoding="utf-8")
    annex.write_text(draw.annex_text, encoding="utf-8")
    asked = [str(record), "--annex", str(annex), "--record-hash", draw.record_hash]
    with pytest.raises(SystemExit) as ended:
        call_command("verify_draw", *asked)
    assert ended.value.code == 0
    done = subprocess.run([sys.executable, "-I", str(SCRIPT), *asked], check=False)
    assert done.returncode == 0


def test_two_bureaus_apart_a_default_then_a_draw_that_verifies(open_page: Any, tmp_path: Path):
    here = makers.stage()
    eco, mkt = open_page(person(here.eco)), open_page(person(here.mkt))
    mkt.goto(f"/inspections/batches/{here.batch.pk}/draw/")
    mkt.get_by_label("分头（各自登录）").check()
    mkt.get_by_label("揭示截止时间").fill(f"{now() + dt.timedelta(days=30):%Y-%m-%dT%H:%M}")
    mkt.get_by_role("button", name="开启", exact=True).click()
    expect(mkt.get_by_text("已开启抽取")).to_be_visible()
    draw = Draw.objects.get()
    mkt.goto(f"/inspections/draws/{draw.pk}/freeze/")
    mkt.get_by_role("button", name="冻结名录").click()
    expect(mkt.get_by_text("名录已冻结")).to_be_visible()
    commit(eco, draw, tmp_path)
    file = commit(mkt, draw, tmp_path)
    reveal(mkt, draw, file)
    mkt.goto(f"/inspections/draws/{draw.pk}/void/")
    mkt.get_by_label("理由").fill("生态环境局未按时揭示")
    mkt.get_by_role("button", name="作废本次").click()
    following = Draw.objects.get(attempt=2)
    first, second = commit(eco, following, tmp_path), commit(mkt, following, tmp_path)
    reveal(eco, following, first)
    reveal(mkt, following, second)
    mkt.goto(f"/inspections/draws/{following.pk}/execute/")
    mkt.get_by_role("button", name="执行抽取").click()
    expect(mkt.get_by_text("抽取完成")).to_be_visible()
    following.refresh_from_db()
    verifies(following, tmp_path)
    public = open_page(None)
    public.goto(f"/public/draws/{following.pk}/")
    expect(public.get_by_text(following.record_hash).first).to_be_visible()
    assert here.institutions[0].name not in public.content()
    told = json.loads(public.request.get("/api/v1/draws/").text())
    assert {row["record_url"] for row in told["results"]} >= {None}


@pytest.mark.parametrize("width", [1440, 390])
def test_both_officers_at_one_screen(open_page: Any, tmp_path: Path, width: int):
    here = makers.stage()
    second = person(here.eco)
    second.set_password("Tidal-Heron-2026")
    second.save(update_fields=["password"])
    draw = makers.frozen(here)
    page = open_page(person(here.mkt), width=width)
    page.goto(f"/inspections/draws/{draw.pk}/sitting/")
    assert_accessible(page)
    look(page, f"draw-sitting-{width}")
    page.get_by_label("第二位人员的用户名").fill(second.username)
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="验证并承诺").click()
    expect(page.get_by_role("alert")).to_contain_text("不正确")
    page.get_by_label("密码").fill("Tidal-Heron-2026")
    page.get_by_role("button", name="验证并承诺").click()
    page.get_by_role("button", name="双方揭示并抽取").click()
    page.wait_for_url(f"**{draw.get_absolute_url()}")
    draw.refresh_from_db()
    verifies(draw, tmp_path)
    assert_accessible(page)
    look(page, f"draw-executed-{width}")
    assert services.times_of(draw).keys() >= {"committed_ECO", "revealed_MKT", "executed"}
