"""Who regulates: agencies, accounts, people, matters."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgenciesConfig(AppConfig):
    name = "agencies"
    verbose_name = _("单位与人员")

    def ready(self) -> None:
        from agencies.models import Agency, Post, Region, User
        from portal import refs

        refs.register("agency", Agency)
        refs.register("post", Post)
        refs.register("region", Region)
        refs.register("user", User)
