"""Load what the law and the map say; safe to run again."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.demo import seeds


class Command(BaseCommand):
    help = "Loads regions, legal bases, deadline rules and calendars; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        for seed in seeds():
            seed()
