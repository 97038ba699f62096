"""Whether the audit is what it was."""

import json
import sys
from argparse import ArgumentParser
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from portal.audit.verify import MOST, findings

CLEAN, BROKEN, COULD_NOT_RUN = 0, 1, 2


class Command(BaseCommand):
    help = "Verifies the audit: exit 0 clean, 1 broken (names the first bad leaf), 2 could not run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=int, default=1, metavar="N", help="first batch")
        parser.add_argument("--against", type=Path, metavar="heads.json", help="heads kept outside")

    def handle(self, *args: Any, since: int, against: Path | None, **options: Any) -> None:
        try:
            heads = json.loads(against.read_text("utf-8"))["heads"] if against else []
            found = list(islice(findings(since=since, heads=heads), MOST))
        except (DatabaseError, OSError, ValueError, KeyError) as error:
            self.stderr.write(f"could not run: {error!r}")
            sys.exit(COULD_NOT_RUN)
        if found:
            for finding in found:
                self.stdout.write(f"BROKEN {finding}")
            sys.exit(BROKEN)
        self.stdout.write("CLEAN")
