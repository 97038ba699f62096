"""What follows a breach: the case, its decision, its publication."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VERBS = {
    "case.add_evidence": _("登记证据"),
    "case.add_investigator": _("登记办案人员"),
    "case.allow_instalments": _("批准暂缓、分期缴纳"),
    "case.answer_defence": _("复核陈述申辩"),
    "case.answer_extension": _("答复延期申请"),
    "case.apply_to_court": _("申请强制执行"),
    "case.archive": _("归档"),
    "case.ask_extension": _("申请延期"),
    "case.begin_push": _("开始计算向登记地推送的期限"),
    "case.call_hearing": _("通知听证"),
    "case.change_decision": _("变更或者撤销处罚决定"),
    "case.close": _("结案"),
    "case.close_challenge": _("登记复议、诉讼结果"),
    "case.close_defence": _("陈述申辩复核完毕"),
    "case.close_hearing": _("听证结束"),
    "case.conclude": _("集体讨论通过"),
    "case.conclude_heard": _("集体讨论通过（告知之后）"),
    "case.consult": _("提请联合研判"),
    "case.correct_decision": _("补正决定书"),
    "case.court_result": _("登记法院执行结果"),
    "case.decide": _("作出决定"),
    "case.decide_hold": _("处理先行登记保存的证据"),
    "case.discuss_extension": _("集体讨论延长办案期限"),
    "case.draft_decision": _("拟写决定书"),
    "case.draft_notice": _("拟写处罚告知书"),
    "case.draft_reminder": _("拟写催告书"),
    "case.drop_notice": _("已编号的处罚告知书作废"),
    "case.drop_push": _("不再向登记地推送"),
    "case.edit": _("修改案情"),
    "case.end_investigator": _("更换办案人员"),
    "case.file_paper": _("文书入卷"),
    "case.file_challenge": _("登记复议、诉讼"),
    "case.finish": _("调查终结"),
    "case.hand_over": _("移交经办人"),
    "case.hear": _("受理听证申请"),
    "case.hold_evidence": _("先行登记保存证据"),
    "case.not_open": _("不予立案"),
    "case.notice": _("处罚告知"),
    "case.open": _("立案"),
    "case.pass_legal": _("法制审核通过"),
    "case.pass_legal_heard": _("法制审核通过（告知之后）"),
    "case.pass_review": _("案件审核通过"),
    "case.pause": _("中止计算办案期限"),
    "case.pay": _("登记缴款"),
    "case.perform": _("进入履行"),
    "case.propose": _("提请作出决定"),
    "case.push": _("向登记地推送处罚信息"),
    "case.push_published": _("登记登记地公示"),
    "case.receive_defence": _("收到陈述申辩"),
    "case.register": _("登记案件线索"),
    "case.reinvestigate": _("重新调查"),
    "case.remind": _("催告"),
    "case.resume": _("补充调查"),
    "case.return_decision": _("退回重新拟定决定"),
    "case.return_discussion": _("集体讨论退回"),
    "case.return_legal": _("法制审核退回"),
    "case.return_review": _("案件审核退回"),
    "case.return_unheard": _("退回补充审核"),
    "case.serve": _("登记送达"),
    "case.submit": _("提交案件审核"),
    "case.to_discussion": _("提交集体讨论"),
    "case.to_legal": _("送法制审核"),
    "case.unpause": _("恢复计算办案期限"),
    "case.waive_defence": _("登记当事人书面放弃"),
    "consultation.agree": _("研判意见一致"),
    "consultation.ask": _("提请联合研判"),
    "consultation.disagree": _("研判意见不一致"),
    "consultation.put_up": _("报共同上级决定"),
    "consultation.rule": _("共同上级决定"),
    "penaltybound.approve": _("复核处罚幅度"),
    "penaltybound.propose": _("提出处罚幅度新版本"),
    "penaltybound.withdraw": _("撤回处罚幅度提案"),
    "penaltypublication.approve": _("复核公示内容"),
    "penaltypublication.correct": _("更正公示"),
    "penaltypublication.edit": _("编制公示内容"),
    "penaltypublication.exempt": _("不予公示"),
    "penaltypublication.expire": _("公示期满"),
    "penaltypublication.prepare": _("建立公示任务"),
    "penaltypublication.publish": _("公示"),
    "penaltypublication.redraft": _("按变更后的决定重新编制"),
    "penaltypublication.renew": _("按变更后的决定更新公示内容"),
    "penaltypublication.repair": _("修复，停止公示"),
    "penaltypublication.return": _("退回修改公示内容"),
    "penaltypublication.submit": _("提交公示复核"),
    "penaltypublication.withdraw": _("撤回公示"),
    "repair.apply": _("受理信用修复申请"),
    "repair.grant": _("准予信用修复"),
    "repair.refuse": _("不予信用修复"),
}


EVIDENCE = ("pdf", "jpg", "png", "docx", "xlsx", "xls", "csv")


def everyone(subjects: Any, actor: Any) -> Any:
    """Who sees the decision or the notice sees its papers, the institution too."""
    return subjects


class PenaltiesConfig(AppConfig):
    name = "penalties"
    verbose_name = _("行政处罚")

    def ready(self) -> None:
        from penalties import (
            demo,
            demo_ends,
            demo_publications,
            demo_repairs,
            demo_turns,
            events,  # noqa: F401  # events register their effects
        )
        from penalties.discretion.services import seed_bounds
        from portal.audit import register_verbs
        from portal.demo import register_demo, register_seed
        from portal.files.purposes import Purpose, register_purpose

        register_verbs(VERBS)
        register_seed(40, seed_bounds)
        register_demo(50, demo.load)
        register_demo(53, demo_turns.load)
        register_demo(54, demo_ends.load)
        register_demo(55, demo_publications.load)
        register_demo(56, demo_repairs.load)
        register_purpose(Purpose("case_evidence", _("案件证据"), EVIDENCE, protected=True))
        self._name()
        self._show()
        self._show_publications()
        self._print()

    def _name(self) -> None:
        from penalties.cases.tables import CASES
        from penalties.discretion.tables import BOUNDS
        from penalties.models import (
            Case,
            Consultation,
            Decision,
            PenaltyBound,
            PenaltyPublication,
            PriorNotice,
            Repair,
        )
        from penalties.publication.tables import PUBLICATIONS
        from portal import refs
        from portal.lists import register_list

        refs.register("case", Case, carries_files=True)
        refs.register("consultation", Consultation)
        refs.register("decision", Decision)
        refs.register("prior_notice", PriorNotice)
        refs.register("penalty_bound", PenaltyBound)
        refs.register("penalty_publication", PenaltyPublication)
        refs.register("repair", Repair)
        register_list(BOUNDS)
        register_list(CASES)
        register_list(PUBLICATIONS)

    def _show(self) -> None:
        from agencies.delegations.selectors import OpenWorkProvider, register_open_work
        from penalties.cases import selectors as cases
        from penalties.cases.permissions import can_list
        from penalties.cases.services import handed_over
        from penalties.consultations import selectors as consultations
        from penalties.origins import selectors as origins
        from portal import desk

        desk.register_menu(
            desk.MenuEntry(
                "penalties",
                _("行政处罚案件"),
                "case_list",
                visible=lambda actor: bool(can_list(actor)),
                order=10,
            )
        )
        desk.register_menu(desk.MenuEntry("penalties", _("处罚幅度"), "bound_list", order=50))
        desk.register_work("cases", cases.work_items)
        desk.register_work("consultations", consultations.work_items)
        desk.register_figures("cases", cases.figures)
        desk.register_search("cases", cases.hits)
        desk.register_panel("finding", "case", origins.finding_panel)
        desk.register_panel("institution", "cases", cases.panel)
        open_cases = OpenWorkProvider(_("经办案件"), cases.left_by, handed_over)
        register_open_work("cases", open_cases)

    def _show_publications(self) -> None:
        from penalties.publication import selectors as publications
        from penalties.publication.permissions import can_list
        from penalties.repairs import selectors as repairs
        from portal import desk

        desk.register_menu(
            desk.MenuEntry(
                "penalties",
                _("处罚公示"),
                "penalty_publication_list",
                visible=lambda actor: bool(can_list(actor)),
                order=30,
            )
        )
        desk.register_work("penalty_publications", publications.work_items)
        desk.register_work("repairs", repairs.work_items)
        desk.register_panel("penalty_publication", "repairs", repairs.publication_panel)
        desk.register_panel("case", "penalty_publications", publications.case_panel)
        desk.register_panel("institution", "penalty_publications", publications.panel)
        desk.register_panel("public_institution", "penalties", publications.public_panel)
        desk.register_panel("start", "penalties", publications.start_panel)
        desk.register_occasions("penalties", publications.occasions)

    def _print(self) -> None:
        """The papers of a case: forms inside, and what is served on the party."""
        from penalties.cases.papers import OPENING
        from penalties.decisions.papers import CORRECTION, DECISION, NO_PENALTY, RECEIPT, made_on
        from penalties.notices.choices import NOTICE
        from penalties.performance.papers import CLOSING, REMINDER
        from portal.papers.kinds import PaperKind, register_kind

        inside = [
            (OPENING, _("立案审批表"), "立", ""),
            (CLOSING, _("结案审批表"), "结", ""),
        ]
        for code, label, series, basis in inside:
            register_kind(PaperKind(code, label, series=series, subject="case", basis=basis))
        served = [
            (DECISION, _("行政处罚决定书"), "罚", "行政处罚法 第59条"),
            (NO_PENALTY, _("不予行政处罚、撤案、移送决定书"), "不罚", ""),
            (CORRECTION, _("补正决定书"), "补", ""),
            (RECEIPT, _("送达回证"), "送", "行政处罚法 第61条"),
            (REMINDER, _("催告书"), "催", "行政强制法 第54条"),
        ]
        for code, label, series, basis in served:
            kind = PaperKind(code, label, series, "decision", basis, everyone, since=made_on)
            register_kind(kind)
        told, articles = _("行政处罚事先告知书"), "行政处罚法 第63条、第64条"
        register_kind(PaperKind(NOTICE, told, "告", "prior_notice", articles, everyone))
