"""Who looks after the engine."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.access import Actor, Allowed, Role


def can_see_jobs(actor: Actor) -> Allowed:
    """The system administrator runs it; auditors read."""
    return Allowed(
        actor.has(Role.SYSADMIN, Role.AUDITOR), str(_("只有系统管理员和审计人员可以查看后台任务。"))
    )


def can_retry(actor: Actor) -> Allowed:
    """Only the system administrator lets a stopped job run again."""
    return Allowed(actor.has(Role.SYSADMIN), str(_("只有系统管理员可以重新执行后台任务。")))
