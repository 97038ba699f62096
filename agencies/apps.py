"""Who regulates: agencies, accounts, people, matters."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VERBS = {
    "agency.create": _("新建单位"),
    "agency.edit": _("修改单位信息"),
    "agency.end": _("停用单位"),
    "delegation.give": _("授权代办"),
    "delegation.withdraw": _("收回授权"),
    "handover.open": _("发起工作交接"),
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
        from agencies.accounts.tables import ACCOUNTS
        from agencies.directory.services import seed_regions
        from agencies.directory.tables import AGENCIES
        from agencies.models import Agency, Delegation, Handover, Post, Region, User
        from portal import refs
        from portal.audit import register_verbs
        from portal.demo import register_demo, register_seed
        from portal.lists import register_list

        refs.register("agency", Agency)
        refs.register("delegation", Delegation)
        refs.register("handover", Handover)
        refs.register("post", Post)
        refs.register("region", Region)
        refs.register("user", User)
        register_seed(10, seed_regions)
        register_demo(10, demo.load_agencies)
        register_demo(20, demo.load_people)
        register_verbs(VERBS)
        register_list(AGENCIES)
        register_list(ACCOUNTS)
        self._show()

    def _show(self) -> None:
        """The desk, the menu and the search."""
        from agencies.accounts.permissions import can_list
        from agencies.delegations.selectors import handovers_to_sign
        from agencies.directory.selectors import find_agencies
        from portal.desk import MenuEntry, only_staff, register_menu, register_search, register_work

        register_menu(MenuEntry("system", _("单位名录"), "agency_list", only_staff, order=10))
        register_menu(
            MenuEntry(
                "system",
                _("账号与岗位"),
                "account_list",
                lambda actor: bool(can_list(actor)),
                order=20,
            )
        )
        register_menu(
            MenuEntry("system", _("授权代办与工作交接"), "delegation_list", only_staff, order=30)
        )
        register_search("agencies", find_agencies)
        register_work("handovers", handovers_to_sign)
