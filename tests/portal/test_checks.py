"""`check --deploy` is silent about a right deployment and loud about a wrong one."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as django_settings

from portal import checks
from portal.embedded.postgres import PostgresServer

APPLICATION = "postgresql://portal_app:one@db/portal"
OWNER = "postgresql://portal_owner:two@db/portal"


def check_deploy(*options: str, **changed: str) -> subprocess.CompletedProcess[str]:
    """`manage.py check --deploy` as an operator would run it in the production environment."""
    kept = {"PATH", "HOME", "LANG", "LC_ALL", "PORTAL_VAR"}
    env = {name: value for name, value in os.environ.items() if name in kept} | {
        "PORTAL_MODE": "production",
        "SECRET_KEY": "Zr8-" + "qW3x_Ty7" * 8,
        "ALLOWED_HOSTS": "portal.example.cn",
        "CSRF_TRUSTED_ORIGINS": "https://portal.example.cn",
        "TRUSTED_PROXIES": "1",
        "DATABASE_URL": APPLICATION,
        "DATABASE_OWNER_URL": OWNER,
        "REDIS_URL": "redis://redis:6379/0",
        "CACHE_URL": "redis://redis:6379/1",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(
        [*command, *options],
        cwd=django_settings.BASE_DIR,
        env=env | changed,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_settings_are_clean():
    done = check_deploy()
    assert (done.returncode, done.stdout) == (
        0,
        "System check identified no issues (0 silenced).\n",
    ), done.stderr


def test_one_role_for_both_is_refused():
    done = check_deploy(DATABASE_OWNER_URL=APPLICATION.replace("one", "other"))
    assert done.returncode == 1
    assert "portal.E001" in done.stderr


def test_production_does_not_start_on_the_key_of_tests():
    done = check_deploy(SECRET_KEY="")
    assert done.returncode == 1
    assert "SECRET_KEY_FILE" in done.stderr


def test_the_demo_is_no_deployment(settings: Any):
    assert [each.id for each in checks.production_mode(None)] == ["portal.E002"]
    settings.PRODUCTION = True
    assert checks.production_mode(None) == []


@pytest.mark.django_db
def test_the_application_may_not_own_the_audit(postgres: PostgresServer):
    assert checks.audit_is_out_of_reach(None, databases=["default"]) == []
    done = check_deploy("--database", "default", DATABASE_URL=postgres.owner_url("portal_test"))
    assert done.returncode == 1
    assert "portal.E003" in done.stderr
