"""The marked copy as a job: asked for with the upload, made once, found again by the upload.

The row is the truth and the queue only a hint: what a broken broker or a dead worker left behind
is taken up by beat's next look.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from kombu.exceptions import OperationalError

from portal.access import Actor, job_actor
from portal.clocks import now
from portal.files.models import StoredFile
from portal.files.services import read_path, store_made
from portal.workbooks.definitions import SheetDefinition
from portal.workbooks.issues import Issue
from portal.workbooks.marks import mark_request, marked_by
from portal.workbooks.models import MOST_ATTEMPTS, MarkedCopy

log = logging.getLogger(__name__)

TIME_LIMIT = 300  # seconds of one attempt; 20,000 rows with 8,000 issues need about half a minute
WORKER_GONE_AFTER = dt.timedelta(seconds=TIME_LIMIT + 60)
AT_A_LOOK = 50


def copy_of(source: StoredFile) -> MarkedCopy | None:
    """The marked copy of an upload, made or not; None when nobody asked for one."""
    return MarkedCopy.objects.filter(source=source).select_related("file").first()


@transaction.atomic
def request_copy(
    defn: SheetDefinition, source: StoredFile, issues: Iterable[Issue], *, name: str, actor: Actor
) -> MarkedCopy:
    """Have an upload marked by a worker, once: asking again gives the same copy."""
    copy, fresh = MarkedCopy.objects.get_or_create(
        source=source,
        defaults={
            "name": name[:200],
            "request": mark_request(defn, issues, filename=source.name),
            "asked_at": now(),
        },
    )
    if fresh:
        transaction.on_commit(lambda: _nudge(copy.pk))
    return copy


def make_copy(key: int) -> None:
    """Make one waiting copy. Another worker's, a finished and an unknown one are left alone."""
    mine = MarkedCopy.objects.waiting(now() - WORKER_GONE_AFTER).filter(pk=key)
    if not mine.update(claimed_at=now(), attempts=F("attempts") + 1):
        return
    copy = MarkedCopy.objects.select_related("source").get(pk=key)
    try:
        content = read_path(copy.source).read_bytes()
        _finish(copy, marked_by(copy.request, content))
    except Exception as error:  # kept on the row, shown to the user, tried again by beat's look
        log.exception("The marked copy %s failed", key)
        _failed(copy, repr(error))


def make_waiting_copies() -> None:
    """Beat's look: what waits, or whose worker is gone, is sent to the workers once more."""
    stale = now() - WORKER_GONE_AFTER
    MarkedCopy.objects.lost(stale).update(given_up_at=now(), error="worker lost")
    waiting = MarkedCopy.objects.waiting(stale).values_list("pk", flat=True)
    for key in waiting[:AT_A_LOOK]:
        _nudge(key)


@transaction.atomic
def _finish(copy: MarkedCopy, marked: bytes) -> None:
    """The file counts only for the attempt that still holds the claim."""
    held = MarkedCopy.objects.select_for_update().filter(
        pk=copy.pk, file=None, attempts=copy.attempts
    )
    if not held.exists():
        return
    actor = job_actor("workbooks.make_copy")
    stored = store_made([marked], name=copy.name, purpose="workbook", actor=actor)
    held.update(file=stored, request={}, error="")


def _failed(copy: MarkedCopy, error: str) -> None:
    over = copy.attempts >= MOST_ATTEMPTS
    MarkedCopy.objects.filter(pk=copy.pk, file=None, attempts=copy.attempts).update(
        claimed_at=None, given_up_at=now() if over else None, error=error[:2000]
    )


def _nudge(key: int) -> None:
    """Ask a worker now. When the broker is away, beat's next look finds the row."""
    from portal.workbooks.tasks import make_marked_copy  # tasks import this module

    try:
        make_marked_copy.delay(key)
    except OperationalError as error:
        log.warning("The broker did not take marked copy %s, beat looks again: %s", key, error)
