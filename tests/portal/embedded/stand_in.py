"""A stand-in project: our launcher over the smallest Django-less application that behaves like one.

The launcher takes the project from its own place, so it is copied beside the stand-in files.
"""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from portal.embedded import assets, configuration

WSGI = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"alive"]
"""

CELERY = """
import os
from celery import Celery

app = Celery("portal", broker=os.environ["REDIS_URL"].replace("unix://", "redis+socket://", 1))
app.conf.task_ignore_result = True
app.conf.beat_schedule = {"tick": {"task": "portal.tick", "schedule": 1}}


@app.task(name="portal.tick")
def tick():
    with open(os.path.join(os.environ["PORTAL_VAR"], "ticks"), "a") as file:
        file.write("tick\\n")
"""

MANAGE = """
import os, sys
import psycopg2

command = sys.argv[1]
with open(os.path.join(os.environ["PORTAL_VAR"], "calls"), "a") as calls:
    calls.write(" ".join(sys.argv[1:]) + "\\n")
link = psycopg2.connect(os.environ["DATABASE_URL"])
cursor = link.cursor()
if command == "migrate":
    cursor.execute("CREATE TABLE IF NOT EXISTS agencies_agency (id serial PRIMARY KEY, name text)")
    cursor.execute("CREATE TABLE IF NOT EXISTS agencies_user (is_demo boolean)")
elif command == "load_demo":
    cursor.execute("INSERT INTO agencies_agency (name) VALUES ('ecology')")
    cursor.execute("INSERT INTO agencies_user (is_demo) VALUES (true)")
    print("one agency")
elif command == "demo_accounts":
    print("  officer / demo-pass")
elif command == "setup_code":
    print("  code: 1234-5678")
elif command == "verify_audit":
    print("audit: clean")
link.commit()
"""

NOT_OURS = (
    *("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CACHE_URL", "SECRET_KEY", "DEMO"),
    *("SECRET_KEY_FILE", "PORTAL_VAR", "PORTAL_MODE", "PG_BIN", "HOST", "PORT", "PYTHONPATH"),
    "DJANGO_SETTINGS_MODULE",
)


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class StandIn:
    """One copied project with its own var/ and port."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.var = root / "var"
        self.port = free_port()
        real = configuration.PROJECT
        shutil.copytree(
            real / "portal" / "embedded",
            root / "portal" / "embedded",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        for name, text in {
            "portal/__init__.py": "",
            "portal/wsgi.py": WSGI,
            "portal/celery.py": CELERY,
            "manage.py": MANAGE,
        }.items():
            (root / name).write_text(text)
        for name in ("package-lock.json", "package.json", "requirements.lock"):
            shutil.copy(real / name, root / name)
        self._pretend_assets_are_built()

    def _pretend_assets_are_built(self) -> None:
        axe = self.root / assets.AXE
        axe.parent.mkdir(parents=True)
        axe.write_text("")
        vendor = self.var / "assets" / "vendor"
        vendor.mkdir(parents=True)
        (self.var / "fonts").mkdir()
        for name in assets.FONTS:
            (self.var / "fonts" / name).write_text("")
        code = (
            "from pathlib import Path; from portal.embedded import assets; "
            f"print(assets._fingerprint(Path({str(self.root)!r})), end='')"
        )
        stamp = subprocess.run(
            [sys.executable, "-c", code], cwd=self.root, capture_output=True, text=True, check=True
        )
        (vendor / ".built-from").write_text(stamp.stdout)

    def environment(self, **more: str) -> dict[str, str]:
        """Ours without what the surrounding test run set."""
        kept = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        return {**kept, "PORT": str(self.port), **more}

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """Start the launcher in the background."""
        return subprocess.Popen(
            [sys.executable, "-m", "portal.embedded", *arguments],
            cwd=self.root,
            env=self.environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def call(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a launcher command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "portal.embedded", *arguments],
            cwd=self.root,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def calls(self) -> list[str]:
        """The manage.py commands so far."""
        file = self.var / "calls"
        return file.read_text().splitlines() if file.exists() else []


def read_until(process: subprocess.Popen[str], text: str) -> str:
    """The output up to the line that holds `text`; all of it if the program ends before."""
    said = ""
    for line in process.stdout or ():
        said += line
        if text in line:
            break
    return said
