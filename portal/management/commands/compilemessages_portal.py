"""Compile the English catalogue without gettext's programs."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.ui import catalogue


class Command(BaseCommand):
    help = "Compiles locale/en/LC_MESSAGES/django.po with polib."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        changed = catalogue.compile_catalogue()
        self.stdout.write("Catalogue compiled." if changed else "Catalogue is up to date.")
