"""How institutions are checked: plan, draw, visit, rectification."""

from __future__ import annotations

from operator import attrgetter

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VERBS = {
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
    "draw.open": _("开启抽取"),
    "draw.publish": _("公开抽取记录"),
    "draw.reopen": _("开始下一次抽取"),
    "draw.replace_ask": _("提出替换"),
    "draw.replace_answer": _("算出替换结果"),
    "draw.reveal": _("双方已揭示"),
    "draw.revelation": _("揭示随机数"),
    "draw.strike": _("剔除机构"),
    "draw.void": _("作废本次抽取"),
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
}


class InspectionsConfig(AppConfig):
    name = "inspections"
    verbose_name = _("监督检查")

    def ready(self) -> None:
        from inspections import demo
        from inspections.plans.services import seed_check_items
        from portal.audit import register_verbs
        from portal.demo import register_demo, register_seed

        register_verbs(VERBS)
        register_seed(40, seed_check_items)
        register_demo(50, demo.load)
        self._name()
        self._show()

    def _name(self) -> None:
        from inspections.draws.tables import DRAWS, PUBLIC_DRAWS
        from inspections.models import Batch, CheckItem, Draw, Plan, Recusal
        from inspections.plans.tables import BATCHES, CHECK_ITEMS, PLANS
        from inspections.recusals.tables import RECUSALS
        from portal import refs
        from portal.lists import register_list

        refs.register("batch", Batch)
        refs.register("checkitem", CheckItem)
        refs.register("draw", Draw)
        refs.register("plan", Plan)
        refs.register("recusal", Recusal)
        for each in (BATCHES, CHECK_ITEMS, DRAWS, PLANS, PUBLIC_DRAWS, RECUSALS):
            register_list(each)

    def _show(self) -> None:
        from inspections.draws import selectors as draws
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
        desk.register_work("plans", plans.work_items)
