"""The command and the stand-alone script: two programs that share no code agree on every file."""

from __future__ import annotations

import argparse
import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation

from inspections.draws.choices import SAID
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
        assert command(str(missing), "--lang", "en") == 1
        assert "cannot be read" in capsys.readouterr().out
        assert command(str(missing), "--lang", "zh") == 1
        assert "无法读取" in capsys.readouterr().out
        assert not alone(script, missing)
    record = written(tmp_path, canon(VECTORS[0]))
    assert command(str(record), "--annex", str(tmp_path / "none.json")) == 1
    assert not alone(script, record, tmp_path / "none.json")


def test_a_file_made_to_fill_the_memory_is_a_sentence(
    tmp_path: Path, script: ModuleType, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    assert command(str(path), "--lang", "zh") == 1
    assert "FAIL file（文件）：文件超过 64 MB" in capsys.readouterr().out
    with pytest.raises(script.Wrong, match="larger than 64 MB"):
        script.read(str(path))
    record = written(tmp_path, canon(VECTORS[0]))
    assert command(str(record), "--annex", str(path)) == 1
    assert not alone(script, record, path)


def test_another_batchs_record_is_not_the_published_one(
    tmp_path: Path, script: ModuleType, capsys: pytest.CaptureFixture[str]
):
    """It agrees with itself, so that the published hash is what tells them apart."""
    first, second = (written(tmp_path, canon(each), f"{n}.json") for n, each in enumerate(VECTORS))
    assert command(str(second)) == 0
    published = VECTORS[0]["record_hash"]
    assert command(str(second), "--record-hash", published, "--lang", "zh") == 1
    assert "这不是公布校验值的那份记录" in capsys.readouterr().out
    assert not alone(script, second, "", published)
    assert alone(script, first, "", published)
    annex = written(tmp_path, canon(VECTORS[0]["annex"]), "annex.json")
    assert command(str(second), "--annex", str(annex)) == 1
    assert not alone(script, second, annex)


# --- In the reader's language ----------------------------------------------------------------


def run_alone(*given: str, **machine: str) -> str:
    line = [sys.executable, "-I", "-S", str(SCRIPT), *given]
    done = subprocess.run(line, capture_output=True, check=False, env=machine)
    assert done.stderr == b""
    return done.stdout.decode()


def test_the_script_speaks_as_it_is_asked_else_as_the_machine_else_chinese(tmp_path: Path):
    path = str(written(tmp_path, canon(VECTORS[0])))
    assert "PASS strata（抽取机构）：抽中 15 家" in run_alone(path)
    assert "PASS strata（抽取机构）" in run_alone(path, LANG="C.UTF-8")
    assert "PASS strata: 15 institutions drawn" in run_alone(path, LANG="en_GB.UTF-8")
    assert "PASS strata: 15" in run_alone(path, "--lang", "en", LANG="zh_CN.UTF-8")
    assert "PASS strata（抽取机构）" in run_alone(path, "--lang", "zh", LANG="en_US.UTF-8")


def test_the_command_speaks_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = str(written(tmp_path, canon(VECTORS[0])))
    command(path, "--lang", "zh")
    assert "PASS strata（抽取机构）：按签号抽中 15 家" in capsys.readouterr().out
    command(path, "--lang", "en")
    assert "PASS strata (Institutions drawn): 15 institutions drawn" in capsys.readouterr().out


def literals(path: Path, calls: set[str], *kinds: type[ast.AST]) -> set[str]:
    """Sentences with gaps in a program: arguments of the calls, and pairs that steps return."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in calls:
            inside: list[ast.AST] = list(node.args)
        elif isinstance(node, kinds):
            inside = [node]
        else:
            continue
        for each in inside:
            found |= {
                part.value
                for part in ast.walk(each)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            }
    return {each for each in found if " " in each.strip()}


ROOMS = ("digests", "pools", "lots", "teams", "records", "draws")
SAYING = {"Malformed", "_need", "matching", "_unique", "_within", "Step"}


def test_every_sentence_of_the_rules_has_its_words():
    folder = Path(str(SCRIPT)).parents[1] / "inspections"
    kinds = (ast.Return, ast.Assign)
    files = [folder / room / "rules.py" for room in ROOMS]
    written_there = set().union(*(literals(each, SAYING, *kinds) for each in files))
    assert {each for each in written_there if each not in SAID} == set()
    assert len(SAID) > 70


def test_every_sentence_of_the_script_has_its_words(script: ModuleType):
    told = literals(SCRIPT, {"Wrong", "need", "once"}, ast.Return, ast.Yield)
    assert {each for each in told if each not in script.CHINESE and not odd_text(each)} == set()
    assert set(script.LABELS) == {*script.LONG, *script.SHORT, "form"}


def odd_text(text: str) -> bool:
    """A list of field names for a form, a number, a pattern: nothing that is said to anybody."""
    return all(len(word) < 16 and word.islower() for word in text.split()) and "is" not in text


def test_gaps_are_the_same_in_every_language(script: ModuleType):
    for code, sentence in SAID.items():
        with translation.override("zh-hans"):
            assert gaps_of(code) == set(re.findall(r"%[(](\w+)[)]s", str(sentence))), code
        with translation.override("en"):
            assert gaps_of(code) == set(re.findall(r"%[(](\w+)[)]s", str(sentence))), code
    for code, sentence in script.CHINESE.items():
        assert gaps_of(code) == gaps_of(sentence), code


def gaps_of(sentence: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", sentence))


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
