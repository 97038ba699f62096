"""System checks of a deployment: `manage.py check --deploy --database default`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dj_database_url
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

# Whoever owns the audit's table could switch its triggers off.
_MAY_ALTER_AUDIT = """
SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class
WHERE oid = to_regclass('audit_event')
"""


def same_role(application_url: str, owner_url: str) -> bool:
    """Whether both addresses enter the database as the same role."""
    application, owner = (
        dj_database_url.parse(url).get("USER", "") for url in (application_url, owner_url)
    )
    return application == owner


@register(Tags.security, deploy=True)
def two_roles(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """The application and the migrations enter the database as different roles."""
    if not settings.DATABASE_OWNER_URL:
        return []  # web, worker and beat never get it
    if not same_role(settings.DATABASE_URL, settings.DATABASE_OWNER_URL):
        return []
    return [
        Error(
            "DATABASE_URL and DATABASE_OWNER_URL name the same database role.",
            hint="Make two roles with deploy/roles.sql: the application's must own no table.",
            id="portal.E001",
        )
    ]


@register(Tags.security, deploy=True)
def production_mode(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """What serves a real bureau runs with PORTAL_MODE=production."""
    if settings.PRODUCTION:
        return []
    return [Error("PORTAL_MODE is not production.", id="portal.E002")]


@register(Tags.database, deploy=True)
def audit_is_out_of_reach(
    app_configs: Any, databases: Sequence[str] | None = None, **_kwargs: Any
) -> list[CheckMessage]:
    """The role the application really has does not own the audit. Asks the database."""
    if "default" not in (databases or ()):
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(_MAY_ALTER_AUDIT)
        row = cursor.fetchone()
    if row is None or not row[0]:
        return []
    return [
        Error(
            "The application's database role owns the audit's table.",
            hint="Let DATABASE_URL name the application's role of deploy/roles.sql.",
            id="portal.E003",
        )
    ]
