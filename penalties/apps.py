"""What follows a breach: the case, its decision, its publication."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, str] = {}


class PenaltiesConfig(AppConfig):
    name = "penalties"
    verbose_name = _("行政处罚")

    def ready(self) -> None:
        from portal.audit import register_verbs

        register_verbs(VERBS)
