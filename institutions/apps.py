"""Who is regulated: the registry of monitoring institutions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VERBS = {
    "institution.create": _("登记机构"),
    "institution.edit": _("修改机构信息"),
    "institution.rename": _("更名"),
    "institution.change_status": _("变更状态"),
    "institution.add_site": _("登记场所"),
    "institution.end_site": _("停用场所"),
    "institution.add_certificate": _("登记 CMA 证书"),
    "institution.change_certificate": _("变更 CMA 证书"),
    "institution.merge": _("并入重复机构"),
    "institution.record_presence": _("列入辖区范围"),
    "institution.end_presence": _("移出辖区范围"),
    "institution.set_standing": _("登记机构现状"),
    "institution.end_standing": _("结束机构现状"),
    "institution.load_demo": _("载入演示机构"),
    "ledger.upload": _("上传历史台账"),
    "ledger.map": _("对应台账各列"),
    "ledger.import": _("导入历史台账"),
}


class InstitutionsConfig(AppConfig):
    name = "institutions"
    verbose_name = _("监测机构")

    def ready(self) -> None:
        from institutions import demo
        from institutions.ledgers.permissions import can_list as can_list_ledgers
        from institutions.ledgers.tables import LEDGERS
        from institutions.models import Institution, Ledger
        from institutions.registry import selectors
        from institutions.registry.permissions import can_list
        from institutions.registry.tables import INSTITUTIONS
        from portal import desk, refs
        from portal.audit import register_verbs
        from portal.demo import register_demo
        from portal.lists import register_list

        refs.register("institution", Institution)
        refs.register("ledger", Ledger, carries_files=True)
        register_list(INSTITUTIONS)
        register_list(LEDGERS)
        register_demo(30, demo.load)
        register_verbs(VERBS)
        desk.register_menu(
            desk.MenuEntry(
                "institutions",
                _("机构名录"),
                "institution_list",
                visible=lambda actor: bool(can_list(actor)),
                order=10,
            )
        )
        desk.register_menu(
            desk.MenuEntry(
                "institutions",
                _("历史台账"),
                "ledger_list",
                visible=lambda actor: bool(can_list_ledgers(actor)),
                order=40,
            )
        )
        desk.register_search("institutions", selectors.hits)
        desk.register_figures("institutions", selectors.figures)
        desk.register_work("institutions", selectors.work)
