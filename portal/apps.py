"""The kernel as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VERBS = {
    "calendaryear.propose": _("提出年度日历"),
    "clock.extend": _("延长期限"),
    "clock.reassign": _("移交期限"),
    "clock.recompute": _("按正式日历重新计算期限"),
    "clock.resume": _("恢复计时"),
    "clock.start": _("开始计时"),
    "clock.stop": _("结束计时"),
    "clock.suspend": _("中止计时"),
    "deadlinerule.propose": _("提出期限规则新版本"),
    "delivery.retry": _("重新投递事件"),
    "effect.retry": _("重新执行到期任务"),
    "engine.trust_time": _("确认系统时间无误"),
    "export.create": _("导出列表"),
    "export.download": _("下载导出文件"),
    "export.refuse": _("拒绝导出"),
    "lawparameter.propose": _("提出法定参数新版本"),
    "outboxbatch.make": _("生成报送批次"),
    "outboxbatch.receive": _("登记报送回执"),
    "outboxmessage.differ": _("核对发现差异"),
    "outboxmessage.send": _("提交对外报送"),
    "paper.draft": _("起草文书"),
    "paper.number": _("编号定稿"),
    "paper.redraft": _("修改文书草稿"),
    "paper.scan": _("上传用印扫描件"),
    "paper.seal": _("登记用印"),
    "paperseries.edit": _("修改文号设置"),
    "papertemplate.end": _("停用文书模板"),
    "papertemplate.use": _("启用文书模板"),
}


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("平台")

    def ready(self) -> None:
        from portal import checks, demo  # noqa: F401  # importing checks registers them
        from portal.audit import register_verbs
        from portal.audit.figures import register_audit
        from portal.law.seed import seed_calendar, seed_law
        from portal.outbox import checks as outbox_checks  # noqa: F401  # as above

        register_verbs(VERBS)
        self._name()
        self._listen()
        self._show()
        self._show_papers()
        register_audit()
        demo.register_seed(20, seed_law)
        demo.register_seed(30, seed_calendar)

    def _name(self) -> None:
        """The names of the kernel's own records and lists."""
        from portal import models, refs
        from portal.law.tables import PARAMETERS, RULES
        from portal.lists import register_list
        from portal.lists.tables import EXPORTS
        from portal.outbox.tables import BATCHES, OUTBOX
        from portal.papers.tables import SEALINGS

        refs.register("calendar", models.CalendarYear)
        refs.register("clock", models.Clock)
        refs.register("export", models.ExportJob, carries_files=True)
        refs.register("file", models.StoredFile)
        refs.register("message", models.Message)
        refs.register("outbox", models.OutboxMessage)
        refs.register("outbox_batch", models.OutboxBatch, carries_files=True)
        refs.register("paper", models.Paper, carries_files=True)
        refs.register("paperseries", models.PaperSeries)
        refs.register("papertemplate", models.PaperTemplate)
        refs.register("parameter", models.LawParameter)
        refs.register("rule", models.DeadlineRule)
        for each in (BATCHES, EXPORTS, OUTBOX, PARAMETERS, RULES, SEALINGS):
            register_list(each)

    def _listen(self) -> None:
        """Importing registers what the kernel's own rooms listen to."""
        import portal.clocks.listeners
        import portal.inbox.listeners  # noqa: F401  # registers by import

    def _show(self) -> None:
        """What the kernel's own rooms put on desk and menu."""
        from portal import desk
        from portal.clocks.permissions import can_see_jobs
        from portal.clocks.selectors import work_items
        from portal.desk.views import due_soon
        from portal.inbox.selectors import latest, unread_count
        from portal.outbox.desk import show_outbox

        show_outbox()
        desk.register_work("clocks", work_items)
        desk.register_inbox(desk.Inbox(unread_count, latest, "message_list"))
        desk.register_menu(desk.MenuEntry("desk", _("我的待办"), "desk", count=due_soon, order=1))
        desk.register_menu(
            desk.MenuEntry("desk", _("消息"), "message_list", count=unread_count, order=2)
        )
        for label, name, order in (
            (_("期限规则"), "rule_list", 60),
            (_("法定参数"), "parameter_list", 61),
            (_("工作日历"), "calendar_list", 62),
            (_("法律依据"), "basis_list", 63),
        ):
            desk.register_menu(desk.MenuEntry("system", label, name, order=order))
        desk.register_menu(
            desk.MenuEntry(
                "system",
                _("后台任务"),
                "jobs",
                visible=lambda actor: bool(can_see_jobs(actor)),
                order=70,
            )
        )

    def _show_papers(self) -> None:
        from portal import desk
        from portal.papers.permissions import can_see_register, can_set_up

        desk.register_menu(
            desk.MenuEntry(
                "desk",
                _("用印登记"),
                "seal_register",
                visible=lambda actor: bool(can_see_register(actor)),
                order=60,
            )
        )
        desk.register_menu(
            desk.MenuEntry(
                "system",
                _("文书设置"),
                "paper_settings",
                visible=lambda actor: bool(can_set_up(actor)),
                order=64,
            )
        )
