"""The steps of a case from a finding to the served decision, each by whom it belongs to."""

from __future__ import annotations

from playwright.sync_api import expect

from penalties.models import Case
from tests.journeys.chain import REPORT, Chain, Visit


def register(chain: Chain) -> Case:
    """The handler of the competent bureau makes the finding a case."""
    found = chain.finding()
    here = chain.of("officer")
    here.page.goto(found.visit.get_absolute_url())
    here.press(found.matter.title)
    here.look("finding")
    here.press("登记案件")
    here.look("case-register")
    here.fill(report_numbers=REPORT, act_on="2026-09-02", is_complex=True)
    here.send()
    here.refused("行为日期不能晚于发现日期")
    expect(here.page.locator("[name=report_numbers]")).to_have_value(REPORT)
    here.fill(act_on="2026-08-20")
    here.send()
    here.stands("核查")
    here.look("case-verifying")
    case = Case.objects.get(agency=chain.own.own.agency)
    for number, person in enumerate(chain.own.own.inspectors):
        values = {"principal": True} if number == 0 else {}
        here.act("登记办案人员", shot="case-investigator", inspector=person.name, **values)
    return case


def open_and_investigate(chain: Chain, case: Case) -> None:
    """The leader opens; a second handler collects evidence; a fine above its bounds is refused."""
    chain.travel("2026-09-07")
    leader = chain.of("leader")
    leader.desk(case.number)
    leader.act("立案", shot="case-open")
    leader.stands("调查")
    chain.travel("2026-09-08")
    handler = chain.of("first_inspector")
    handler.page.goto("/penalties/cases/")
    handler.look("case-list")
    handler.press(case.number)
    one, other = (person.name for person in chain.own.own.inspectors)
    handler.press("登记证据")
    handler.look("case-evidence")
    facts = {"title": "原始谱图复印件", "place": "机构档案室", "obtained_at": "2026-09-08T09:30"}
    handler.fill(kind="书证", first=one, second=one, **facts)
    handler.send()
    handler.refused("取证须由两名执法人员进行")
    handler.fill(second=other)
    handler.send()
    expect(handler.page.get_by_role("region", name="证据")).to_contain_text("原始谱图复印件")


def finish(chain: Chain, case: Case) -> None:
    """A fine above the bounds of its basis is refused; within them the case goes to review."""
    chain.travel("2026-09-14")
    handler = chain.of("officer")
    handler.desk(case.number)
    handler.press("调查终结")
    handler.look("case-finish")
    words = {
        "report": "事实清楚，证据充分。",
        "discretion_reason": "初次违法，按法定幅度下限附近。",
    }
    handler.fill(outcome="行政处罚", kinds=["fine"], fine=600_000, **words)
    handler.send()
    handler.refused("500,000")
    expect(handler.page.locator("[name=report]")).to_have_value(words["report"])
    handler.fill(fine=150_000)
    handler.send()
    handler.stands("调查终结")
    handler.act("提交案件审核", shot="case-submit")


def review(chain: Chain, case: Case) -> None:
    """Case review, legal review and the discussion; none of them can be left out."""
    chain.travel("2026-09-15")
    chief = chain.of("chief")
    chief.desk(case.number)
    chief.act("审核通过", shot="case-review", opinion="同意处罚意见，本案复杂，送法制审核。")
    handler = chain.of("officer")
    handler.desk(case.number)
    skip(handler, "本案应当先经法制审核")
    handler.page.goto(case.get_absolute_url())
    handler.act("送法制审核")
    chain.travel("2026-09-16")
    legal = chain.of("legal")
    legal.desk(case.number)
    legal.act("法制审核通过", shot="case-legal", opinion="程序合法，定性准确，裁量适当。")
    handler = chain.of("officer")
    handler.desk(case.number)
    skip(handler, "本案应当先经集体讨论")
    handler.page.goto(case.get_absolute_url())
    handler.act("提交集体讨论")
    discuss(chain, case)


def skip(handler: Visit, sentence: str) -> None:
    """The notice cannot come before its time."""
    handler.press("拟写处罚告知书")
    handler.send()
    handler.refused(sentence)


