"""Whether the record of a draw is what the rule makes of its inputs."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _

from inspections.draws.choices import STEP_LABELS, said
from inspections.draws.rules import Step, verify

HOLDS, FAILS = 0, 1
LANGUAGES = {"zh": "zh-hans", "en": "en"}
MOST = 64  # MB; the record of 60,000 institutions with its annex is a third of it


class Command(BaseCommand):
    help = "Computes a draw's record again, step by step: exit 0 when all hold, 1 otherwise."
    requires_system_checks = []  # needs no database, so that it also runs on a bare machine

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("record", type=Path, metavar="FILE", help="the record as published")
        parser.add_argument("--annex", type=Path, metavar="FILE", help="the closed part")
        parser.add_argument("--record-hash", metavar="HEX", help="the hash that was published")
        parser.add_argument("--lang", choices=LANGUAGES, default=_spoken(), help="zh or en")

    def handle(
        self,
        *args: Any,
        record: Path,
        annex: Path | None,
        record_hash: str | None,
        lang: str,
        **options: Any,
    ) -> None:
        steps = _steps(record, annex, record_hash)
        with translation.override(LANGUAGES[lang]):
            for step in steps:
                self.stdout.write(_line(step).encode("utf-8", "replace").decode())
        sys.exit(HOLDS if all(step.ok for step in steps) else FAILS)


def _spoken() -> str:
    """As the machine speaks: English where it says so, Chinese otherwise."""
    told = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return "en" if told.startswith("en") else "zh"


def _line(step: Step) -> str:
    """PASS or FAIL and the name of the step are the same in every language."""
    words = {"name": step.name, "label": STEP_LABELS[step.name]}
    head = _("%(name)s（%(label)s）：") % words
    return f"{'PASS' if step.ok else 'FAIL'} {head}{said(step.code, step.words)}"


def _steps(record: Path, annex: Path | None, record_hash: str | None) -> list[Step]:
    try:
        return verify(_read(record), _read(annex) if annex else None, record_hash)
    except OSError as error:
        words = {"name": error.filename, "why": error.strerror}
        return [Step("file", False, "{name} cannot be read: {why}", words)]
    except (_TooLargeError, MemoryError):
        return [Step("file", False, "the file is larger than {most} MB", {"most": MOST})]


class _TooLargeError(Exception):
    pass


def _read(path: Path) -> bytes:
    """At most so many bytes: a file made to fill the memory is told, not read."""
    with path.open("rb") as file:
        raw = file.read(MOST * 1024 * 1024 + 1)
    if len(raw) > MOST * 1024 * 1024:
        raise _TooLargeError
    return raw
