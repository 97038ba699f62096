"""How institutions are checked: plan, draw, visit, rectification."""

from __future__ import annotations

from operator import attrgetter

from django.apps import AppConfig
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.files.purposes import SCANS, WORKBOOKS

VERBS = {
    "batch.begin": _("开始批次的检查"),
    "batch.close": _("办结批次"),
    "batch.create": _("添加批次"),
    "batch.edit": _("修改批次"),
    "batch.remove": _("删除批次"),
    "batch.draw": _("批次抽取完成"),
    "draw.commit": _("双方已承诺"),
    "draw.commitment": _("公开承诺值"),
    "draw.exclude": _("列为不抽取"),
    "draw.execute": _("执行抽取"),
    "draw.freeze": _("冻结名录"),
    "draw.import": _("导入上级抽取结果"),
    "draw.include": _("取消不抽取"),
    "draw.load_demo": _("载入演示抽取"),
    "draw.beacon": _("录入随机源公布内容"),
    "draw.open": _("开启抽取"),
    "draw.publish": _("公开抽取记录"),
    "draw.reopen": _("开始下一次抽取"),
    "draw.record_replacement": _("登记上级抽取结果的替换"),
    "draw.replace_ask": _("提出替换"),
    "draw.replace_answer": _("算出替换结果"),
    "draw.reveal": _("双方已揭示"),
    "draw.revelation": _("揭示随机数"),
    "draw.strike": _("剔除机构"),
    "draw.void": _("作废本次抽取"),
    "drawimport.add_source": _("补充上级抽取的来源文件"),
    "drawimport.begin": _("登记上级抽取结果"),
    "drawimport.confirm": _("确认导入"),
    "drawimport.discard": _("作废导入"),
    "drawimport.replace_workbook": _("更换上级抽取结果的工作簿"),
    "drawimport.return": _("退回修改"),
    "drawimport.submit": _("提交确认"),
    "evidence.add": _("登记证据"),
    "finding.add": _("记录问题"),
    "finding.drop": _("撤销问题"),
    "finding.edit": _("修改问题"),
    "finding.link": _("关联案件或线索"),
    "order.ask_extension": _("申请整改延期"),
    "order.close": _("核实整改完成"),
    "order.deny_extension": _("不同意整改延期"),
    "order.extend": _("批准整改延期"),
    "order.hand_over": _("移交责令改正"),
    "order.issue": _("责令改正"),
    "order.reinspect": _("安排整改复查"),
    "order.return": _("退回整改"),
    "order.revoke": _("撤销责令"),
    "order.submit": _("提交整改材料"),
    "plan.approve": _("批准检查计划"),
    "plan.create": _("制定检查计划"),
    "plan.discard": _("作废检查计划"),
    "plan.edit": _("修改检查计划"),
    "plan.endorse": _("批准检查计划，等待另一部门"),
    "plan.load_demo": _("载入演示检查计划"),
    "plan.publish": _("公布检查计划"),
    "plan.recall": _("撤回提交的检查计划"),
    "plan.replace": _("以替换版取代检查计划"),
    "plan.return": _("退回检查计划"),
    "plan.submit": _("提交检查计划审批"),
    "plan.withdraw": _("撤回已公布的检查计划"),
    "recusal.declare": _("登记回避"),
    "recusal.end": _("结束回避"),
    "publication.draft": _("起草检查结果公示"),
    "publication.edit": _("修改检查结果公示"),
    "resultpublication.publish": _("公示检查结果"),
    "resultpublication.replace": _("以更正版取代检查结果公示"),
    "resultpublication.withdraw": _("撤回检查结果公示"),
    "visit.add_member": _("增加检查人员"),
    "visit.add_result": _("登记检查结果"),
    "visit.approve": _("批准检查"),
    "visit.cancel": _("取消检查"),
    "visit.check_item": _("填写检查项"),
    "visit.checklist": _("启用检查表"),
    "visit.close": _("办结检查"),
    "visit.close_part": _("办结本部门的部分，等待另一部门"),
    "visit.create": _("建立检查任务"),
    "visit.edit": _("修改检查任务"),
    "visit.endorse": _("批准检查，等待另一部门"),
    "visit.load_demo": _("载入演示检查"),
    "visit.note_step": _("登记后续处理"),
    "visit.notify": _("发出检查通知"),
    "visit.open": _("到场检查"),
    "visit.record": _("完成笔录"),
    "visit.record_outcome": _("登记现场情况"),
    "visit.recuse": _("登记回避"),
    "visit.remove_result": _("撤回检查结果"),
    "visit.reopen": _("修改笔录"),
    "visit.replace_member": _("更换检查人员"),
    "visit.return": _("退回检查任务"),
    "visit.return_results": _("退回检查结果"),
    "visit.review": _("复核检查结果"),
    "visit.sign": _("笔录签字完成"),
    "visit.sign_institution": _("登记机构签字或拒绝签字"),
    "visit.sign_record": _("笔录签字"),
    "visit.submit": _("提交检查审批"),
    "visit.submit_results": _("提交检查结果复核"),
    "visit.waive_notice": _("决定不预先通知"),
}

