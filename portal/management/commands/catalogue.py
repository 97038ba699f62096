"""Keep the English catalogue in step with the sources."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.ui import catalogue


class Command(BaseCommand):
    help = "Writes locale/en from the sources; --check only compares; --merge adds translations."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing, fail on gaps")
        parser.add_argument("--merge", nargs="+", type=Path, default=[], metavar="FILE.json")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = catalogue.messages()
        stored = catalogue.load()
        if options["check"]:
            self._check(catalogue.faults(stored, wanted), len(wanted))
            return
        fresh = catalogue.rebuilt(stored, wanted)
        for path in options["merge"]:
            for text in catalogue.merge(fresh, json.loads(path.read_text(encoding="utf-8"))):
                self.stderr.write(f"{path.name}: not in the sources: {text}")
        catalogue.save(fresh)
        open_lines = catalogue.faults(fresh, wanted)
        for line in open_lines:
            self.stdout.write(line)
        self.stdout.write(f"{len(wanted)} messages, {len(open_lines)} open.")

    def _check(self, faults: list[str], total: int) -> None:
        for line in faults:
            self.stderr.write(line)
        if faults:
            raise CommandError(f"The English catalogue has {len(faults)} gaps of {total} messages.")
        self.stdout.write(f"{total} messages, all in English.")
