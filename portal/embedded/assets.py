"""The front-end files we serve, copied out of `node_modules` once per lock.

`node_modules` itself is never served: it holds thousands of files nobody asked for.
"""

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

from portal.embedded.node import find_node
from portal.embedded.processes import StartError

# served name below vendor/ -> file below node_modules/
SERVED = {
    "alpine.min.js": "@alpinejs/csp/dist/cdn.min.js",
    "noble/_md.js": "@noble/hashes/_md.js",
    "noble/_u64.js": "@noble/hashes/_u64.js",
    "noble/sha2.js": "@noble/hashes/sha2.js",
    "noble/utils.js": "@noble/hashes/utils.js",
    "echarts.min.js": "echarts/dist/echarts.min.js",
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler-vendors.min.css": "@tabler/core/dist/css/tabler-vendors.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "tom-select.min.css": "tom-select/dist/css/tom-select.bootstrap5.min.css",
    "tom-select.min.js": "tom-select/dist/js/tom-select.complete.min.js",
}
# put into var/fonts, for papers; not served
FONTS = {
    "NotoSerifSC_400Regular.ttf": "400Regular/NotoSerifSC_400Regular.ttf",
    "NotoSerifSC_700Bold.ttf": "700Bold/NotoSerifSC_700Bold.ttf",
}
_FONT_FOLDER = "@expo-google-fonts/noto-serif-sc"
ICONS = Path(__file__).with_name("icons.txt")
AXE = "node_modules/axe-core/axe.min.js"  # for the tests only, never served
_ICON_FOLDER = "@tabler/icons/icons/outline"
_STAMP = ".built-from"
_SOURCE_MAP = re.compile(rb"(/\*[#@]\s*sourceMappingURL=[^*]*\*/|//[#@]\s*sourceMappingURL=\S*)")
_SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_BACKGROUND = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


def icon_names() -> list[str]:
    """The icons in the sprite: `<use href="…/icons.svg#name">`."""
    return [line for line in ICONS.read_text(encoding="utf-8").split() if line]


def _fingerprint(project: Path) -> str:
    digest = hashlib.sha256()
    for file in (project / "package-lock.json", ICONS, Path(__file__)):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_current(project: Path, var: Path) -> bool:
    """Whether the files in var/ were built from today's lock, icon list and recipe."""
    stamp = var / "assets" / "vendor" / _STAMP
    installed = (project / AXE).is_file()
    installed = installed and all((var / "fonts" / name).is_file() for name in FONTS)
    return installed and stamp.is_file() and stamp.read_text() == _fingerprint(project)


def build(project: Path, var: Path) -> bool:
    """Install by the lock and fill var/assets/vendor; False when nothing had changed."""
    if is_current(project, var):
        return False
    _install(project)
    modules = project / "node_modules"
    fresh = var / "assets" / "vendor.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, source in SERVED.items():
        # The maps are not served, and the manifest storage refuses links to missing files.
        (fresh / name).parent.mkdir(exist_ok=True)
        (fresh / name).write_bytes(_SOURCE_MAP.sub(b"", (modules / source).read_bytes()))
    (fresh / "icons.svg").write_text(sprite(modules / _ICON_FOLDER), encoding="utf-8")
    (fresh / _STAMP).write_text(_fingerprint(project))
    _put_fonts(modules / _FONT_FOLDER, var / "fonts")
    final = var / "assets" / "vendor"
    shutil.rmtree(final, ignore_errors=True)
    fresh.rename(final)
    return True


def _put_fonts(source: Path, target: Path) -> None:
    """Each in one step: a portal that runs meanwhile reads the old file or the new one."""
    target.mkdir(exist_ok=True)
    for name, file in FONTS.items():
        part = target / f".{name}"
        shutil.copyfile(source / file, part)
        part.replace(target / name)


def _install(project: Path) -> None:
    node = find_node()
    command = node.npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    done = subprocess.run(
        command, cwd=project, env=node.environment(), capture_output=True, check=False
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).decode(errors="replace").strip()
        raise StartError(f"npm ci failed; is a package registry reachable?\n{said}")


def sprite(folder: Path) -> str:
    """One SVG with a symbol per listed icon; StartError names icons the set does not have."""
    missing = [name for name in icon_names() if not (folder / f"{name}.svg").is_file()]
    if missing:
        raise StartError(f"Unknown icons in {ICONS.name}: {', '.join(missing)}")
    symbols = [_symbol(name, (folder / f"{name}.svg").read_text()) for name in icon_names()]
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def _symbol(name: str, svg: str) -> str:
    found = _SHAPES.search(svg)
    if found is None:
        raise StartError(f"{name}.svg is not an SVG file")
    shapes = " ".join(_BACKGROUND.sub("", found.group(1)).split())
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
    )
