"""Words of bulletins."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BulletinKind(TextChoices):
    LATE = "late", _("逾期通报")


class BulletinState(TextChoices):
    DRAFT = "draft", _("草稿")
    ISSUED = "issued", _("已印发")
