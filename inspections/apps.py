"""How institutions are checked: plan, draw, visit, rectification."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, str] = {}


class InspectionsConfig(AppConfig):
    name = "inspections"
    verbose_name = _("监督检查")

    def ready(self) -> None:
        from portal.audit import register_verbs

        register_verbs(VERBS)
