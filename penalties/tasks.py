"""Where Celery looks for this app's jobs."""

from penalties.publication.tasks import publish_planned

__all__ = ["publish_planned"]
