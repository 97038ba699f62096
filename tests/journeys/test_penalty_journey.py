"""From a finding to a published decision by six people, and to everyone whom it concerns."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from penalties.models import Case
from portal.access import AgencyKind, job_actor
from portal.clocks import today
from portal.models import AuditEvent
from sharing.models import Roster
from sharing.rosters import services as rosters
from tests.journeys.casework import (
    decide,
    defend,
    finish,
    notice,
    open_and_investigate,
    register,
    review,
)
from tests.journeys.chain import Chain, drain
from tests.sharing.workbooks import filled

pytestmark = pytest.mark.django_db(transaction=True)


def publish(chain: Chain, case: Case) -> None:
    """The credit officer prepares both publications without personal data, the chief reviews."""
    drain()
    for kind in ("依法公开", "信用公示"):
        first = chain.visit(chain.credit.user)
        first.desk("编制处罚公示", kind)
        first.look("publication-draft")
        first.press("修改")
        first.look("publication-edit")
        first.fill(facts="采样记录与原始谱图不符。联系电话 13812345678。")
        first.send()
        first.page.get_by_role("button", name="提交复核").click()
        expect(first.page.locator(".note-danger")).to_contain_text("13812345678")
        first.press("修改")
        first.fill(facts="采样记录与原始谱图不符，监测数据弄虚作假。")
        first.send()
        first.page.get_by_role("button", name="提交复核").click()
        first.stands("待复核")
        second = chain.of("chief")
        second.desk("复核处罚公示", kind)
        second.press("复核通过")
        second.look("publication-approve")
        second.send()
        second.stands("已公示")
    second.look("publication-published")


def tell_the_platform(chain: Chain, case: Case) -> None:
    """What the portal does not know is added; then the platform has the record, once."""
    drain()
    officer = chain.visit(chain.credit.user)
    officer.desk("补充信用记录", case.number)
    officer.look("credit-record-gap")
    officer.press("补充")
    officer.look("credit-record-complete")
    officer.fill(CF_FRDB="赵某某")
    officer.send()
    for _twice in range(2):
        drain()
    key = f"penalty-{case.decision.pk}/1"
    assert chain.platform.posts == chain.platform.arrived == [key]
    told = json.loads(chain.platform.records[key])
    assert (told["CF_NR_FK"], told["CF_FRDB"]) == ("15.000000", "赵某某")
    assert told["CF_JDRQ"] == "2026/10/15"
    officer.page.reload()
    expect(officer.page.locator("#content")).to_contain_text("P1")
    officer.look("credit-record-sent")


KEPT = "合同已经到期，正在核对。"
NOTHING, NO_REASON, TOO_LONG = (
    {"reason": KEPT},
    {"answer": "not_applicable"},
    {"reason": "长" * 501},
)
ANSWERS: list[tuple[str, dict[str, str], str, dict[str, str]]] = [
    (AgencyKind.AGRICULTURE, NOTHING, "该字段是必填项", {"answer": "known"}),
    (AgencyKind.PLANNING, NO_REASON, "写明理由", {"reason": "本单位不采购监测服务。"}),
    (AgencyKind.WATER, NOTHING, "该字段是必填项", {"answer": "not_renewed"}),
    (AgencyKind.TRANSPORT, NO_REASON, "写明理由", {"answer": "no_contract"}),
    (AgencyKind.GREENING, NO_REASON, "写明理由", {"answer": "ended", "reason": "HT-7 已终止。"}),
]


def acknowledge(chain: Chain, case: Case) -> None:
    """Five partners and the market bureau answer for themselves, each after one slip."""
    people = [(chain.partners[kind].user, *rest) for kind, *rest in ANSWERS]
    peer = chain.peer.own.posts["officer"].user
    people.append((peer, NO_REASON, "写明理由", {"answer": "known", "reason": ""}))
    for user, slip, sentence, mended in people:
        here = chain.visit(user)
        here.letter("处罚信息通报")
        here.look("notice")
        here.press("确认")
        here.look("notice-acknowledge")
        here.fill(**slip)
        here.send()
        here.refused(sentence)
        for name, value in slip.items():
            box = here.page.locator(f"[name={name}]")
            if name == "reason":
                expect(box).to_have_value(value)
            else:
                expect(here.page.locator(f"[name={name}][value={value}]")).to_be_checked()
        here.fill(**mended)
        here.send()
        expect(here.page.locator(".note-ok")).to_contain_text("回执已登记")
    chief = chain.of("chief")
    chief.page.goto("/sharing/notices/")
    chief.look("notice-list")
    chief.press(chain.own.institution.name)
    expect(chief.page.get_by_text("待确认")).to_have_count(0)
    chief.look("notice-answered")


def stopped_at_the_roster(chain: Chain, case: Case) -> None:
    """A contract that meets the ban is stopped, and goes on with its reason."""
    chain.travel("2027-01-10")
    actor = job_actor("test")
    rosters.open_due_periods(today(), days_ahead=90, actor=actor)
    clerk = chain.partners[AgencyKind.WATER]
    roster = Roster.objects.get(agency=clerk.agency)
    body = chain.own.institution
    row = {"机构名称": body.name, "统一社会信用代码": body.uscc}
    file = chain.folder / "名单.xlsx"
    file.write_bytes(filled(roster, row).getvalue())
    here = chain.visit(clerk.user)
    here.desk("2026-Y")
    here.press("上传名单")
    here.page.set_input_files("input[type=file]", file)
    here.page.get_by_role("button", name="上传并检查").click()
    here.page.wait_for_url("**/drafts/**")
    expect(here.page.locator("#content")).to_contain_text("该机构在政府购买禁入期内")
    expect(here.page.get_by_role("button", name="确认报送")).to_have_count(0)
    here.look("roster-banned")
    here.page.get_by_label("确属实情的理由").fill("合同签订在处罚决定之前，到期不再续签。")
    here.page.get_by_role("button", name="确认属实").click()
    expect(here.page.get_by_text("检查通过，可以报送。")).to_be_visible()
    here.page.get_by_role("button", name="确认报送").click()
    here.page.wait_for_url("**/versions/**")
    drain()
    chief = chain.of("chief")
    chief.page.goto("/inbox/")
    chief.press("禁入机构预警")
    expect(chief.page.locator("#content")).to_contain_text(body.name)
    chief.look("banned-alert")


def in_public(chain: Chain, case: Case) -> None:
    """Without a login: basis and term until the term's last day, nothing the day after."""
    body = chain.own.institution
    citizen = chain.visit(None)
    citizen.page.goto("/")
    citizen.page.goto("/public/penalties/")
    citizen.fill(q=body.name[:6])
    citizen.send()
    expect(citizen.page.locator("#content")).to_contain_text(
        "公示期 2026年10月20日 至 2027年10月15日"
    )
    citizen.look("public-penalties")
    citizen.press(case.number)
    expect(citizen.page.locator("#content")).to_contain_text("《生态环境监测条例》第45条")
    citizen.look("public-penalty")
    address = citizen.page.url
    citizen.page.goto(f"/public/institutions/{body.uscc}/")
    expect(citizen.page.locator("#content")).to_contain_text(case.number)
    citizen.look("public-institution")
    chain.travel("2027-10-15")
    citizen.page.goto(address)
    expect(citizen.page.locator("#content")).to_contain_text(case.number)
    chain.travel("2027-10-16")
    assert citizen.page.goto(address).status == 404
    for page in ("/public/penalties/", f"/public/institutions/{body.uscc}/"):
        citizen.page.goto(page)
        expect(citizen.page.locator("#content")).not_to_contain_text(case.number)


STEPS = (
    open_and_investigate,
    finish,
    review,
    notice,
    defend,
    decide,
    publish,
    tell_the_platform,
    acknowledge,
    stopped_at_the_roster,
    in_public,
)


def test_from_a_finding_to_everyone_whom_the_penalty_concerns(chain: Chain) -> None:
    case = register(chain)
    for step in STEPS:
        step(chain, case)
    acts = AuditEvent.objects.filter(stream=f"case:{case.pk}")
    assert len(set(acts.exclude(user_id=None).values_list("user_id", flat=True))) >= 6
