"""The audit: one line for every act of legal effect, written with it or not at all."""

from portal.audit.reads import record_read
from portal.audit.record import record
from portal.audit.verbs import register_verbs

__all__ = ["digest", "record", "record_read", "register_verbs"]


def digest(subject: str, text: str) -> str:
    """A salted digest of personal data; see `portal.audit.digests`."""
    from portal.audit import digests  # its model needs the apps to be ready

    return digests.digest(subject, text)
