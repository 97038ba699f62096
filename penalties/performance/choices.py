"""Words of performance and closing."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PaymentKind(TextChoices):
    FINE = "fine", _("罚款")
    SURCHARGE = "surcharge", _("加处罚款")
    CONFISCATION = "confiscation", _("没收违法所得")


class CourtResult(TextChoices):
    """非诉执行."""

    ACCEPTED = "accepted", _("准予强制执行")
    REFUSED = "refused", _("不准予强制执行")
    ENFORCED = "enforced", _("执行完毕")
    TERMINATED = "terminated", _("终结执行")


class Ground(TextChoices):
    """Why a case is closed."""

    PERFORMED = "performed", _("处罚执行完毕")
    NO_PENALTY = "no_penalty", _("不予处罚、撤案或者移送，文书已送达")
    ANNULLED = "annulled", _("处罚决定被撤销")
    COURT = "court", _("人民法院执行完毕或者终结执行")
    GONE = "gone", _("当事人终止，无承继单位，无财产可供执行")
