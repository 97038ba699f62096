"""The alarm when effects or seals stand still while the worker lives: a message a day at most.

A worker that is away runs no alarm either; /readyz tells of it. What stood still only because the
worker was off is no alarm: the time counts from when it came back.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext_noop

from portal.access import Role, job_actor
from portal.audit.selectors import oldest_unsealed
from portal.clocks.models import EngineState
from portal.inbox.sentences import Sentence, sentence, verbatim
from portal.inbox.services import send
from portal.models import Heartbeat

log = logging.getLogger(__name__)

TOO_LONG = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Standstill:
    """What has not worked since when, and what to say of it."""

    name: str
    since: dt.datetime
    title: Sentence
    body: tuple[Sentence, ...]


def raise_alarm(at: dt.datetime) -> int:
    """Tell every system administrator what stands still too long; how many things do."""
    found = [each for each in standstills() if at - each.since > TOO_LONG]
    for each in found:
        log.error("No success of the %s since %s", each.name, each.since)
        _tell(each, at.date())
    return len(found)


def standstills() -> Iterator[Standstill]:
    """What is not known to have worked just now, however short a time ago."""
    beat = Heartbeat.objects.order_by("-at").first()
    if beat is None:
        return
    yield _engine(EngineState.objects.first() or EngineState(), beat.since)
    oldest = oldest_unsealed()
    if oldest is not None:
        yield _sealer(max(oldest, beat.since))


def _engine(state: EngineState, alive_since: dt.datetime) -> Standstill:
    since = _engine_since(state, alive_since)
    return Standstill(
        "engine of effects",
        since,
        sentence(gettext_noop("到期任务自 %(since)s 起未能执行"), since=since),
        (
            sentence(gettext_noop("提醒、逾期通报等到期任务暂停，恢复后按法定日期补做。")),
            sentence(
                gettext_noop("请到“后台任务”查看原因；没有列出原因时，请查看后台进程的日志。")
            ),
            *([verbatim(state.refusal)] if state.refusal else []),
        ),
    )


def _sealer(since: dt.datetime) -> Standstill:
    return Standstill(
        "sealer of the audit",
        since,
        sentence(gettext_noop("审计记录自 %(since)s 起未能封存"), since=since),
        (
            sentence(gettext_noop("未封存的审计记录暂时没有哈希保护。")),
            sentence(gettext_noop("请检查是否有长时间未结束的数据库事务，并查看后台进程的日志。")),
        ),
    )


def _engine_since(state: EngineState, alive_since: dt.datetime) -> dt.datetime:
    """A refusal has its own instant: after a clock set back the last success lies ahead."""
    if state.refusal and state.refused_at:
        return state.refused_at
    return max(state.succeeded_at or alive_since, alive_since)


def _tell(what: Standstill, day: dt.date) -> None:
    staff = import_string(settings.STAFF_ON_DUTY)
    for agency_id in sorted({actor.agency_id for actor in staff(day, role=Role.SYSADMIN)}):
        send(
            to_agency=agency_id,
            role=Role.SYSADMIN,
            title=what.title,
            body=what.body,
            url=reverse("jobs"),
            key=f"standstill of the {what.name} on {day}",
            actor=job_actor("clocks.standstill"),
        )
