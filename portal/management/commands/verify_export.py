"""Whether an exported workbook or zip is what the portal wrote."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from portal.lists.verifying import Unreadable, Verdict, known_to_portal, verify

INTACT, ALTERED, UNREADABLE = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Computes the hash of an export again from its cells: exit 0 intact, 1 altered (says"
        " which part), 2 unreadable or no export. Asks the portal's own record where it can."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="xlsx, or zip with CSV")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            verdict = verify(file, keep_rows=False)
        except Unreadable as error:
            self.stderr.write(f"UNREADABLE {error}")
            sys.exit(UNREADABLE)
        register = known_to_portal(verdict)
        if not verdict.intact:
            for problem in verdict.problems:
                self.stdout.write(f"ALTERED {problem}")
            sys.exit(ALTERED)
        self.stdout.write(f"INTACT {self._proof(verdict)}")
        self.stdout.write(register)

    def _proof(self, verdict: Verdict) -> str:
        manifest = verdict.manifest
        words = f"{manifest['title']} · {manifest['rows']} · {manifest['created_at']}"
        return f"{words} · SHA-256 {manifest['sha256']}"
