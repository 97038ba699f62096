"""Seal now, as the job does every minute: before a backup, or to look."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.audit.seal import publish_head, seal_all
from portal.clocks import today


class Command(BaseCommand):
    help = "Seals all committed audit events and publishes yesterday's head."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"sealed {seal_all()}")
        publish_head(today())
