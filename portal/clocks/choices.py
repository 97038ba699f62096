"""Words of clocks."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ClockState(TextChoices):
    RUNNING = "running", _("计时中")
    SUSPENDED = "suspended", _("已中止")
    STOPPED = "stopped", _("已结束")


class RunState(TextChoices):
    """Of one effect of one clock."""

    WAITING = "waiting", _("待执行")
    DONE = "done", _("已执行")
    VOID = "void", _("不再适用")
    POISON = "poison", _("多次失败，已停止")
