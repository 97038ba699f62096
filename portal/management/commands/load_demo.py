"""Fill an empty portal with the invented district."""

import datetime as dt
import random
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from portal.clocks import today
from portal.demo import DemoPlan, demos

SIZES = {"small": 60, "city": 400, "province": 10_000}


class Command(BaseCommand):
    help = "Loads the invented demo district: the same data for the same size and day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--size", choices=sorted(SIZES), default="small")
        parser.add_argument("--today", type=dt.date.fromisoformat, default=None)

    @transaction.atomic
    def handle(self, *args: Any, size: str, **options: Any) -> None:
        day = options["today"] or today()
        chance = random.Random(f"{size} {day}")  # noqa: S311  # invented data, not a secret
        for demo in demos():
            demo(DemoPlan(size, SIZES[size], day, chance))
