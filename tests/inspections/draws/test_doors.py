"""The command and the stand-alone script: two programs that share no code agree on every file."""

from __future__ import annotations

import argparse
import ast
import importlib.util
import subprocess
import sys
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from django.core.management import call_command

from inspections.draws.rules import canon, verify
from tests.inspections import ceremony
from tests.inspections.ceremony import SCRIPT, VECTORS, all_pass, public_copy
from tests.inspections.digests.test_rules import HOSTILE
from tests.inspections.draws.test_forms import WRONG_FORMS, edited, void_attempts
from tests.inspections.draws.test_rules import forgeries, with_random_replacements


@pytest.fixture(scope="module")
def script() -> ModuleType:
    found = importlib.util.spec_from_file_location("verify_draw_alone", SCRIPT)
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def alone(script: ModuleType, record: Path, annex: Path | str = "", published: str = "") -> bool:
    given = argparse.Namespace(record=str(record), annex=str(annex), record_hash=published)
    return all(holds for _, holds, _ in script.steps(given))


def command(*given: str) -> int:
    with pytest.raises(SystemExit) as ended:
        call_command("verify_draw", *given)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def written(folder: Path, raw: bytes, name: str = "record.json") -> Path:
    path = folder / name
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize("known", VECTORS, ids=["sha256", "sm3"])
def test_both_pass_the_known_records(
    known: dict[str, Any],
    tmp_path: Path,
    script: ModuleType,
    capsys: pytest.CaptureFixture[str],
):
    whole = written(tmp_path, canon(known))
    bare = written(tmp_path, canon(public_copy(known)), "bare.json")
    annex = written(tmp_path, canon(known["annex"]), "annex.json")
    published = known["record_hash"]
    assert command(str(whole), "--record-hash", published) == 0
    assert command(str(bare), "--annex", str(annex)) == 0
    assert capsys.readouterr().out.count("PASS") == 20
    for given in ([whole], [bare], [bare, annex], [whole, annex, published]):
        assert alone(script, *given)
    assert not alone(script, whole, "", "00" * 32)
    assert command(str(whole), "--record-hash", "00" * 32) == 1
    assert "FAIL record_hash" in capsys.readouterr().out


def test_the_script_stands_alone(tmp_path: Path):
    """Run as a citizen runs it: no path to our code, no packages."""
    ours = {"inspections", "portal", "django", "tests"}
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(SCRIPT.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names
    assert not imported & ours
    path = written(tmp_path, canon(VECTORS[1]))
    for raw, code, word in ((path.read_bytes(), 0, b"PASS"), (b"{}", 1, b"FAIL form")):
        path.write_bytes(raw)
        line = [sys.executable, "-I", "-S", str(SCRIPT), str(path)]
        done = subprocess.run(line, capture_output=True, check=False, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (code, b"")
        assert word in done.stdout


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_json_is_refused_by_both(name: str, tmp_path: Path, script: ModuleType):
    path = written(tmp_path, HOSTILE[name])
    with pytest.raises(script.Wrong):
        script.read(str(path))
    assert command(str(path)) == 1
    assert not alone(script, path)


def test_a_file_that_is_not_there_is_a_sentence(
    tmp_path: Path, script: ModuleType, capsys: pytest.CaptureFixture[str]
):
    for missing in (tmp_path / "none.json", tmp_path, tmp_path / "\udcff.json"):
        assert command(str(missing)) == 1
        assert "cannot be read" in capsys.readouterr().out
        assert not alone(script, missing)
    record = written(tmp_path, canon(VECTORS[0]))
    assert command(str(record), "--annex", str(tmp_path / "none.json")) == 1
    assert not alone(script, record, tmp_path / "none.json")


def test_both_refuse_the_same_forms(tmp_path: Path, script: ModuleType):
    for name, (path, new) in WRONG_FORMS.items():
        raw = ceremony.resealed(edited(VECTORS[0], path, new))
        assert not alone(script, written(tmp_path, raw)), name


def test_both_refuse_the_same_forgeries(tmp_path: Path, script: ModuleType):
    for known in VECTORS:
        for name, (changed, _) in forgeries(known).items():
            raw = ceremony.resealed(known, **changed)
            assert not alone(script, written(tmp_path, raw)), name


def test_both_agree_on_void_attempts(tmp_path: Path, script: ModuleType):
    for made in void_attempts():
        assert alone(script, written(tmp_path, canon(made)))
    last = void_attempts()[-1]
    for changed in ({"commitments": {}}, {"key": "00" * 32}, {"reveals": {"ECO": "00" * 32}}):
        assert not alone(script, written(tmp_path, ceremony.resealed(last, **changed)))


def test_both_agree_on_random_ceremonies_and_edits(tmp_path: Path, script: ModuleType):
    random = Random(29)
    for number in range(60):
        made = ceremony.drawn(*ceremony.random_case(random), number=number)
        made = with_random_replacements(made, random)
        for whole in (made, public_copy(made)):
            assert alone(script, written(tmp_path, canon(whole))), number
            raw = bytearray(canon(whole))
            at = random.randrange(len(raw))
            raw[at] ^= 1 << random.randrange(7)
            assert not all_pass(verify(bytes(raw)))
            assert not alone(script, written(tmp_path, bytes(raw))), number


def test_the_scripts_own_sm3_is_the_standards(script: ModuleType):
    known = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert script.sm3(b"abc").hex() == known
    sixteen = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    assert script.sm3(b"abcd" * 16).hex() == sixteen


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands in a record, outside in."""
    keys = list(value) if isinstance(value, dict) else []
    keys = list(range(len(value))) if isinstance(value, list) else keys
    found = [path] if path else []
    for key in keys:
        found += places(value[key], (*path, key))
    return found


ODD: list[Any] = [0, -1, True, "", "x", "ECO", "*", "00" * 32, [], {}, [[]], ["a", "b"], 2**53 - 1]
ODD += ["no_show", "supplementary", "0001-01-01T00:00+23:59", "9999-12-31T23:59:60Z", {"kind": 1}]


def test_both_agree_on_records_with_odd_values_anywhere(tmp_path: Path, script: ModuleType):
    """Resealed, so that no hash hides what the other steps do; neither ever crashes."""
    random = Random(31)
    for _ in range(500):
        known = random.choice([*VECTORS, *void_attempts()])
        known = random.choice([known, public_copy(known)])
        path = random.choice(places(known))
        odd = edited(known, path, random.choice(ODD))
        if odd.get("alg") not in ("sha256", "sm3"):
            continue
        raw = ceremony.resealed(odd)
        assert all_pass(verify(raw)) == alone(script, written(tmp_path, raw)), path
