"""Words of the stored files."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ScanState(TextChoices):
    """What the virus scanner said; without a scanner a file stays UNSCANNED and is served."""

    UNSCANNED = "unscanned", _("未查毒")
    PENDING = "pending", _("等待查毒")
    CLEAN = "clean", _("未发现病毒")
    INFECTED = "infected", _("发现病毒")
