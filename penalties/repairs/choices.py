"""Words of credit repair."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RepairState(TextChoices):
    ASKED = "asked", _("待审查")
    GRANTED = "granted", _("准予修复")
    REFUSED = "refused", _("不予修复")


class Condition(TextChoices):
    """What a repair asks for (regulation §6.1); the values are those of the rules."""

    TERM = "term", _("已达到最短公示期")
    PERFORMED = "performed", _("处罚决定已全部履行")
    COMMITMENT = "commitment", _("已公开作出信用承诺")
    KIND = "kind", _("不属于不得提前停止公示的处罚种类")
    HARM = "harm", _("已主动消除危害后果")
    SAME_KIND = "same_kind", _("未再因同类违法行为受到处罚")
    LISTED = "listed", _("未列入经营异常名录、严重违法失信名单")


TONES: dict[str, str] = {
    RepairState.ASKED: "warn",
    RepairState.GRANTED: "ok",
    RepairState.REFUSED: "danger",
}
