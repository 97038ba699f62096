"""Words of the archived file."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Volume(TextChoices):
    """正卷、副卷: what the party may read, and what stays inside."""

    MAIN = "main", _("正卷")
    SECONDARY = "secondary", _("副卷")


class Retention(TextChoices):
    PERMANENT = "permanent", _("永久")
    LONG = "long", _("三十年")
    SHORT = "short", _("十年")
