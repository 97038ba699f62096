"""Who regulates: agencies, accounts, people, matters."""

from collections.abc import Callable

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal.access import Actor

VERBS = {
    "agency.create": _("新建单位"),
    "agency.edit": _("修改单位信息"),
    "agency.end": _("停用单位"),
    "agency.people_import": _("导入人员名录"),
    "delegation.give": _("授权代办"),
    "delegation.withdraw": _("收回授权"),
    "expert.create": _("登记专家"),
    "expert.edit": _("修改专家"),
    "handover.open": _("发起工作交接"),
    "inspector.create": _("登记检查人员"),
    "inspector.edit": _("修改检查人员"),
    "post.end": _("结束岗位"),
    "post.open": _("设置岗位"),
    "post.roles": _("授予或撤销角色"),
    "user.create": _("开立账号"),
    "user.disable": _("停用账号"),
    "user.edit": _("修改账号资料"),
    "user.enable": _("启用账号"),
    "user.factor": _("通过动态口令"),
    "user.factor_bound": _("绑定动态口令"),
    "user.factor_failed": _("动态口令错误"),
    "user.factor_removed": _("解除动态口令"),
    "user.invite": _("发出邀请"),
    "user.login": _("登录"),
    "user.login_failed": _("登录失败"),
    "user.vouch": _("在同事屏幕上验证身份"),
    "user.logout": _("退出登录"),
    "user.password": _("设置密码"),
    "user.recovery_codes": _("重新生成备用码"),
    "user.reset": _("重置密码"),
    "user.session_ended": _("结束登录中的设备"),
    "user.switch_post": _("切换岗位"),
    "user.token": _("签发接口令牌"),
    "user.token_revoked": _("撤销接口令牌"),
}


class AgenciesConfig(AppConfig):
    name = "agencies"
    verbose_name = _("单位与人员")

    def ready(self) -> None:
        from agencies import demo
        from agencies.directory.services import seed_regions
        from agencies.matters.services import seed_matters
        from portal.audit import register_verbs
        from portal.demo import register_demo, register_seed

        self._name()
        self._show()
        register_verbs(VERBS)
        register_seed(10, seed_regions)
        register_seed(15, seed_matters)
        register_demo(10, demo.load_agencies)
        register_demo(20, demo.load_people)
        register_demo(25, demo.load_inspectors)

    def _name(self) -> None:
        """The names of records and lists."""
        from agencies import models
        from agencies.accounts.tables import ACCOUNTS
        from agencies.directory.tables import AGENCIES
        from agencies.matters.tables import MATTERS
        from agencies.people.tables import EXPERTS, INSPECTORS
        from portal import refs
        from portal.lists import register_list

        refs.register("agency", models.Agency)
        refs.register("delegation", models.Delegation)
        refs.register("expert", models.Expert)
        refs.register("handover", models.Handover)
        refs.register("inspector", models.Inspector)
        refs.register("matter", models.Matter)
        refs.register("post", models.Post)
        refs.register("region", models.Region)
        refs.register("user", models.User)
        for defn in (ACCOUNTS, AGENCIES, EXPERTS, INSPECTORS, MATTERS):
            register_list(defn)

    def _show(self) -> None:
        """The desk, the menu and the search."""
        from agencies.accounts.permissions import can_list as accounts
        from agencies.delegations.selectors import (
            OpenWorkProvider,
            clocks_left_by,
            clocks_taken_over,
            handovers_to_sign,
            register_open_work,
        )
        from agencies.directory.selectors import find_agencies
        from agencies.people.permissions import can_list as people
        from agencies.people.selectors import certificates_ending, find_people
        from portal.desk import MenuEntry, only_staff, register_menu, register_search, register_work

        entries = [
            ("institutions", _("检查人员名录库"), "inspector_list", people, 60),
            ("institutions", _("专家名录库"), "expert_list", people, 70),
            ("institutions", _("监管事项"), "matter_list", only_staff, 80),
            ("system", _("单位名录"), "agency_list", only_staff, 10),
            ("system", _("账号与岗位"), "account_list", accounts, 20),
            ("system", _("授权代办与工作交接"), "delegation_list", only_staff, 30),
        ]
        for section, label, url_name, visible, order in entries:
            register_menu(MenuEntry(section, label, url_name, _asked(visible), order=order))
        register_search("agencies", find_agencies)
        register_search("people", find_people)
        register_work("handovers", handovers_to_sign)
        register_work("certificates", certificates_ending)
        register_open_work("clocks", OpenWorkProvider(_("期限"), clocks_left_by, clocks_taken_over))


def _asked(visible: Callable[[Actor], object]) -> Callable[[Actor], bool]:
    """A permission as the menu asks it."""
    return lambda actor: bool(visible(actor))
