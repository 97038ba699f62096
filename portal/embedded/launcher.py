"""`make run` and its neighbours: one command from an empty machine to a working portal."""

import argparse
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from portal.embedded import assets, backups, doctor, instance, prepare, processes
from portal.embedded.configuration import DATABASE, Configuration
from portal.embedded.prepare import Manage, say, step
from portal.embedded.processes import StartError
from portal.embedded.servers import Servers
from portal.embedded.supervise import Program, Supervisor

_ROUND_SECONDS = 0.5
_ANSWER_SECONDS = 90.0
_STOP_SECONDS = 60.0


class Stopped(BaseException):
    """SIGINT, SIGTERM or SIGHUP arrived; not an error, so no `except Exception` may eat it."""


def _on_signal(signum: int, frame: FrameType | None) -> NoReturn:
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)  # we are already stopping
    raise Stopped


def _listen_to_signals() -> None:
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # nohup ignores SIGHUP and a shell's `&` ignores SIGINT; only the first is a wish
        if each is not signal.SIGHUP or signal.getsignal(each) is not signal.SIG_IGN:
            signal.signal(each, _on_signal)


def programs(config: Configuration) -> list[Program]:
    """Web, worker and beat as they run here and, but for the numbers, in production."""
    python = sys.executable
    term, quit_, kill = signal.SIGTERM, signal.SIGQUIT, signal.SIGKILL
    web = [python, "-m", "gunicorn", "portal.wsgi:application", "-k", "gthread"]
    web += ["--threads", "8", "--workers", "2", "--preload", "-b", f"{config.host}:{config.port}"]
    web += ["--timeout", "120", "--graceful-timeout", "10", "--no-control-socket"]
    celery = [python, "-m", "celery", "-A", "portal"]
    worker = [*celery, "worker", "--pool", "prefork", "-c", "2", "-l", "INFO"]
    worker += ["--without-gossip", "--without-mingle"]
    # No pid file: one left by a killed beat would keep the next from starting.
    beat = [*celery, "beat", "-l", "INFO", "--pidfile=", "-s", str(config.var / "beat-schedule")]
    return [
        Program("web", web, [(term, 12.0), (kill, 2.0)]),
        Program("worker", worker, [(term, 15.0), (quit_, 5.0), (kill, 2.0)]),
        Program("beat", beat, [(term, 5.0), (kill, 2.0)]),
    ]


def _check_port(config: Configuration) -> None:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as reason:
            raise StartError(
                f"Cannot listen on {config.host}:{config.port} ({reason.strerror}). "
                f"Choose another: make run PORT={config.port + 1 if config.port < 65535 else 8000}"
            ) from None


def _answers(config: Configuration) -> bool:
    link = http.client.HTTPConnection(config.local_host, config.port, timeout=5)
    try:
        link.request("GET", "/livez", headers={"Host": "localhost"})
        return link.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False  # not listening yet
    finally:
        link.close()


def _wait_for_web(config: Configuration, supervisor: Supervisor) -> None:
    ready = processes.wait_until(
        lambda: _answers(config) or not supervisor.is_running("web"), _ANSWER_SECONDS, 0.2
    )
    if not ready or not supervisor.is_running("web"):
        raise StartError("The web server did not start:\n" + supervisor.last_words("web", 30))


@contextmanager
def _portal(config: Configuration, command: str) -> Iterator[Servers]:
    """Hold var/, clear the remains of a killed start, and start PostgreSQL; stop it all again."""
    with instance.hold(config.var, command):
        config.ensure_var()
        ended = instance.end_orphans(config.var)
        if ended:
            say(f"• Ended {ended} processes of an earlier start")
        servers = Servers(config)
        try:
            yield servers
        finally:
            servers.stop()


def run(config: Configuration) -> None:
    """Start everything, say where it is, and watch over it until a signal comes."""
    started = time.monotonic()
    holder = instance.running(config.var)
    if holder:
        raise StartError(instance.describe(holder))
    _check_port(config)
    with _portal(config, "make run") as servers:
        if not assets.is_current(config.project, config.var):
            with step("Building the front-end files"):
                assets.build(config.project, config.var)
        with step("Starting PostgreSQL and Redis"):
            servers.start_postgres()
            servers.start_redis()
        env = servers.environment()
        manage = Manage(config, env)
        prepare.prepare(config, manage, servers.owner_url)
        is_demo = config.demo and _holds_demo(config, servers)
        env["DEMO"] = "1" if is_demo else "0"
        supervisor = Supervisor(
            programs(config), env=env, logs=config.logs, cwd=config.project, say=say
        )
        try:
            greeting = _greeting(config, manage, servers, is_demo)
            with step("Starting web, worker and beat"):
                supervisor.start("web")  # alone first: it is what somebody is waiting for
                _wait_for_web(config, supervisor)
                supervisor.start("worker", "beat")
            _note(config, servers)
            say(f"\n{greeting}\n  ({time.monotonic() - started:.0f} s)")
            _watch(servers, supervisor)
        finally:
            say("\n• Stopping")
            supervisor.stop()


def _note(config: Configuration, servers: Servers) -> None:
    what = instance.Running(
        pid=os.getpid(),
        command="make run",
        address=config.address,
        database_url=servers.app_url,
        owner_url=servers.owner_url,
        superuser_url=servers.superuser_url,
        redis_url=servers.environment().get("REDIS_URL", ""),
    )
    instance.note(config.var, what)


def _holds_demo(config: Configuration, servers: Servers) -> bool:
    if config.own_database:
        return prepare.holds_demo(servers.owner_url)
    return prepare.has_demo_people(servers.owner_url)


