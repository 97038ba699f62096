"""Who is regulated: the registry of monitoring institutions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstitutionsConfig(AppConfig):
    name = "institutions"
    verbose_name = _("监测机构")

    def ready(self) -> None:
        from institutions.models import Institution
        from portal import refs

        refs.register("institution", Institution)
