"""Verbs of lists: keep a view, choose columns, ask for an export, make it, clear it away."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import QueryDict
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from portal.access.actor import Actor
from portal.audit import record
from portal.clocks import now
from portal.errors import Refused
from portal.lists.definition import ListDef, list_named
from portal.lists.exporting import Written, write_export
from portal.lists.models import ColumnChoice, ExportFormat, ExportJob, ExportState, SavedView
from portal.lists.page import chosen_by
from portal.lists.selection import Selection, select

log = logging.getLogger(__name__)

AT_ONCE_ROWS = 5_000  # more rows are written by a worker
KEPT_FOR = dt.timedelta(days=7)
MOST_ATTEMPTS = 5
WORKER_GONE_AFTER = dt.timedelta(minutes=15)  # longer than the hard time limit of a job
MOST_VIEWS = 50  # per user and list
MOST_EXPORTS_PER_HOUR = 60  # per post
SUFFIX = {ExportFormat.XLSX: "xlsx", ExportFormat.CSV: "zip"}


@transaction.atomic
def save_view(defn: ListDef, *, name: str, query: str, actor: Actor) -> SavedView:
    """Keep the present filters, sort and columns under a name of one's own."""
    user_id = _user(actor)
    own = SavedView.objects.visible_to(actor).filter(list_name=defn.name)
    if own.count() >= MOST_VIEWS:
        raise Refused(
            _("每个列表最多保存 %(most)s 个视图，请先删除不用的视图。") % {"most": MOST_VIEWS}
        )
    try:
        with transaction.atomic():
            return SavedView.objects.create(
                user_id=user_id,
                list_name=defn.name,
                name=name,
                query=_without_page(query),
                created_at=now(),
            )
    except IntegrityError as error:
        raise Refused(_("您在这个列表中已有名为“%(name)s”的视图。") % {"name": name}) from error


@transaction.atomic
def delete_view(view: SavedView, *, actor: Actor) -> None:
    """Forget a saved view of one's own."""
    SavedView.objects.visible_to(actor).filter(pk=view.pk).delete()


@transaction.atomic
def choose_columns(defn: ListDef, *, columns: Iterable[str], actor: Actor) -> None:
    """Remember which columns this user wants; none means the list's own."""
    wanted = set(columns)
    names = [column.name for column in defn.columns_for(actor) if column.name in wanted]
    ColumnChoice.objects.update_or_create(
        user_id=_user(actor), list_name=defn.name, defaults={"columns": names}
    )


@transaction.atomic
def request_export(defn: ListDef, *, format: str, query: str, actor: Actor) -> ExportJob:
    """Note down an export of a list as filtered. PermissionDenied, or Refused with what to do."""
    selection = _selection(defn, query, actor)
    if selection.errors:
        raise Refused(_("有筛选条件未被识别，导出会与页面不符。请更正条件后再导出。"))
    recent = ExportJob.objects.visible_to(actor).filter(
        created_at__gte=now() - dt.timedelta(hours=1)
    )
    if recent.count() >= MOST_EXPORTS_PER_HOUR:
        raise Refused(_("一小时内导出次数过多，请稍后再试。"), code="too_many")
    if actor.acting_for_post_id is not None and selection.count > AT_ONCE_ROWS:
        raise Refused(
            _("代办期间一次最多导出 %(most)s 行，请缩小筛选范围。") % {"most": AT_ONCE_ROWS}
        )
    return ExportJob.objects.create(
        user_id=_user(actor),
        post_id=_post(actor),
        acting_for_id=actor.acting_for_post_id,
        list_name=defn.name,
        query=_without_page(query),
        format=format,
        language=translation.get_language() or settings.LANGUAGE_CODE,
        rows_expected=selection.count,
        created_at=now(),
    )


def start_export(job: ExportJob, *, actor: Actor) -> None:
    """Make a small export now; hand a large one to a worker."""
    if job.rows_expected <= AT_ONCE_ROWS:
        run_export(job.pk, actor=actor)
    else:
        transaction.on_commit(lambda: _nudge(job.pk))


