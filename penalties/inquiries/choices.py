"""Words of the inquiry: evidence, holds, pauses, extensions."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EvidenceKind(TextChoices):
    """行政处罚法 art. 46."""

    DOCUMENT = "document", _("书证")
    OBJECT = "object", _("物证")
    AUDIOVISUAL = "audiovisual", _("视听资料")
    ELECTRONIC = "electronic", _("电子数据")
    TESTIMONY = "testimony", _("证人证言")
    STATEMENT = "statement", _("当事人的陈述")
    EXPERT = "expert", _("鉴定意见")
    RECORD = "record", _("勘验笔录、现场笔录")


class HoldDecision(TextChoices):
    """What becomes of evidence registered and kept in advance (处罚法 art. 56)."""

    COPIED = "copied", _("采取记录、复制、拍照等保全措施后解除")
    EXPERTISE = "expertise", _("送交检测、检验、鉴定")
    SEIZED = "seized", _("依法查封、扣押")
    RELEASED = "released", _("解除先行登记保存，退还当事人")
    CONFISCATED = "confiscated", _("依法予以没收")


class PauseReason(TextChoices):
    """What is not counted in the days of a case (D09c)."""

    NOTICE = "notice", _("公告送达")
    EXPERTISE = "expertise", _("检测、检验、鉴定")
    SUSPENDED = "suspended", _("案件中止")


class ExtensionKind(TextChoices):
    """Of the verification (+15 days), and of the decision by the head, then by discussion."""

    VERIFICATION = "verification", _("核查期限延长")
    FIRST = "first", _("办案期限第一次延长（负责人批准）")
    SECOND = "second", _("办案期限第二次延长（集体讨论决定）")


class RequestState(TextChoices):
    ASKED = "asked", _("待批准")
    GRANTED = "granted", _("已批准")
    REFUSED = "refused", _("未批准")
