"""Words of the catalogue."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MatterKind(TextChoices):
    DUTY = "duty", _("职责分工")
    VIOLATION = "violation", _("违法行为")


class Mark(TextChoices):
    """How sure the source is (the marks of the regulatory fact base)."""

    VERIFIED = "V", _("已核对原文")
    CERTAIN = "C", _("确定")
    CHECK = "K", _("待核实")
    DEFAULT = "D", _("设计默认")
