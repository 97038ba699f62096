"""Words of penalty notices and restrictions."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from penalties.decisions.choices import Standing


class Answer(TextChoices):
    """确认回执: what a department says to a penalty notice."""

    KNOWN = "known", _("已知悉")
    ENDED = "ended", _("已限制：终止合同")
    NOT_RENEWED = "not_renewed", _("已限制：不再续签")
    NO_CONTRACT = "no_contract", _("已限制：无在履合同")
    NOT_APPLICABLE = "not_applicable", _("不适用")


class RestrictionKind(TextChoices):
    """What a decision restricts by law; the values are those of the penalty bounds."""

    PURCHASE = "purchase", _("政府购买禁入")
    OCCUPATION = "occupation", _("从业禁止")


class RestrictionState(TextChoices):
    """How a restriction stands on a day; never stored, read from its dates."""

    IN_FORCE = "in_force", _("生效中")
    EXPIRED = "expired", _("期满解除")
    ENDED = "ended", _("提前终止")


RESTRICTION_TONES = {
    RestrictionState.IN_FORCE: "danger",
    RestrictionState.EXPIRED: "plain",
    RestrictionState.ENDED: "warn",
}
NOTICE_TONES: dict[str, str] = {
    Standing.DRAFT: "plain",
    Standing.IN_FORCE: "ok",
    Standing.CHANGED: "warn",
    Standing.ANNULLED: "danger",
}
MEASURES = {
    RestrictionKind.PURCHASE: _("不得承接政府购买服务和政府委托的监测业务"),
    RestrictionKind.OCCUPATION: _("不得从事生态环境监测活动"),
}
