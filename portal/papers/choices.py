"""Words of papers."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PaperState(TextChoices):
    DRAFT = "draft", _("草稿")
    NUMBERED = "numbered", _("已编号")


class Part(TextChoices):
    """Where a paper is filed: what may be lent and copied, and what stays inside."""

    MAIN = "main", _("正卷")
    SECONDARY = "secondary", _("副卷")
