"""Personal data in the audit: salted digests, so that what was proved can also be forgotten."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from portal.audit.models import AuditSalt


def digest(subject: str, text: str) -> str:
    """The digest of a text under the salt of its subject (a reference such as ``user:12``).

    The same text of the same subject gives the same digest, so that changes can be proved.
    """
    fresh = {"salt": secrets.token_bytes(32)}
    kept, _made = AuditSalt.objects.get_or_create(subject=subject, defaults=fresh)
    return hmac.new(bytes(kept.salt), text.encode(), hashlib.sha256).hexdigest()


def forget(subject: str) -> None:
    """Delete a subject's salt: its digests mean nothing any more, and the chain still verifies."""
    AuditSalt.objects.filter(subject=subject).delete()
