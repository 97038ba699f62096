"""Words of old ledgers."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LedgerState(TextChoices):
    DRAFT = "draft", _("待导入")
    IMPORTED = "imported", _("已导入")


class RowOutcome(TextChoices):
    """What became of a row."""

    CREATED = "created", _("新登记")
    KNOWN = "known", _("已有，未改动")
