"""Downloads, only to whom the file's record is visible."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.access import Request
from portal.audit.reads import record_read
from portal.files import store
from portal.files.models import StoredFile


@require_safe
@login_required
def file_download(request: Request, pk: int) -> FileResponse:
    stored = get_object_or_404(StoredFile.objects.visible_to(request.actor), pk=pk)
    if not stored.is_served:
        raise PermissionDenied(_("该文件尚未通过查毒，暂不能下载，请稍后再试。"))
    if stored.is_protected:
        with transaction.atomic():
            record_read(request.actor, stored, "下载文件")
    response = FileResponse(
        store.path_of(stored.sha256).open("rb"),
        as_attachment=True,
        filename=stored.name,
        content_type=stored.content_type,
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
