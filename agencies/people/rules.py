"""Enforcement certificates: their number and validity. Pure."""

from __future__ import annotations

import datetime as dt
import re

# The numbering of 行政执法证 varies by place (regulation 13.3).
CERTIFICATE_NUMBER = r"^[A-Z0-9\-]{6,20}$"
WARN_DAYS = 60  # before the end of a certificate: a design default


def is_certificate_number(text: str) -> bool:
    return re.match(CERTIFICATE_NUMBER, text) is not None


def validity(valid_to: dt.date, today: dt.date) -> str:
    """valid, expiring (within 60 days) or expired; the last day still counts."""
    if valid_to < today:
        return "expired"
    return "expiring" if valid_to <= today + dt.timedelta(days=WARN_DAYS) else "valid"
