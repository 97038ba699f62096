"""The one-time code that opens the first page of an empty portal."""

from __future__ import annotations

from django.db import models


class SetupCode(models.Model):
    """Printed by ``manage.py setup_code``; kept as a digest, good until used or worn out."""

    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"
