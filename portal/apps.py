"""The kernel as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("平台")

    def ready(self) -> None:
        from portal import demo, refs
        from portal.audit import register_verbs
        from portal.law.seed import seed_calendar, seed_law
        from portal.lists import register_list
        from portal.lists.tables import EXPORTS
        from portal.models import (
            CalendarYear,
            Clock,
            DeadlineRule,
            ExportJob,
            LawParameter,
            Message,
            StoredFile,
        )

        refs.register("calendar", CalendarYear)
        refs.register("clock", Clock)
        refs.register("export", ExportJob)
        refs.register("file", StoredFile)
        refs.register("message", Message)
        refs.register("parameter", LawParameter)
        refs.register("rule", DeadlineRule)
        demo.register_seed(20, seed_law)
        demo.register_seed(30, seed_calendar)
        register_list(EXPORTS)
        register_verbs(
            {
                "export.create": _("导出列表"),
                "export.download": _("下载导出文件"),
                "export.refuse": _("拒绝导出"),
            }
        )