def run_export(key: int, *, actor: Actor | None = None) -> None:
    """Make one waiting export. Another worker's, a finished and an unknown one are left alone.

    Without an actor (in a worker) the post is loaded as it is now.
    """
    stale = now() - WORKER_GONE_AFTER
    claimed = (
        ExportJob.objects.waiting(stale, MOST_ATTEMPTS)
        .filter(pk=key)
        .update(
            state=ExportState.RUNNING, claimed_at=now(), attempts=F("attempts") + 1, rows_done=0
        )
    )
    if not claimed:
        return
    job = ExportJob.objects.select_related(
        "post__agency", "user", "acting_for__user", "acting_for__agency"
    ).get(pk=key)
    actor = actor or _reloaded(job)
    with translation.override(job.language):
        try:
            _make(job, actor)
        except (Refused, PermissionDenied) as reason:
            _refuse(job, str(reason), actor=actor)
        except (
            Exception
        ) as error:  # kept on the row, shown to the user, tried again by the next tick
            log.exception("Export %s failed", key)
            _failed(job, repr(error))


def run_waiting_exports() -> None:
    """Beat's look: every export that waits, or whose worker is gone, is made now."""
    stale = now() - WORKER_GONE_AFTER
    lost = ExportJob.objects.filter(
        state=ExportState.RUNNING, claimed_at__lt=stale, attempts__gte=MOST_ATTEMPTS
    )
    lost.update(state=ExportState.FAILED, error="worker lost", finished_at=now())
    for key in ExportJob.objects.waiting(stale, MOST_ATTEMPTS).values_list("pk", flat=True)[:50]:
        run_export(key)


def expire_exports() -> None:
    """Remove the files whose time is over; the row and its audit line stay."""
    due = ExportJob.objects.filter(state=ExportState.DONE, expires_at__lte=now())
    for job in due[:500]:
        changed = ExportJob.objects.filter(pk=job.pk, state=ExportState.DONE).update(
            state=ExportState.EXPIRED
        )
        if changed:
            path_of(job).unlink(missing_ok=True)


@transaction.atomic
def note_download(job: ExportJob, *, actor: Actor) -> None:
    """The file leaves the portal: who took it, and which."""
    subject = f"export:{job.pk}"
    record(actor, "export.download", subject, facts={"sha256": job.sha256}, stream=subject)


def path_of(job: ExportJob) -> Path:
    return Path(settings.FILES_DIR) / "exports" / job.stored_as


def _reloaded(job: ExportJob) -> Actor:
    """The post as it is now: one that ended, or lost its user, may no longer export."""
    load = import_string(settings.ACTOR_FROM_POST)
    actor: Actor = load(job.post_id, source=f"export:{job.pk}")
    return actor


def _make(job: ExportJob, actor: Actor) -> None:
    defn = list_named(job.list_name)
    if defn is None:
        raise Refused(_("这个列表已不存在。"))
    if (actor.user_id, actor.acting_for_post_id) != (job.user_id, job.acting_for_id):
        raise Refused(_("申请导出的岗位已结束或停用，导出未执行。"))
    selection = _selection(defn, job.query, actor)
    if job.rows_expected > AT_ONCE_ROWS:
        job.rows_expected = selection.rows.order_by().count()
        ExportJob.objects.filter(pk=job.pk).update(rows_expected=job.rows_expected)
    suffix = SUFFIX[ExportFormat(job.format)]
    job.stored_as = f"{job.pk}-{secrets.token_hex(8)}.{suffix}"
    job.file_name = f"{defn.title}-{now():%Y%m%d-%H%M}.{suffix}"
    path = path_of(job)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        written = write_export(
            selection,
            path,
            job.format,
            by=_by(job),
            progress=lambda done: _progress(job, done),
        )
        _finish(job, selection, written, path.stat().st_size, actor=actor)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@transaction.atomic
