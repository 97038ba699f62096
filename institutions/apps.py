"""Who is regulated: the registry of monitoring institutions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstitutionsConfig(AppConfig):
    name = "institutions"
    verbose_name = _("监测机构")

    def ready(self) -> None:
        from institutions import demo
        from institutions.models import Institution
        from portal import refs
        from portal.demo import register_demo

        refs.register("institution", Institution)
        register_demo(30, demo.load)
