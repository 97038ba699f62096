"""Jobs of the audit."""

import datetime as dt
import logging

from celery import shared_task

from portal.audit import seal
from portal.audit.mail import mail_heads
from portal.audit.selectors import oldest_unsealed
from portal.clocks import now, today

log = logging.getLogger(__name__)

ALARM_AFTER = dt.timedelta(minutes=5)


@shared_task
def mail_audit_heads() -> None:
    """Daily heads to the addresses outside; apart from sealing, which waits for no mail server."""
    mail_heads()


@shared_task
def seal_audit() -> None:
    """Seal what waits, publish yesterday's head, and raise the alarm when sealing is held up."""
    seal.seal_all()
    seal.publish_head(today())
    oldest = oldest_unsealed()
    if oldest is not None and now() - oldest > ALARM_AFTER:
        log.error("Audit events wait for their seal since %s: is a transaction stuck?", oldest)
