"""The kernel: what every room stands on. It knows no app by import."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
