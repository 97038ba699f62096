"""Whether the record of a draw is what the rule makes of its inputs."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from inspections.draws.rules import Step, verify

HOLDS, FAILS = 0, 1


class Command(BaseCommand):
    help = "Computes a draw's record again, step by step: exit 0 when all hold, 1 otherwise."
    requires_system_checks = []  # needs no database, so that it also runs on a bare machine

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("record", type=Path, metavar="FILE", help="the record as published")
        parser.add_argument("--annex", type=Path, metavar="FILE", help="the closed part")
        parser.add_argument("--record-hash", metavar="HEX", help="the hash that was published")

    def handle(
        self, *args: Any, record: Path, annex: Path | None, record_hash: str | None, **options: Any
    ) -> None:
        steps = _steps(record, annex, record_hash)
        for step in steps:
            self.stdout.write(str(step).encode("utf-8", "replace").decode())
        sys.exit(HOLDS if all(step.ok for step in steps) else FAILS)


def _steps(record: Path, annex: Path | None, record_hash: str | None) -> list[Step]:
    try:
        told, apart = record.read_bytes(), annex.read_bytes() if annex else None
    except OSError as error:
        return [Step("file", False, f"{error.filename} cannot be read: {error.strerror}")]
    return verify(told, apart, record_hash)
