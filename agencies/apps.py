"""Who regulates: agencies, accounts, people, matters."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgenciesConfig(AppConfig):
    name = "agencies"
    verbose_name = _("单位与人员")

    def ready(self) -> None:
        from agencies import demo
        from agencies.directory.services import seed_regions
        from agencies.models import Agency, Delegation, Handover, Post, Region, User
        from portal import refs
        from portal.demo import register_demo, register_seed

        refs.register("agency", Agency)
        refs.register("delegation", Delegation)
        refs.register("handover", Handover)
        refs.register("post", Post)
        refs.register("region", Region)
        refs.register("user", User)
        register_seed(10, seed_regions)
        register_demo(10, demo.load_agencies)
        register_demo(20, demo.load_people)
