"""A court annuls a published penalty: taken back everywhere, in order, and everyone told."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from penalties.models import Case, PenaltyPublication
from penalties.publication import services as publications
from portal.clocks import engine, today
from portal.clocks.models import Clock
from portal.refs import ref
from sharing.models import PenaltyNotice, Restriction
from sharing.restrictions import services as notices
from tests.journeys.chain import Chain, actor_of, drain

pytestmark = pytest.mark.django_db(transaction=True)
JUDGMENT = "（2026）沪0113行初1号"


def published(chain: Chain) -> Case:
    """A penalty for false data, served, in public, on the platform and answered by everyone."""
    own = chain.own
    own.institution.legal_representative = "赵某某"
    own.institution.save(update_fields=["legal_representative"])
    chain.travel("2026-10-20")
    case = own.served("E09", {"fine": Decimal(150_000)})
    drain()
    related = ("case__agency", "case__institution", "decision__case")
    for row in PenaltyPublication.objects.select_related(*related):
        publications.submit(row, actor=actor_of(chain.credit))
        publications.approve(row, publish_on=today(), on=today(), actor=own.own.actor("chief"))
    drain()
    people = {post.agency_id: post for post in chain.readers}
    for line in PenaltyNotice.objects.get().acknowledgements.all():
        actor = actor_of(people[line.agency_id])
        notices.acknowledge(line, answer="known", reason="", on=today(), actor=actor)
    return case


def sue_and_win(chain: Chain, case: Case) -> None:
    """The officer records the suit and the judgment."""
    chain.travel("2026-11-02")
    officer = chain.of("officer")
    officer.desk(case.number)
    officer.act("登记复议、诉讼", shot="case-suit", channel="行政诉讼", body="示范区人民法院")
    chain.travel("2026-12-01")
    officer = chain.of("officer")
    officer.desk(case.number)
    officer.press("登记复议、诉讼结果")
    officer.look("case-judgment")
    officer.fill(result="变更", document=JUDGMENT, reason="主要证据不足。")
    officer.send()
    officer.refused("须填写变更后的罚款")
    expect(officer.page.locator("[name=document]")).to_have_value(JUDGMENT)
    officer.fill(result="撤销")
    officer.send()
    expect(officer.page.locator("#content")).to_contain_text(JUDGMENT)
    expect(officer.page.locator(".clock", has_text="撤回").first).to_contain_text("2026年12月4日")
    officer.look("case-annulled")
    drain()


def withdraw(chain: Chain, case: Case) -> None:
    """One publication by the chief on the next day, the other by the portal on the last day."""
    chain.travel("2026-12-02")
    chief = chain.of("chief")
    chief.page.goto(case.get_absolute_url())
    chief.page.get_by_role("region", name="处罚公示").get_by_role("link", name="依法公开").click()
    chief.press("撤回")
    dialog = chief.page.get_by_role("dialog")
    dialog.get_by_label("理由").fill("判决撤销，当事人赵某某申请撤回。")
    dialog.get_by_role("button", name="撤回").click()
    chief.refused("赵某某")
    chief.fill(reason=f"人民法院判决撤销该处罚决定，判决书{JUDGMENT}。")
    chief.send()
    chief.stands("已撤回")
    chief.look("publication-withdrawn")
    other = PenaltyPublication.objects.get(kind="credit")
    assert other.is_public(today())
    chain.travel("2026-12-04")
    engine.look()
    drain()
    other.refresh_from_db()
    assert (other.state, str(other.withdrawn_on)) == ("withdrawn", "2026-12-04")
    assert not Clock.objects.open().of(ref(case)).filter(rule_code="D22").exists()


def platform_told(chain: Chain, case: Case) -> None:
    """The platform has the record and its withdrawal, in this order, each once."""
    keys = [f"penalty-{case.decision.pk}/{number}" for number in (1, 2)]
    assert chain.platform.arrived == chain.platform.posts == keys
    kept = [json.loads(chain.platform.records[key]) for key in keys]
    assert [each["operation"] for each in kept] == ["publish", "withdraw"]
    assert JUDGMENT in kept[1]["BZ"]


def everyone_told(chain: Chain, case: Case) -> None:
    """Each of the five partners and the market bureau hears of it, and answers anew."""
    ban = Restriction.objects.get()
    assert str(ban.ended_on) == "2026-12-01"
    for post in chain.readers:
        here = chain.visit(post.user)
        here.letter("处罚决定已变更或者撤销")
        here.stands("已撤销")
        here.look("notice-annulled")
        here.press("确认")
        here.fill(answer="known")
        here.send()
        expect(here.page.locator(".note-ok")).to_contain_text("回执已登记")
        here.press("政府购买禁入")
        here.stands("提前终止")
        here.look("restriction-ended")


def public_told(chain: Chain, case: Case) -> None:
    """The public reads no penalty any more, but why it is gone."""
    body = chain.own.institution
    row = PenaltyPublication.objects.get(kind="disclosure")
    citizen = chain.visit(None)
    citizen.page.goto("/public/penalties/")
    content = citizen.page.locator("#content")
    expect(content).not_to_contain_text(body.name)
    expect(content).to_contain_text(JUDGMENT)
    citizen.look("public-penalties-withdrawn")
    citizen.press(case.number)
    expect(content).to_contain_text("该行政处罚决定信息已撤回")
    expect(content).not_to_contain_text("150,000")
    assert citizen.page.url.endswith(f"/public/penalties/{row.pk}/")
    citizen.look("public-withdrawal")
    citizen.page.goto(f"/public/institutions/{body.uscc}/")
    expect(content).to_contain_text(JUDGMENT)
    expect(content).not_to_contain_text("150,000")
    expect(content).not_to_contain_text("政府购买禁入")
    citizen.look("public-institution-withdrawn")


HISTORY = (
    "立案",
    "处罚决定",
    "处罚信息通报",
    "限制开始",
    "处罚公示：公示",
    "行政诉讼",
    "行政诉讼结果：撤销",
    "决定变更后重新通报",
    "限制结束",
    "处罚公示：撤回",
)


def on_the_institutions_page(chain: Chain, case: Case) -> None:
    """One history of it all."""
    chief = chain.of("chief")
    chief.page.goto(chain.own.institution.get_absolute_url())
    told = chief.page.locator(".card", has_text="监管历程")
    for step in HISTORY:
        expect(told).to_contain_text(step)
    chief.look("institution-history")


STEPS = (
    sue_and_win,
    withdraw,
    platform_told,
    everyone_told,
    public_told,
    on_the_institutions_page,
)


def test_a_court_annuls_and_everything_is_taken_back(chain: Chain) -> None:
    case = published(chain)
    for step in STEPS:
        step(chain, case)
