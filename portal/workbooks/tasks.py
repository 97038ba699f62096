"""Jobs of workbooks: each may run late, twice, or on two workers."""

from celery import shared_task

from portal.workbooks import copies


@shared_task(soft_time_limit=copies.TIME_LIMIT - 30, time_limit=copies.TIME_LIMIT)
def make_marked_copy(key: int) -> None:
    copies.make_copy(key)


@shared_task
def make_waiting_copies() -> None:
    copies.make_waiting_copies()
