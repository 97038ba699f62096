"""Who may read the audit as a whole: auditors, and of its metadata the audit administrators."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.access import Actor, Allowed, Role


def can_list(actor: Actor) -> Allowed:
    yes = actor.has(Role.AUDITOR, Role.AUDITADMIN)
    return Allowed(yes, "" if yes else _("审计日志只对审计人员和审计管理员开放。"))


def can_read_content(actor: Actor) -> Allowed:
    """What was changed and why; the audit administrator is blind to it (GB/T 22239-2019)."""
    yes = actor.has(Role.AUDITOR) or actor.institution_id is not None
    return Allowed(yes, "" if yes else _("审计管理员只看元数据，不看业务内容。"))


def can_export(actor: Actor) -> Allowed:
    yes = actor.has(Role.AUDITOR)
    return Allowed(yes, "" if yes else _("只有审计人员可以导出审计日志。"))
