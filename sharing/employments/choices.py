"""Words of the double-random decision."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Vote(TextChoices):
    INCLUDE = "include", _("纳入")
    EXCLUDE = "exclude", _("不纳入")
