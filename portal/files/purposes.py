"""What a file may be uploaded for, and which kinds that purpose allows."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORKBOOKS = ("xlsx", "xls", "csv")
SCANS = ("pdf", "jpg", "png")
DOCUMENTS = ("docx", "pdf")


@dataclass(frozen=True, slots=True)
class Purpose:
    """``protected``: every download is written to the audit as a read of protected data."""

    name: str
    label: str | Promise
    kinds: tuple[str, ...]
    protected: bool = False
    max_bytes: int | None = None

    @property
    def limit(self) -> int:
        """The largest size in bytes."""
        return self.max_bytes or int(settings.UPLOAD_MAX_BYTES)


_purposes: dict[str, Purpose] = {}


def register_purpose(purpose: Purpose) -> None:
    """Called in ``apps.py.ready()`` by the room that takes such files."""
    known = _purposes.setdefault(purpose.name, purpose)
    if known != purpose:
        raise ValueError(f"The purpose {purpose.name!r} is registered twice.")


def purpose_named(name: str) -> Purpose:
    """KeyError for a purpose that nobody registered: an upload without a rule is a fault."""
    return _purposes[name]


register_purpose(Purpose("workbook", _("数据表"), WORKBOOKS))
register_purpose(Purpose("calendar", _("工作日历"), WORKBOOKS, max_bytes=1024 * 1024))
register_purpose(Purpose("outbox_receipt", _("报送回执"), WORKBOOKS, max_bytes=5 * 1024 * 1024))
register_purpose(Purpose("scan", _("扫描件"), SCANS))
register_purpose(Purpose("document", _("文书"), DOCUMENTS))
register_purpose(Purpose("paper_template", _("文书模板"), ("docx",), max_bytes=5 * 1024 * 1024))
register_purpose(Purpose("export", _("导出文件"), ("xlsx", "csv", "jsonl"), protected=True))
