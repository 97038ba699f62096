"""The child ends in any way it likes; the caller gets an answer."""

import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from portal.workbooks import sandbox
from portal.workbooks.archive import Fault

REQUEST: dict[str, Any] = {"filename": "a.csv", "labels": [], "own": []}
MEMORY = 512 * 1024 * 1024


def run(content: bytes, *, memory: int = MEMORY, seconds: int = 10) -> dict[str, Any]:
    return sandbox.run("read", REQUEST, content, memory=memory, seconds=seconds)[0]


def test_small_file_is_answered() -> None:
    assert run(b"a,b\n1,2\n")["columns"] == [["1"], ["2"]]


def test_memory_is_limited() -> None:
    content = b"a,b\n" + (b"x" * 1_000 + b",y\n") * 20_000
    assert run(content)["height"] == 20_000
    with pytest.raises(Fault) as fault:
        run(content, memory=64 * 1024 * 1024)
    assert fault.value.code in ("too_large", "unreadable")


def test_processor_time_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    task = "child.TASKS['read'] = lambda *_: all(True for _ in iter(int, 1))"
    busy = f"from portal.workbooks import child\n{task}\nchild.main()"
    monkeypatch.setattr(sandbox, "_START", sandbox._START.replace("main()", busy))
    with pytest.raises(Fault) as fault:
        run(b"a,b\n", seconds=1)
    assert fault.value.code == "too_slow"


def test_waiting_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_START", "import time; time.sleep(30)")
    with pytest.raises(Fault) as fault:
        run(b"a,b\n", seconds=1)
    assert fault.value.code == "too_slow"


def test_abort_of_a_reader_is_an_answer_and_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sandbox, "_START", "import os; os.abort()")
    with caplog.at_level(logging.ERROR, logger="portal.workbooks"), pytest.raises(Fault) as fault:
        run(b"a,b\n")
    assert fault.value.code == "unreadable"
    assert "workbook child ended with -6" in caplog.text


def test_child_loads_neither_django_nor_celery() -> None:
    """Loading them would take half of its memory and a second of its time."""
    here = Path(sandbox.__file__).parent
    code = sandbox._START.replace(
        "main()", "import portal.workbooks.marking, portal.workbooks.grids; print(*sys.modules)"
    )
    command = [sys.executable, "-P", "-c", code, str(here.parent), str(here)]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert "portal.workbooks.grids" in loaded
    assert not {"django", "celery", "rapidfuzz"} & set(loaded)