def _finish(
    job: ExportJob, selection: Selection, written: Written, size: int, *, actor: Actor
) -> None:
    """The file counts only with its audit line; a claim that was lost meanwhile counts not."""
    mine = ExportJob.objects.filter(
        pk=job.pk, state=ExportState.RUNNING, attempts=job.attempts
    ).update(
        state=ExportState.DONE,
        rows_expected=written.rows,
        rows_done=written.rows,
        file_name=job.file_name,
        stored_as=job.stored_as,
        size=size,
        sha256=written.sha256,
        manifest_sha256=written.manifest_sha256,
        error="",
        finished_at=now(),
        expires_at=now() + KEPT_FOR,
    )
    if not mine:
        raise Refused(_("这次导出已由另一个任务完成。"), code="lost_claim")
    personal = [column.name for column in selection.columns if column.personal]
    facts = {
        "list": job.list_name,
        "format": job.format,
        "filters": [[item.label, item.words] for item in selection.applied],
        "sort": selection.sort_words,
        "columns": [column.name for column in selection.columns],
        "personal": bool(personal),
        "personal_columns": personal,
        "rows": written.rows,
        "size": size,
        "sha256": written.sha256,
        "manifest_sha256": written.manifest_sha256,
    }
    subject = f"export:{job.pk}"
    record(actor, "export.create", subject, facts=facts, stream=subject)


@transaction.atomic
def _refuse(job: ExportJob, reason: str, *, actor: Actor) -> None:
    changed = ExportJob.objects.filter(pk=job.pk, state=ExportState.RUNNING).update(
        state=ExportState.REFUSED, error=reason, finished_at=now()
    )
    if changed:
        subject = f"export:{job.pk}"
        facts = {"list": job.list_name, "user": job.user_id, "post": job.post_id}
        record(actor, "export.refuse", subject, reason=reason, facts=facts, stream=subject)


def _failed(job: ExportJob, error: str) -> None:
    over = job.attempts >= MOST_ATTEMPTS
    ExportJob.objects.filter(pk=job.pk, state=ExportState.RUNNING, attempts=job.attempts).update(
        state=ExportState.FAILED if over else ExportState.QUEUED,
        error=error[:2000],
        finished_at=now() if over else None,
    )


def _progress(job: ExportJob, done: int) -> None:
    ExportJob.objects.filter(pk=job.pk, attempts=job.attempts).update(rows_done=done)


def _selection(defn: ListDef, query: str, actor: Actor) -> Selection:
    allowed = defn.may_export(actor)
    if not allowed or actor.post_id is None:
        raise PermissionDenied(str(allowed.why_not) or _("您的岗位不能导出这个列表。"))
    return select(defn, actor, QueryDict(query), chosen=chosen_by(defn, actor.user_id))


def _user(actor: Actor) -> int:
    if actor.user_id is None:
        raise PermissionDenied(_("请先登录。"))
    return actor.user_id


def _post(actor: Actor) -> int:
    if actor.post_id is None:
        raise PermissionDenied(_("只有在岗工作人员可以导出。"))
    return actor.post_id


def _by(job: ExportJob) -> dict[str, str | int]:
    post = job.acting_for or job.post
    title = str(post.title)
    if job.acting_for:
        title = _("代 %(name)s（%(post)s）办理") % {"name": post.user, "post": title}
    return {"job": job.pk, "name": str(job.user), "agency": str(post.agency), "post": title}


def _without_page(query: str) -> str:
    params = QueryDict(query, mutable=True)
    params.pop("page", None)
    return params.urlencode()


def _nudge(key: int) -> None:
    """Ask a worker now. When the broker is away, beat's next look finds the row."""
    from portal.lists.tasks import make_export  # tasks import services

    try:
        make_export.delay(key)
    except OperationalError as error:
        log.warning("The broker did not take export %s, beat will look again: %s", key, error)
