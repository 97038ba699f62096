"""What runs on a newcomer's machine imports only what its lock installs (not the developer's)."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from portal.embedded.configuration import PROJECT

APPS = ("portal", "agencies", "institutions", "inspections", "penalties", "sharing")
# Run in the test environment only.
DEVELOPMENT_ONLY = {"portal/embedded/checks.py"}


def locked() -> set[str]:
    """Distribution names of requirements.lock, normalised."""
    names = re.findall(
        r"^([A-Za-z0-9][\w.-]*)==", (PROJECT / "requirements.lock").read_text(), re.M
    )
    return {re.sub(r"[-_.]+", "-", name).lower() for name in names}


class RuntimeImports(ast.NodeVisitor):
    """Collects what is imported when the program runs: not what only the type checker reads."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_If(self, node: ast.If) -> None:
        condition = ast.unparse(node.test)
        if condition not in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        self.names |= {alias.name.split(".")[0] for alias in node.names}

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.module and not node.level:
            self.names.add(node.module.split(".")[0])


def runtime_files() -> list[Path]:
    files = [PROJECT / "manage.py"]
    for app in APPS:
        files += sorted((PROJECT / app).rglob("*.py"))
    return [file for file in files if str(file.relative_to(PROJECT)) not in DEVELOPMENT_ONLY]


def test_every_import_of_the_running_portal_is_in_its_lock() -> None:
    installs, in_lock = packages_distributions(), locked()
    assert "django" in in_lock
    strangers = []
    for file in runtime_files():
        visitor = RuntimeImports()
        visitor.visit(ast.parse(file.read_text(encoding="utf-8")))
        for name in sorted(visitor.names - set(sys.stdlib_module_names) - set(APPS)):
            owners = {re.sub(r"[-_.]+", "-", owner).lower() for owner in installs.get(name, [])}
            if not owners & in_lock:
                strangers.append(f"{file.relative_to(PROJECT)}: {name}")
    assert strangers == []