def _greeting(config: Configuration, manage: Manage, servers: Servers, is_demo: bool) -> str:
    lines = []
    if is_demo:
        lines += ["  演示账号 · Demo accounts:", prepare.demo_accounts(config, manage).rstrip(), ""]
    elif not prepare.has_agencies(servers.owner_url):
        lines += ["  首次设置 · First set-up:", manage.run("setup_code").rstrip(), ""]
    # Last, so that a long list of accounts does not push it off the screen.
    lines += [
        f"  门户已启动 · The portal is running:  {config.address}",
        f"  停止 · Stop: Ctrl-C, make stop      日志 · Logs: {config.logs}",
    ]
    return "\n".join(lines)


def _watch(servers: Servers, supervisor: Supervisor) -> NoReturn:
    while True:
        time.sleep(_ROUND_SECONDS)
        try:
            for name in servers.revive():
                say(f"! {name} had ended; it runs again")
        except StartError as reason:
            say(f"! {reason}")  # tried again in the next round
        supervisor.look()


def stop(config: Configuration) -> None:
    """End a running portal and wait until it has ended."""
    holder = instance.running(config.var)
    if holder is None:
        say("The portal does not run.")
        return
    if not holder.pid:
        raise StartError("The portal is just starting; try again in a moment.")
    os.kill(holder.pid, signal.SIGTERM)
    if not processes.wait_until(lambda: instance.running(config.var) is None, _STOP_SECONDS, 0.1):
        raise StartError(f"Process {holder.pid} has not ended after {_STOP_SECONDS:.0f} s.")
    say("Stopped.")


def services(config: Configuration) -> None:
    """Only PostgreSQL and Redis, with the variables to work against them."""
    with _portal(config, "make services") as servers:
        servers.start_postgres()
        servers.start_redis()
        _note(config, servers)
        env = servers.environment()
        names = ["DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CACHE_URL"]
        for name in [*names, "SECRET_KEY_FILE", "PORTAL_VAR"]:
            if name in env:
                say(f"export {name}='{env[name]}'")
        while True:
            time.sleep(_ROUND_SECONDS)
            servers.revive()


def demo_reset(config: Configuration) -> None:
    """Throw the demo district away; the next `make run` loads it anew. Never a real portal."""
    if not config.own_database:
        raise StartError("demo-reset only empties the private demo database, not DATABASE_URL.")
    if instance.running(config.var):
        stop(config)
    with _portal(config, "make demo-reset") as servers:
        servers.start_postgres()
        if not prepare.is_disposable(servers.owner_url):
            raise StartError(
                "This portal was not filled by the demo. Make a backup, then remove "
                f"{config.var / 'postgres'} by hand if you mean it."
            )
        if servers.postgres:
            servers.postgres.drop_database(DATABASE)
        for folder in (config.files, config.var / "redis"):
            shutil.rmtree(folder, ignore_errors=True)
        prepare.forget(config)
    say("The demo is empty; `make run` loads it anew.")


def backup(config: Configuration) -> None:
    """Write one archive with database, files, key and hashes; the portal may be running."""
    holder = instance.running(config.var)
    if holder and not holder.owner_url:
        raise StartError(instance.describe(holder))
    if holder:
        say(f"Written: {backups.write(config, holder.superuser_url or holder.owner_url)}")
        return
    with _portal(config, "make backup") as servers:
        servers.start_postgres()
        say(f"Written: {backups.write(config, servers.superuser_url or servers.owner_url)}")


def restore(config: Configuration, file: str) -> None:
    """Check an archive, then put it in the place of what is there, which is kept aside."""
    if not file:
        raise StartError("Which archive? make restore FILE=var/backups/….tar")
    with _portal(config, "make restore") as servers:
        servers.start_postgres()
        for line in backups.restore(config, servers, file):
            say(line)
        prepare.forget(config)
        servers.start_redis()
        manage = Manage(config, servers.environment())
        with step("Migrating the database"):
            manage.run("migrate", "--noinput", "-v", "0", owner=True)
        say("• Verifying the audit trail")
        say(manage.run("verify_audit").rstrip())
    say("Restored; `make run` starts it.")


def manage(config: Configuration, arguments: list[str]) -> int:
    """One manage.py command inside the portal that runs; its own exit code."""
    holder = instance.running(config.var)
    if holder is None or not holder.database_url:
        raise StartError("The portal does not run here; start it first: make run")
    given = {"DATABASE_URL": holder.database_url, "REDIS_URL": holder.redis_url}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=config.project,
        env=config.environment() | given,
        check=False,
    ).returncode


def build_assets(config: Configuration) -> None:
    """Only the front-end files: for images and for work on pages."""
    say("Built." if assets.build(config.project, config.var) else "Already current.")


COMMANDS: dict[str, Callable[[Configuration], None]] = {
    "run": run,
    "stop": stop,
    "doctor": doctor.examine,
    "services": services,
    "assets": build_assets,
    "backup": backup,
    "demo-reset": demo_reset,
}


def main(arguments: list[str]) -> int:
    """Dispatch; 0 done or stopped by signal, 1 with one clear sentence."""
    parser = argparse.ArgumentParser(prog="make")
    commands = [*COMMANDS, "restore", "manage"]
    parser.add_argument("command", choices=commands, nargs="?", default="run")
    parser.add_argument("words", nargs=argparse.REMAINDER, help="archive; manage.py's arguments")
    options = parser.parse_args(arguments)
    _listen_to_signals()
    try:
        config = Configuration.read(os.environ)
        if options.command == "manage":
            return manage(config, options.words)
        if options.command == "restore":
            restore(config, next(iter(options.words), ""))
        else:
            COMMANDS[options.command](config)
    except StartError as reason:
        print(f"\n{reason}", file=sys.stderr, flush=True)
        return 1
    except Stopped:
        say("Stopped.")
    return 0
