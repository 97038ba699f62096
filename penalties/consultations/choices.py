"""Words of consultations between the two bureaus."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ConsultationState(TextChoices):
    """联合研判 on one act that both bureaus have a case on."""

    ASKED = "asked", _("待对方意见")
    AGREED = "agreed", _("意见一致")
    DISAGREED = "disagreed", _("意见不一致")
    PUT_UP = "put_up", _("已报共同上级")
    RULED = "ruled", _("共同上级已决定")


SETTLED = frozenset({ConsultationState.AGREED, ConsultationState.RULED})
TONES: dict[str, str] = {
    ConsultationState.ASKED: "warn",
    ConsultationState.AGREED: "ok",
    ConsultationState.DISAGREED: "danger",
    ConsultationState.PUT_UP: "warn",
    ConsultationState.RULED: "ok",
}
