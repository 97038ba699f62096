"""What the operator chose, read once from the environment."""

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.processes import StartError

PROJECT = Path(__file__).resolve().parents[2]
MARKER = "PORTAL_LAUNCHER"  # stands in the environment of every child of ours
DATABASE = "portal"
_ANY_HOST = {"0.0.0.0", "::", ""}  # noqa: S104 - recognised, not bound


@dataclass(frozen=True)
class Configuration:
    """The environment variables of `make run`, checked."""

    var: Path
    project: Path = PROJECT
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = True
    demo_size: str = "small"
    mode: str = "demo"
    database_url: str = ""
    owner_url: str = ""
    redis_url: str = ""
    cache_url: str = ""

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Configuration":
        """Read and check; StartError names the variable that is wrong."""
        port = environ.get("PORT") or "8000"
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise StartError(f"PORT must be a number from 1 to 65535, not {port!r}.")
        database_url = environ.get("DATABASE_URL", "")
        owner_url = environ.get("DATABASE_OWNER_URL", "")
        if owner_url and not database_url:
            raise StartError("DATABASE_OWNER_URL is set without DATABASE_URL; set both.")
        redis_url = environ.get("REDIS_URL", "")
        return cls(
            var=Path(environ.get("PORTAL_VAR") or PROJECT / "var").absolute(),
            host=environ.get("HOST") or "127.0.0.1",
            port=int(port),
            demo=environ.get("DEMO", "1") not in {"0", "no", "false"},
            demo_size=environ.get("DEMO_SIZE") or "small",
            mode=environ.get("PORTAL_MODE") or "demo",
            database_url=database_url,
            owner_url=owner_url or database_url,
            redis_url=redis_url,
            cache_url=environ.get("CACHE_URL") or redis_url,
        )

    @property
    def own_database(self) -> bool:
        """Whether we start PostgreSQL ourselves."""
        return not self.database_url

    @property
    def logs(self) -> Path:
        """One file per program."""
        return self.var / "log"

    @property
    def files(self) -> Path:
        """The stored files, by hash."""
        return self.var / "files"

    @property
    def secret_key(self) -> Path:
        """The key file we make when the operator names none."""
        return self.var / "secret_key"

    @property
    def local_host(self) -> str:
        """Where a browser on this machine finds us."""
        return "127.0.0.1" if self.host in _ANY_HOST else self.host

    @property
    def address(self) -> str:
        """The address to open."""
        return f"http://{self.local_host}:{self.port}/"

    def allowed_hosts(self) -> str:
        """Names under which we may be asked for: this machine's own, more where it listens wide."""
        names = {"localhost", "127.0.0.1", "[::1]"}
        if self.host in _ANY_HOST:
            names |= {socket.gethostname(), socket.getfqdn(), *_own_addresses()}
        else:
            names.add(self.host)
        return ",".join(sorted(name for name in names if name))

    def environment(self) -> dict[str, str]:
        """What web, worker, beat and manage.py get, apart from the addresses of the servers."""
        given = os.environ
        values = {
            "PORTAL_MODE": self.mode,
            "PORTAL_VAR": str(self.var),
            "HOST": self.host,
            "PORT": str(self.port),
            "DEMO": "1" if self.demo else "0",
            "ALLOWED_HOSTS": given.get("ALLOWED_HOSTS") or self.allowed_hosts(),
            "PYTHONUNBUFFERED": "1",
            MARKER: str(self.var),
        }
        if not given.get("SECRET_KEY") and not given.get("SECRET_KEY_FILE"):
            values["SECRET_KEY_FILE"] = str(self.secret_key)
        return {**given, **values}

    def ensure_var(self) -> None:
        """Create var/ with its folders and, once, the secret key that only we may read."""
        for folder in (self.var, self.logs, self.files):
            folder.mkdir(parents=True, exist_ok=True)
        if not self.secret_key.exists():
            fresh = self.secret_key.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(64))
            fresh.rename(self.secret_key)


def _own_addresses() -> set[str]:
    """The address other machines of the LAN see; asks the routing table, sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return set()  # no network at all
        return {str(probe.getsockname()[0])}
