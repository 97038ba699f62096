"""What load balancers and operators ask: does it live, is it ready, does a worker answer."""

from __future__ import annotations

import datetime as dt
import logging
from http import HTTPStatus

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.access import Request
from portal.clocks import now
from portal.models import Heartbeat

log = logging.getLogger(__name__)

LATE_AFTER = dt.timedelta(minutes=3)  # six missed beats
PATIENCE_SECONDS = 2


@require_safe
@never_cache
def livez(request: Request) -> HttpResponse:
    """The process answers; asks nobody else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: Request) -> HttpResponse:
    """200 when database and queue answer, else 503; a late worker is told but stops no page."""
    facts = {"database": _database(), "queue": _queue(), "worker": "unknown"}
    if facts["database"] == "ok":
        facts["worker"] = _worker(now())
    ready = facts["database"] == facts["queue"] == "ok"
    status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse(facts, status=status)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        log.warning("The database is away: %s", error)
        return "away"
    return "ok"


def _queue() -> str:
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS
    )
    try:
        client.ping()
    except redis.RedisError as error:
        log.warning("The queue is away: %s", error)
        return "away"
    finally:
        client.close()
    return "ok"


def _worker(at: dt.datetime) -> str:
    """ok, late, or never: beat sends a job through the queue, the worker marks it in a row."""
    last = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    if last is None:
        return "never"
    return "late" if at - last > LATE_AFTER else "ok"
