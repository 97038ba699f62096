"""Reading the audit."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth import get_user_model

from portal.audit.models import AuditEvent


def last_act(subject: str) -> tuple[str, dt.datetime | None]:
    """Who acted last on a record, and when; ("", None) when nobody did."""
    event = AuditEvent.objects.filter(subject=subject).order_by("-id").first()
    if event is None:
        return "", None
    user = get_user_model()._default_manager.filter(pk=event.user_id).first()
    return (str(user) if user else "", event.at)
