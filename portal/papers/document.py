"""A paper as PDF, in this process: about 50 ms, and the same bytes whenever it is made again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import typst
from django.conf import settings

from portal.papers.content import Content
from portal.papers.printing import Sheet, printed

TEMPLATE = Path(__file__).with_name("paper.typ")
FONTS = ("NotoSerifSC_400Regular.ttf", "NotoSerifSC_700Bold.ttf")


class FontsMissing(Exception):
    """The fonts of papers are not installed; the message says what installs them."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A file as made, with the number of its pages."""

    body: bytes
    pages: int


def pdf(content: Content, sheet: Sheet) -> Rendered:
    """The paper as PDF; the same content and sheet give the same bytes."""
    return Rendered(*_compiled(content, sheet))


def pictures(content: Content, sheet: Sheet, *, ppi: float = 72) -> list[bytes]:
    """The pages as PNG."""
    made = _compiler(content, sheet).compile(format="png", ppi=ppi)
    return made if isinstance(made, list) else [made or b""]


def _compiler(content: Content, sheet: Sheet) -> typst.Compiler:
    said = json.dumps(printed(content, sheet), ensure_ascii=False)
    return typst.Compiler(
        str(TEMPLATE),
        font_paths=_fonts(str(settings.PAPER_FONTS)),
        ignore_system_fonts=True,
        sys_inputs={"paper": said},
    )


def _compiled(content: Content, sheet: Sheet) -> tuple[bytes, int]:
    compiler = _compiler(content, sheet)
    body = compiler.compile(format="pdf", timestamp=0)
    pages = compiler.query("<last-page>", field="value", one=True)
    if not isinstance(body, bytes):
        raise TypeError(f"typst gave {type(body)} for one PDF.")
    return body, int(json.loads(pages))


@lru_cache(maxsize=2)
def _fonts(folder: str) -> typst.Fonts:
    """Read once; kept by typst as maps of the files."""
    found = [path for name in FONTS for path in Path(folder).rglob(name)]
    if len(found) != len(FONTS):
        raise FontsMissing(
            f"{folder} does not hold {' and '.join(FONTS)}: start the portal with `make run`, "
            "or build its files with `python -m portal.embedded assets`."
        )
    folders: list[str] = sorted({str(path.parent) for path in found})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
