"""Words of pushes to another province."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Way(TextChoices):
    SYSTEM = "system", _("国家企业信用信息公示系统推送")
    LETTER = "letter", _("公函寄送")
