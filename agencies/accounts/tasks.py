"""Jobs of accounts."""

from __future__ import annotations

import datetime as dt
import logging

from celery import shared_task
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.accounts.models import ApiToken, User
from agencies.accounts.services import disable
from portal.access import job_actor
from portal.clocks import now
from portal.errors import Refused

log = logging.getLogger(__name__)


@shared_task
def disable_idle_accounts() -> None:
    """GB/T 22239 (security.md R23): disable accounts that nobody used for 90 days.

    A token of the REST API in use is a use of its account. An account that somebody disabled
    meanwhile does not keep the others from their turn.
    """
    days: int = settings.ACCOUNT_IDLE_DAYS
    if not days:
        return
    since = now() - dt.timedelta(days=days)
    idle = Q(last_login__lt=since) | Q(last_login=None, created_at__lt=since)
    used = ApiToken.objects.filter(used_at__gte=since, revoked_at=None).values("post__user")
    reason = _("连续 %(days)s 天未登录") % {"days": days}
    for user in User.objects.active().filter(idle, is_demo=False).exclude(pk__in=used):
        try:
            disable(user, reason=reason, actor=job_actor("accounts.idle"))
        except Refused as refusal:
            log.info("The account %s is left as it is: %s", user.pk, refusal)
