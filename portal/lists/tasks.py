"""Jobs of lists: each may run late, twice, or on two workers."""

from celery import shared_task

from portal.lists import services


@shared_task
def make_export(key: int) -> None:
    services.run_export(key)


@shared_task
def run_waiting_exports() -> None:
    services.run_waiting_exports()


@shared_task
def expire_exports() -> None:
    services.expire_exports()