def discuss(chain: Chain, case: Case) -> None:
    """Three heads vote; two of them are too few."""
    chain.travel("2026-09-17")
    leader = chain.of("leader")
    leader.desk(case.number)
    leader.press("记录集体讨论")
    leader.look("case-discussion")
    posts = [chain.own.own.posts[who].pk for who in ("leader", "chief", "legal")]
    votes = {f"vote_{key}": "同意" for key in posts}
    words = {f"opinion_{key}": "同意拟处罚意见。" for key in posts}
    leader.fill(place="三楼会议室", conclusion="同意处以罚款十五万元。", **words)
    leader.fill(**dict(list(votes.items())[:2]))
    leader.send()
    leader.refused("不得少于 3 人")
    leader.fill(**votes)
    leader.send()
    leader.stands("审核通过")
    leader.look("case-reviewed")


def notice(chain: Chain, case: Case) -> None:
    """The market bureau has a case on the same act: first it is settled who fines."""
    chain.travel("2026-09-18")
    handler = chain.of("officer")
    handler.desk(case.number)
    handler.press("拟写处罚告知书")
    handler.look("case-notice")
    handler.fill(intended="罚款十五万元")
    handler.send()
    handler.refused("另一局对同一行为已有案件")
    expect(handler.page.locator("[name=intended]")).to_have_value("罚款十五万元")
    handler.page.goto(case.get_absolute_url())
    fining = chain.own.own.agency.name
    handler.act("提请联合研判", shot="case-consult", fining=fining, opinion="由我局处罚。")
    other = chain.visit(chain.peer.own.posts["chief"].user)
    other.letter("请就同一行为的案件提出研判意见")
    other.look("consultation")
    other.press("答复")
    other.look("consultation-answer")
    other.fill(agrees="同意", opinion="同意由生态环境局处罚，我局不再罚款。")
    other.send()
    other.look("consultation-agreed")
    chain.travel("2026-09-21")
    handler = chain.of("officer")
    handler.desk(case.number)
    handler.act("拟写处罚告知书")
    number(handler)
    handler.desk(case.number)
    handler.act("登记告知送达", shot="case-notice-served", method="直接送达")
    handler.stands("处罚告知")


def number(handler: Visit) -> None:
    """The newest paper of the case gets its number before it is served."""
    handler.page.locator(".stage-papers").get_by_role("link", name="编号").last.click()
    handler.look("paper-number")
    handler.send()
    handler.page.wait_for_load_state("networkidle")  # the paper is drawn in a frame of its own


def defend(chain: Chain, case: Case) -> None:
    """The party speaks; its days cannot be cut short."""
    chain.travel("2026-09-24")
    handler = chain.of("officer")
    handler.desk(case.number)
    handler.act("登记陈述申辩", shot="case-defence", text="当事人称已经整改，请求从轻。")
    handler.press("陈述申辩复核完毕")
    handler.send()
    handler.refused("期限未满不能继续")
    handler.page.goto(case.get_absolute_url())
    answer = {"result": "不予采纳", "answer": "整改情况已在裁量中考虑。"}
    handler.act("复核陈述申辩", shot="case-answer", **answer)
    chain.travel("2026-10-10")
    handler = chain.of("officer")
    handler.desk(case.number)
    handler.act("陈述申辩复核完毕")
    handler.stands("陈述申辩复核完毕")


def decide(chain: Chain, case: Case) -> None:
    """Drafted by the handler, decided by the leader, numbered, served."""
    chain.travel("2026-10-14")
    handler = chain.of("officer")
    handler.desk(case.number)
    handler.press("拟写决定书")
    handler.look("case-draft")
    expect(handler.page.locator("[name=text_1]")).to_have_value("罚款 150,000.00 元")
    handler.send()
    expect(handler.page.locator(".notes .note-ok").first).to_be_visible()
    handler.act("提请作出决定", shot="case-propose")
    chain.travel("2026-10-15")
    leader = chain.of("leader")
    leader.desk(case.number)
    leader.look("case-deciding")
    leader.act("作出决定", shot="case-decide")
    leader.stands("已决定")
    handler = chain.of("officer")
    handler.desk(case.number)
    handler.press("登记送达")
    handler.look("case-serve")
    handler.fill(method="直接送达", receiver="王某某", place="机构前台")
    handler.send()
    handler.refused("尚未编号")
    handler.page.goto(case.get_absolute_url())
    number(handler)
    handler.look("decision-paper")
    chain.travel("2026-10-20")
    handler = chain.of("officer")
    handler.desk(case.number)
    handler.act("登记送达", method="直接送达", receiver="王某某", place="机构前台")
    handler.stands("已送达")
    handler.look("case-served")
