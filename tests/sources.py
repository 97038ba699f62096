"""Our own sources, read once, for the tests that hold the house style."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("portal", *settings.PORTAL_APPS)
SOURCES = sorted(
    path.relative_to(ROOT)
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)
TESTS = sorted(path.relative_to(ROOT) for path in (ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted(path.relative_to(ROOT) for path in (ROOT / "templates").rglob("*.html"))


@cache
def text_of(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def assert_none(found: Iterable[str], mend: str = "") -> None:
    """Fail with one finding a line."""
    told = sorted(found)
    assert not told, "\n".join(["", *told, mend])


def lines_of(path: Path) -> list[str]:
    return text_of(path).splitlines()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path))


def last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
