"""Print the one-time code that opens the first page of an empty portal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.setup.services import new_code
from portal.errors import Refused


class Command(BaseCommand):
    help = "Prints a one-time code for the first set-up; an earlier code ends."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(new_code())
        except Refused as reason:
            raise CommandError(str(reason)) from reason
