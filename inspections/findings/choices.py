"""Words of the checklist, of findings and of evidence."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PointAuthority(TextChoices):
    """Whose point of the joint checklist it is."""

    ECOLOGY = "ecology", _("生态环境局")
    MARKET = "market", _("市场监督管理局")
    BOTH = "both", _("两局")


class ItemValue(TextChoices):
    CONFORMS = "yes", _("符合")
    FAILS = "no", _("不符合")
    NOT_APPLICABLE = "na", _("不适用")
    UNCHECKED = "", _("未检查")


class Severity(TextChoices):
    """How grave a finding is; the law's own steps are the discretion's affair."""

    MINOR = "minor", _("轻微")
    GENERAL = "general", _("一般")
    SERIOUS = "serious", _("严重")


SEVERITY_TONES = {Severity.MINOR: "info", Severity.GENERAL: "warn", Severity.SERIOUS: "danger"}


class EvidenceKind(TextChoices):
    """行政处罚法 art. 46, as far as it is gathered on site."""

    PHOTO = "photo", _("照片")
    DOCUMENT = "document", _("书证")
    OBJECT = "object", _("物证")
    AUDIOVISUAL = "audiovisual", _("视听资料")
    ELECTRONIC = "electronic", _("电子数据")
    STATEMENT = "statement", _("当事人的陈述")
    SITE_RECORD = "site_record", _("勘验笔录、现场笔录")