PURPOSES: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("visit_evidence", _("检查证据"), ("jpg", "png", "pdf")),
    ("superior_draw", _("上级抽取结果"), WORKBOOKS),
    ("superior_draw_source", _("上级抽取的来源文件"), (*SCANS, *WORKBOOKS, "docx")),
    ("rectification", _("整改材料"), ("jpg", "png", "pdf", "docx", "xlsx")),
)


class InspectionsConfig(AppConfig):
    name = "inspections"
    verbose_name = _("监督检查")

    def ready(self) -> None:
        from inspections import (
            demo,
            demo_special,
            demo_visits,
            events,  # noqa: F401  # events register effects
        )
        from inspections.findings.services import seed_checklist
        from inspections.plans.services import seed_check_items
        from inspections.results.services import seed_result_codes
        from portal.audit import register_verbs
        from portal.demo import register_demo, register_seed

        register_verbs(VERBS)
        register_seed(40, seed_check_items)
        register_seed(41, seed_checklist)
        register_seed(42, seed_result_codes)
        register_demo(50, demo.load)
        register_demo(51, demo_special.load)
        register_demo(52, demo_visits.load)
        self._name()
        self._name_papers()
        self._show()
        self._show_on_batches()
        self._hand_over()

    def _name(self) -> None:
        from inspections.draws.tables import DRAWS, PUBLIC_DRAWS
        from inspections.models import (
            Batch,
            CheckItem,
            Draw,
            DrawImport,
            Evidence,
            Finding,
            Order,
            Plan,
            Recusal,
            ResultPublication,
            Visit,
        )
        from inspections.plans.tables import BATCHES, CHECK_ITEMS, PLANS
        from inspections.rectifications.tables import ORDERS
        from inspections.recusals.tables import RECUSALS
        from inspections.visits.tables import VISITS
        from portal import refs
        from portal.files.purposes import Purpose, register_purpose
        from portal.lists import register_list

        refs.register("batch", Batch)
        refs.register("checkitem", CheckItem)
        refs.register("draw", Draw)
        refs.register("drawimport", DrawImport, carries_files=True)
        refs.register("evidence", Evidence, carries_files=True)
        refs.register("finding", Finding)
        refs.register("order", Order, carries_files=True)
        refs.register("plan", Plan)
        refs.register("publication", ResultPublication)
        refs.register("recusal", Recusal)
        refs.register("visit", Visit)
        for name, label, kinds in PURPOSES:
            register_purpose(Purpose(name, label, kinds, protected=True))
        lists = (BATCHES, CHECK_ITEMS, DRAWS, ORDERS, PLANS, PUBLIC_DRAWS, RECUSALS, VISITS)
        for each in lists:
            register_list(each)

    def _show(self) -> None:
        from inspections.draws import selectors as draws
        from inspections.imports import selectors as imports
        from inspections.plans import selectors as plans
        from inspections.recusals.permissions import can_list as can_list_recusals
        from portal import desk

        entry = desk.MenuEntry
        business = attrgetter("reads_business")
        desk.register_menu(
            entry("inspections", _("检查计划"), "plan_list", visible=business, order=10)
        )
        desk.register_menu(
            entry("inspections", _("检查批次"), "batch_list", visible=business, order=15)
        )
        desk.register_menu(
            entry("inspections", _("双随机抽取"), "draw_list", visible=business, order=20)
        )
        desk.register_menu(
            entry(
                "inspections",
                _("回避登记"),
                "recusal_list",
                visible=lambda actor: bool(can_list_recusals(actor)),
                order=70,
            )
        )
        desk.register_menu(
            entry("inspections", _("抽查事项清单"), "checkitem_list", visible=business, order=80)
        )
        desk.register_panel("institution", "inspection_cap", plans.cap_panel)
        desk.register_search("draws", draws.find_draws)
        desk.register_search("plans", plans.find_plans)
        desk.register_work("draws", draws.work_items)
        desk.register_work("imports", imports.work_items)
        desk.register_work("plans", plans.work_items)
        self._show_visits()
        self._show_results()

    def _name_papers(self) -> None:
        from inspections.rectifications import papers as orders
        from inspections.results import papers as results
        from inspections.signing import papers as signing
        from inspections.visits import papers as visits
        from portal.papers.kinds import PaperKind, register_kind

        basis, served = visits.BASIS, signing.for_the_inspected
        for kind in (
            PaperKind(
                visits.APPROVAL, _("行政检查审批表"), "检审", "visit", basis, visits.for_staff
            ),
            PaperKind(
                visits.NOTICE, _("行政检查通知书"), "检通", "visit", basis, visits.for_the_notified
            ),
            PaperKind(signing.RECORD, _("现场检查笔录"), "检录", "visit", basis, served),
            PaperKind(
                results.RESULT,
                _("行政检查结果告知书"),
                "检告",
                "visit",
                basis,
                results.for_the_told,
            ),
            PaperKind(
                orders.ORDER, _("责令改正通知书"), "责改", "order", "", orders.for_all_who_see
            ),
        ):
            register_kind(kind)

    def _show_on_batches(self) -> None:
        from inspections.draws import selectors as draws
        from inspections.imports import selectors as imports
        from inspections.visits import selectors as visits
        from portal import desk

        desk.register_panel("batch", "draws", draws.batch_panel)
        desk.register_panel("batch", "imports", imports.batch_panel)
        desk.register_panel("batch", "visits", visits.batch_panel)

    def _hand_over(self) -> None:
        """What a post leaves open when it ends (EV3)."""
        from agencies.delegations.selectors import OpenWorkProvider, register_open_work
        from inspections.handovers import selectors, services

        for name, kind, left_by, hand_over in (
            ("visits", _("检查任务"), selectors.visits_left_by, services.take_over_visits),
            ("orders", _("责令改正"), selectors.orders_left_by, services.take_over_orders),
            ("draws", _("双随机抽取"), selectors.draws_left_by, services.leave_draws),
            ("drafts", _("起草中"), selectors.drafts_left_by, services.take_over_drafts),
        ):
            provider = OpenWorkProvider(kind, left_by, hand_over)
            register_open_work(f"inspection_{name}", provider)

    def _show_results(self) -> None:
        """To everybody: the public start page, an institution's page and its timeline."""
        from inspections.publications import selectors as publications
        from portal import desk

        desk.register_panel("public_institution", "results", publications.institution_panel)
        desk.register_panel("start", "inspections", publications.start_panel)
        desk.register_occasions("inspections", publications.occasions)

    def _show_visits(self) -> None:
        from inspections.findings import selectors as findings
        from inspections.publications import selectors as publications
        from inspections.rectifications import selectors as rectifications
        from inspections.rectifications.permissions import can_list
        from inspections.results import selectors as results
        from inspections.signing import selectors as signing
        from inspections.visits import selectors as visits
        from portal import desk

        entry = desk.MenuEntry
        business = attrgetter("reads_business")
        desk.register_menu(
            entry("inspections", _("检查任务"), "visit_list", visible=business, order=20)
        )
        desk.register_menu(
            entry(
                "inspections",
                _("责令改正"),
                "order_list",
                visible=lambda actor: bool(can_list(actor)),
                order=30,
            )
        )
        for name, room in (
            ("findings", findings.panel),
            ("record", signing.panel),
            ("orders", rectifications.visit_panel),
            ("results", results.panel),
            ("publication", publications.panel),
        ):
            desk.register_panel("visit", name, room)
        desk.register_panel("visit", "papers", visits.papers_panel)
        desk.register_panel("institution", "visits", visits.panel)
        desk.register_panel("institution", "orders", rectifications.panel)
        desk.register_search("orders", rectifications.find_orders)
        desk.register_search("visits", visits.find_visits)
        desk.register_work("orders", rectifications.work_items)
        desk.register_work("publications", publications.work_items)
        desk.register_work("visits", visits.work_items)
