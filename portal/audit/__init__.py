"""The audit: one line for every act of legal effect, written with it or not at all."""

from portal.audit.record import record

__all__ = ["record"]
