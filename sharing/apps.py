"""What departments tell each other and the public."""

from __future__ import annotations

from operator import attrgetter

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VERBS = {
    "bulletin.acknowledge": _("确认知悉通报"),
    "bulletin.draft": _("起草通报"),
    "bulletin.edit": _("修改通报"),
    "bulletin.issue": _("印发通报"),
    "bulletin.name": _("通报中列入单位"),
    "employment.vote": _("登记是否纳入双随机的意见"),
    "institution.move_rows": _("合并后移动名单行"),
    "period.open": _("开启报送周期"),
    "roster.correct": _("锁定后更正名单"),
    "roster.keep_locked": _("退回填报人，仍以锁定的一版为准"),
    "roster.keep_previous": _("退回填报人，仍以上一版为准"),
    "roster.lock": _("锁定名单"),
    "roster.match": _("核对名单中的机构"),
    "roster.open": _("建立名单"),
    "roster.return": _("退回名单"),
    "roster.send_back": _("退回填报人"),
    "roster.send_to_chief": _("提交负责人签核"),
    "roster.load_demo": _("载入演示名单"),
    "roster.sign": _("签核并报送名单"),
    "roster.sign_correction": _("签核并报送更正"),
    "roster.submit": _("报送名单"),
    "roster.unlock": _("解锁名单"),
    "roster.urge": _("催报"),
}


class SharingConfig(AppConfig):
    name = "sharing"
    verbose_name = _("部门协同")

    def ready(self) -> None:
        from portal.audit import register_verbs
        from portal.demo import register_demo
        from sharing import demo, events  # noqa: F401  # events register their listeners, effects

        register_demo(40, demo.load)
        register_verbs(VERBS)
        self._name()
        self._show()

    def _name(self) -> None:
        from portal import refs
        from portal.lists import register_list
        from portal.papers.kinds import PaperKind, register_kind
        from sharing.bulletins.papers import KIND
        from sharing.bulletins.tables import BULLETINS
        from sharing.employments.tables import EMPLOYMENTS
        from sharing.models import Bulletin, Employment, Period, Roster
        from sharing.rosters.tables import ROSTERS, ROWS

        refs.register("bulletin", Bulletin, carries_files=True)
        refs.register("employment", Employment)
        refs.register("period", Period)
        refs.register("roster", Roster, carries_files=True)
        register_kind(PaperKind(KIND, _("通报"), series="通", subject="bulletin"))
        for each in (BULLETINS, EMPLOYMENTS, ROSTERS, ROWS):
            register_list(each)

    def _show(self) -> None:
        from agencies.delegations.selectors import OpenWorkProvider, register_open_work
        from portal import desk
        from sharing.bulletins import selectors as bulletins
        from sharing.employments import selectors as employments
        from sharing.employments.permissions import can_see_merged
        from sharing.rosters import selectors as rosters
        from sharing.rosters.services import take_over_drafts

        entry = desk.MenuEntry
        business = attrgetter("reads_business")
        desk.register_menu(
            entry("sharing", _("名单报送"), "roster_home", visible=business, order=10)
        )
        desk.register_menu(
            entry(
                "sharing",
                _("汇总名单"),
                "employment_list",
                visible=lambda actor: bool(can_see_merged(actor)),
                order=20,
            )
        )
        desk.register_menu(
            entry(
                "sharing",
                _("机构核对"),
                "match_list",
                visible=lambda actor: bool(can_see_merged(actor)),
                count=employments.unmatched_count,
                order=30,
            )
        )
        desk.register_menu(entry("sharing", _("通报"), "bulletin_list", visible=business, order=40))
        drafts = OpenWorkProvider(_("名单草稿"), rosters.drafts_left_by, take_over_drafts)
        register_open_work("roster_drafts", drafts)
        desk.register_work("rosters", rosters.work_items)
        desk.register_work("employments", employments.work_items)
        desk.register_work("bulletins", bulletins.work_items)
        desk.register_figures("rosters", rosters.figures)
