"""Words of the directories of people."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Speciality(TextChoices):
    """The nine media of 宝环保〔2024〕5号, and what concerns the institution as a whole."""

    WATER = "water", _("水")
    AIR = "air", _("气")
    SOIL = "soil", _("土壤")
    SEDIMENT = "sediment", _("沉积物")
    SOLID_WASTE = "solid_waste", _("固体废物")
    BIOTA = "biota", _("生物")
    NOISE = "noise", _("噪声")
    VIBRATION = "vibration", _("振动")
    RADIATION = "radiation", _("辐射")
    MANAGEMENT = "management", _("管理体系")


class Validity(TextChoices):
    VALID = "valid", _("有效")
    EXPIRING = "expiring", _("即将到期")
    EXPIRED = "expired", _("已过期")


VALIDITY_TONES = {"valid": "ok", "expiring": "warn", "expired": "danger"}
