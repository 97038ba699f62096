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
    "creditrecord.complete": _("补充信用记录"),
    "employment.vote": _("登记是否纳入双随机的意见"),
    "institution.move_rows": _("合并后移动名单行"),
    "notice.acknowledge": _("回复处罚信息通报"),
    "notice.change": _("处罚决定变更后重新通报"),
    "notice.send": _("通报处罚信息"),
    "notice.urge": _("催促确认处罚信息通报"),
    "period.open": _("开启报送周期"),
    "restriction.end": _("终止限制"),
    "restriction.release": _("限制期满自动解除"),
    "restriction.start": _("限制生效"),
    "roster.alert_banned": _("禁入机构预警"),
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
        from sharing import (
            demo,
            demo_notices,
            events,  # noqa: F401  # events register their listeners, effects
        )

        register_demo(40, demo.load)
        register_demo(60, demo_notices.load)
        register_verbs(VERBS)
        self._name()
        self._show()
        self._show_restrictions()
        self._show_platforms()

    def _name(self) -> None:
        from portal import refs
        from portal.lists import register_list
        from portal.papers.kinds import PaperKind, register_kind
        from sharing.bulletins.papers import KIND
        from sharing.bulletins.tables import BULLETINS
        from sharing.employments.tables import EMPLOYMENTS
        from sharing.models import (
            Bulletin,
            CreditRecord,
            Employment,
            PenaltyNotice,
            Period,
            Restriction,
            Roster,
        )
        from sharing.platforms.tables import CREDIT_RECORDS
        from sharing.restrictions.tables import NOTICES, RESTRICTIONS
        from sharing.rosters.tables import ROSTERS, ROWS

        refs.register("bulletin", Bulletin, carries_files=True)
        refs.register("credit_record", CreditRecord)
        refs.register("employment", Employment)
        refs.register("notice", PenaltyNotice)
        refs.register("period", Period)
        refs.register("restriction", Restriction)
        refs.register("roster", Roster, carries_files=True)
        register_kind(PaperKind(KIND, _("通报"), series="通", subject="bulletin"))
        for each in (
            BULLETINS,
            CREDIT_RECORDS,
            EMPLOYMENTS,
            NOTICES,
            RESTRICTIONS,
            ROSTERS,
            ROWS,
        ):
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

    def _show_restrictions(self) -> None:
        from portal import desk
        from sharing.employments import selectors as employments
        from sharing.restrictions import selectors as restrictions

        business = attrgetter("reads_business")
        desk.register_menu(
            desk.MenuEntry(
                "sharing",
                _("处罚信息通报"),
                "notice_list",
                visible=business,
                count=restrictions.waiting_count,
                order=50,
            )
        )
        desk.register_menu(
            desk.MenuEntry("sharing", _("限制"), "restriction_list", visible=business, order=60)
        )
        desk.register_work("notices", restrictions.work_items)
        desk.register_figures("restrictions", restrictions.figures)
        desk.register_panel("case", "penalty_notices", restrictions.case_panel)
        desk.register_panel("institution", "restrictions", restrictions.panel)
        desk.register_occasions("restrictions", restrictions.occasions)
        desk.register_occasions("employments", employments.occasions)
        desk.register_panel("public_institution", "restrictions", restrictions.public_panel)

    def _show_platforms(self) -> None:
        from portal import desk
        from portal.outbox.channels import Channel, register_channel
        from sharing.platforms import selectors as platforms
        from sharing.platforms.choices import FIELD_LABELS
        from sharing.platforms.permissions import can_list
        from sharing.platforms.services import CHANNEL

        columns = (("operation", _("动作")), ("version", _("版本")), *FIELD_LABELS.items())
        register_channel(Channel(CHANNEL, _("公共信用信息平台"), columns=columns))
        desk.register_menu(
            desk.MenuEntry(
                "penalties",
                _("信用记录报送"),
                "credit_record_list",
                visible=lambda actor: bool(can_list(actor)),
                order=40,
            )
        )
        desk.register_work("credit_records", platforms.work_items)
