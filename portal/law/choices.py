"""Words of the law."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.clocks import rules


class Mark(TextChoices):
    """How sure the source is."""

    VERIFIED = "V", _("已核对原文")
    CERTAIN = "C", _("通行确认")
    CHECK = "K", _("待核实")
    DEFAULT = "D", _("系统默认")


class Unit(TextChoices):
    HOUR = rules.HOUR, _("小时")
    WORKING_DAY = rules.WORKING_DAY, _("工作日")
    CALENDAR_DAY = rules.CALENDAR_DAY, _("自然日")
    MONTH = rules.MONTH, _("月")
    YEAR = rules.YEAR, _("年")
    FIXED_DATE = rules.FIXED_DATE, _("固定日期")


class RuleKind(TextChoices):
    PERIOD = "period", _("有期限")
    OPEN = "open", _("无固定期限")


class Limit(TextChoices):
    """Whether the step must happen by the end of the period, or may happen only after it."""

    NOT_AFTER = "not_after", _("不迟于")
    NOT_BEFORE = "not_before", _("不早于")


class ParameterKind(TextChoices):
    THRESHOLD = "threshold", _("数额标准")
    PERCENTAGE = "percentage", _("比例")
    TERM = "term", _("公示期限")
    LIST = "list", _("情形清单")


class VersionState(TextChoices):
    """Of a rule, a parameter and a calendar year."""

    DRAFT = "draft", _("待复核")
    APPROVED = "approved", _("已生效")
    WITHDRAWN = "withdrawn", _("已撤回")


class YearState(TextChoices):
    DRAFT = "draft", _("待复核")
    PROVISIONAL = "provisional", _("暂定")
    OFFICIAL = "official", _("正式")
    REPLACED = "replaced", _("已被替换")
    WITHDRAWN = "withdrawn", _("已撤回")


# Of a state's badge.
TONES: dict[str, str] = {
    VersionState.DRAFT: "warn",
    VersionState.APPROVED: "ok",
    VersionState.WITHDRAWN: "plain",
    YearState.PROVISIONAL: "warn",
    YearState.OFFICIAL: "ok",
    YearState.REPLACED: "plain",
}
