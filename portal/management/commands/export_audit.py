"""The audit as JSON lines, for the stand-alone checker."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from portal.access import job_actor
from portal.audit import record
from portal.audit.export import lines


class Command(BaseCommand):
    help = "Writes the sealed audit as JSON lines; check it with: python check_audit.py FILE"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--since", type=int, default=1, metavar="N", help="first batch")

    def handle(self, *args: Any, file: Path, since: int, **options: Any) -> None:
        with transaction.atomic():
            facts = {"file": file.name, "since": since}
            record(job_actor("export_audit"), "audit.export", "export:audit", facts=facts)
        with file.open("w", encoding="utf-8") as output:
            output.writelines(lines(since=since))
