"""Starts the child process for one file and turns its end, whatever it is, into an answer."""

import json
import logging
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from portal.workbooks.archive import Fault

logger = logging.getLogger(__name__)

READ_MEMORY = 512 * 1024 * 1024
READ_SECONDS = 10  # of processor time, which is what the file costs
MARK_MEMORY = 1536 * 1024 * 1024
MARK_SECONDS = 240
WAIT = 3  # a busy machine may take this many times as long before the child counts as stuck

# The packages are named without running their __init__, which would load Celery and Django and
# spend half of the child's memory and time. `-P` keeps the working directory off the path.
_START = """
import sys, types
for name, folder in (("portal", sys.argv[1]), ("portal.workbooks", sys.argv[2])):
    package = types.ModuleType(name)
    package.__path__ = [folder]
    sys.modules[name] = package
from portal.workbooks.child import main
main()
"""


def run(
    task: str, request: dict[str, Any], content: bytes, *, memory: int, seconds: int
) -> tuple[dict[str, Any], bytes]:
    """The child's answer to one task, or Fault; never another exception for a bad file."""
    here = Path(__file__).resolve().parent
    command = [sys.executable, "-P", "-X", "utf8", "-c", _START, str(here.parent), str(here)]
    line = json.dumps({**request, "task": task, "memory": memory, "seconds": seconds})
    try:
        done = subprocess.run(
            command,
            input=line.encode("ascii") + b"\n" + content,
            capture_output=True,
            timeout=seconds * WAIT,
            check=False,
        )
    except subprocess.TimeoutExpired as slow:
        raise Fault("too_slow", seconds=seconds) from slow
    if done.returncode == -signal.SIGXCPU:
        raise Fault("too_slow", seconds=seconds)
    head, _, body = done.stdout.partition(b"\n")
    if done.returncode or not head:
        # An abort or a signal is the file's doing; a traceback may be ours and must be seen.
        logger.error("workbook child ended with %s: %s", done.returncode, _tail(done.stderr))
        raise Fault("unreadable")
    answer: dict[str, Any] = json.loads(head)
    if "fault" in answer:
        code, sheet, cell, facts = answer["fault"]
        raise Fault(code, sheet=sheet, cell=cell, **facts)
    return answer, body


def _tail(stderr: bytes) -> str:
    return stderr[-2_000:].decode("utf-8", "replace")
