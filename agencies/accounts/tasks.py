"""Jobs of accounts."""

from __future__ import annotations

import datetime as dt

from celery import shared_task
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.accounts.models import User
from agencies.accounts.services import disable
from portal.access import job_actor
from portal.clocks import now


@shared_task
def disable_idle_accounts() -> None:
    """GB/T 22239 (security.md R23): disable accounts that nobody used for 90 days."""
    days: int = settings.ACCOUNT_IDLE_DAYS
    if not days:
        return
    since = now() - dt.timedelta(days=days)
    idle = Q(last_login__lt=since) | Q(last_login=None, created_at__lt=since)
    for user in User.objects.active().filter(idle, is_demo=False):
        reason = _("连续 %(days)s 天未登录") % {"days": days}
        disable(user, reason=reason, actor=job_actor("accounts.idle"))
