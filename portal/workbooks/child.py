"""The process in which uploaded bytes are opened, under limits of memory, time and files.

The parent (sandbox.py) writes one line of JSON and then the file; the answer is one line of JSON
and then bytes. A fault of the file is an answer; anything else may end this process, and does so
without harm. Loaded without Django.
"""

import gc
import json
import os
import resource
import sys
from collections.abc import Callable
from typing import Any

from portal.workbooks.archive import Fault

Answer = tuple[dict[str, Any], bytes]


def read(request: dict[str, Any], content: bytes) -> Answer:
    from portal.workbooks.grids import open_source, read_grid

    labels = frozenset(request["labels"])
    grid = read_grid(open_source(content, request["filename"], labels), labels, request["own"])
    height = max((len(column) for column in grid.columns), default=0)
    columns = [column[:1] if _is_same(column) else column for column in grid.columns]
    return {**vars(grid), "columns": columns, "height": height}, b""


def _is_same(column: list[Any]) -> bool:
    """Whether one value fills the column, as year, period and reporter do; it travels once."""
    return column[0] == column[-1] and column.count(column[0]) == len(column)


def mark(request: dict[str, Any], content: bytes) -> Answer:
    from portal.workbooks.marking import mark_copy, mark_workbook

    if request["copy"]:
        return {}, mark_copy(request, content)
    return {}, mark_workbook(request, content)


TASKS: dict[str, Callable[[dict[str, Any], bytes], Answer]] = {"read": read, "mark": mark}


def main() -> None:
    gc.disable()  # a short life, and the cells make no cycles
    request = json.loads(sys.stdin.buffer.readline())
    seconds = request["seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (request["memory"], request["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    body = b""
    try:
        answer, body = TASKS[request["task"]](request, sys.stdin.buffer.read())
    except Fault as fault:
        answer = {"fault": [fault.code, fault.sheet, fault.cell, fault.facts]}
    except MemoryError:
        answer = {"fault": ["too_large", "", "", {}]}
    text = json.dumps(answer, ensure_ascii=True, separators=(",", ":"))
    sys.stdout.buffer.write(text.encode("ascii") + b"\n")
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()
    os._exit(0)  # taking a million cells apart one by one would serve nobody
