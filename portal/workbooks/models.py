"""Marked copies on their way: asked for in a request, made by a worker."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Q

from portal.access import Actor
from portal.files.models import StoredFile

MOST_ATTEMPTS = 5


class MarkedCopyQuerySet(models.QuerySet["MarkedCopy"]):
    def visible_to(self, actor: Actor) -> Self:
        """A copy holds what its workbook holds: whoever sees the one sees the other."""
        return self.filter(source__in=StoredFile.objects.visible_to(actor))

    def waiting(self, stale_before: dt.datetime) -> Self:
        """Not begun, or begun so long ago that its worker must be gone."""
        free = Q(claimed_at=None) | Q(claimed_at__lt=stale_before)
        return self.filter(free, file=None, given_up_at=None, attempts__lt=MOST_ATTEMPTS)

    def lost(self, stale_before: dt.datetime) -> Self:
        """Begun for the last time, by a worker that is gone."""
        tried = self.filter(file=None, given_up_at=None, attempts__gte=MOST_ATTEMPTS)
        return tried.filter(claimed_at__lt=stale_before)


class MarkedCopy(models.Model):
    """The marked copy of one uploaded workbook: what to mark, and the file once it is made.

    `request` is all that the child process needs, in the language of whoever asked; it is emptied
    when the copy is made, because the copy then says the same.
    """

    source = models.OneToOneField(StoredFile, models.PROTECT, related_name="marked_copy")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200)
    request = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    objects = MarkedCopyQuerySet.as_manager()

    class Meta:
        db_table = "portal_workbook_markedcopy"
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["id"],
                name="marked_copies_open",
                condition=Q(file__isnull=True, given_up_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether a worker has still to make it."""
        return self.file_id is None and self.given_up_at is None
