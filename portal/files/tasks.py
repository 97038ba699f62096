"""Jobs of the stored files."""

from celery import shared_task
from django.db.models import F

from portal.files import scanner, services
from portal.files.choices import ScanState
from portal.files.models import StoredFile


@shared_task
def rescan_waiting_files() -> None:
    """Scan what waits for the scanner, and what was stored before there was one."""
    if not scanner.is_configured():
        return
    waiting = StoredFile.objects.filter(scan_state__in=[ScanState.PENDING, ScanState.UNSCANNED])
    for stored in waiting.order_by(F("pk"))[:200]:
        services.rescan(stored)
