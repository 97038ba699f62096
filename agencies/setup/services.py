"""The first set-up: a code from the server's console, one agency, three administrators."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from agencies.accounts.models import User, digest_of
from agencies.accounts.services import create_account, grant_roles, open_post, set_password
from agencies.directory.models import Agency
from agencies.directory.services import create_agency
from agencies.setup.models import SetupCode
from portal.access import Role, job_actor
from portal.access.choices import ADMIN_ROLES
from portal.clocks import now
from portal.errors import Refused

MOST_FAILURES = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
LOCK = 7_301_001  # of the advisory lock: one set-up at a time


@dataclass(frozen=True, slots=True)
class Administrator:
    """One of the three, with the password of the person's own choosing."""

    role: str
    username: str
    name: str
    password: str


def new_code() -> str:
    """A fresh code for the console; earlier ones end. Refused when the portal is set up."""
    if Agency.objects.exists():
        raise Refused(_("平台已完成初始设置。"))
    groups = ["".join(secrets.choice(ALPHABET) for _n in range(5)) for _m in range(4)]
    code = "-".join(groups)
    with transaction.atomic():
        SetupCode.objects.all().delete()
        SetupCode.objects.create(digest=_digest(code), made_at=now())
    return code


def check_code(code: str) -> bool:
    """Whether the code is right. After ten wrong ones only a new code from the console helps."""
    row = SetupCode.objects.filter(used_at=None, failures__lt=MOST_FAILURES).first()
    if row is None:
        return False
    if constant_time_compare(row.digest, _digest(code)):
        return True
    SetupCode.objects.filter(pk=row.pk).update(failures=F("failures") + 1)
    return False


def codes_left() -> bool:
    """Whether there is a code that could still be right."""
    return SetupCode.objects.filter(used_at=None, failures__lt=MOST_FAILURES).exists()


@transaction.atomic
def set_up(
    *, agency: dict[str, Any], administrators: list[Administrator], today: dt.date
) -> Agency:
    """Create the first agency and the three administrators, each alone in one role.

    Raises Refused when another request was faster or a password breaks the rules.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if Agency.objects.exists():
        raise Refused(_("平台已完成初始设置。"))
    if {each.role for each in administrators} != set(ADMIN_ROLES):
        raise Refused(_("须同时设置系统管理员、安全管理员、审计管理员。"))
    if len({each.username for each in administrators}) != len(administrators):
        raise Refused(_("三名管理员的用户名不能相同。"))
    actor = job_actor("setup")
    made = create_agency(actor=actor, **agency)
    for each in administrators:
        user = create_account(username=each.username, name=each.name, actor=actor)
        _appoint(user, made, each, today)
    SetupCode.objects.filter(used_at=None).update(used_at=now())
    return made


def _appoint(user: User, agency: Agency, each: Administrator, today: dt.date) -> None:
    actor = job_actor("setup")
    set_password(user, each.password, actor=actor)
    title = str(Role(each.role).label)
    post = open_post(user, agency=agency, title=title, from_on=today, actor=actor)
    grant_roles(post, roles=[each.role], reason=_("初始设置"), version=1, today=today, actor=actor)


def _digest(code: str) -> str:
    return digest_of(code.strip().lower().replace("-", "").replace(" ", ""))
