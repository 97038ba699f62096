"""Words of the rosters of 31 January and 30 June."""

from collections.abc import Iterable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PeriodKind(TextChoices):
    """Which part of the year a roster covers."""

    YEAR = "Y", _("上一年度")
    HALF = "H1", _("半年度")


class RosterState(TextChoices):
    AWAITING = "awaiting", _("待报送")
    SIGNING = "signing", _("待签核")
    SUBMITTED = "submitted", _("已报送")
    RETURNED = "returned", _("已退回")
    LOCKED = "locked", _("已锁定")
    CORRECTED = "corrected", _("更正待确认")


OPEN_STATES = (RosterState.AWAITING, RosterState.RETURNED)


class VersionKind(TextChoices):
    """Why a version was handed in."""

    FIRST = "first", _("首次报送")
    AGAIN = "again", _("重新报送")
    LATE = "late", _("逾期报送")
    SUPPLEMENTARY = "supplementary", _("逾期补报")
    CORRECTION = "correction", _("锁定后更正")


REASON_NEEDED = frozenset({VersionKind.LATE, VersionKind.SUPPLEMENTARY, VersionKind.CORRECTION})


class Medium(TextChoices):
    """The nine media of 宝环保〔2024〕5号 三(五); the list is open."""

    WATER = "water", _("水")
    AIR = "air", _("气")
    SOIL = "soil", _("土壤")
    SEDIMENT = "sediment", _("沉积物")
    SOLID_WASTE = "solid_waste", _("固体废物")
    BIOTA = "biota", _("生物")
    NOISE = "noise", _("噪声")
    VIBRATION = "vibration", _("震动")
    RADIATION = "radiation", _("辐射")


class CommissionKind(TextChoices):
    ENFORCEMENT = "enforcement", _("行政执法")
    GOVERNMENT = "government", _("政府委托")


class Procurement(TextChoices):
    OPEN_TENDER = "open_tender", _("公开招标")
    CONSULTATION = "consultation", _("竞争性磋商")
    INQUIRY = "inquiry", _("询价")
    SINGLE_SOURCE = "single_source", _("单一来源")
    FRAMEWORK = "framework", _("框架协议")
    OTHER = "other", _("其他")


def media_words(media: Iterable[str]) -> str:
    """The labels of media, joined as Chinese lists are."""
    return "、".join(str(Medium(each).label) for each in media)
