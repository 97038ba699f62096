"""Words of the registry."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from institutions.registry.rules import UsccFault, UsccReading, Validity


class InstitutionKind(TextChoices):
    SOCIAL = "social", _("社会机构")
    DEPARTMENTAL = "departmental", _("部门所属")
    PUBLIC_STATION = "public_station", _("公立站")
    OPERATOR = "operator", _("运维机构")


class InstitutionStatus(TextChoices):
    ACTIVE = "active", _("存续")
    SUSPENDED = "suspended", _("停业")
    DEREGISTERED = "deregistered", _("注销")
    REVOKED = "revoked", _("吊销")
    MOVED_OUT = "moved_out", _("迁出")


class SiteKind(TextChoices):
    OFFICE = "office", _("注册地")
    LABORATORY = "laboratory", _("实验室")
    BRANCH = "branch", _("分支机构")


class CertificateStatus(TextChoices):
    """How a CMA certificate stands; expiry follows from its dates."""

    VALID = "valid", _("有效")
    ANNULLED = "annulled", _("撤销")
    REVOKED = "revoked", _("吊销")
    DEREGISTERED = "deregistered", _("注销")


class PresenceKind(TextChoices):
    """Why an institution is in a district's scope."""

    REGISTERED = "registered", _("注册地在本区")
    SITE = "site", _("场所在本区")
    ACTIVE = "active", _("在本区有业务")
    ROSTER = "roster", _("在本区名单")


class MatchReason(TextChoices):
    """Why the registry offers an institution for a name or a code."""

    USCC = "uscc", _("统一社会信用代码相同")
    NAME = "name", _("名称相同")
    FORMER_NAME = "former_name", _("与曾用名相同")
    SIMILAR = "similar", _("名称相近")
    SIMILAR_FORMER = "similar_former", _("与曾用名相近")


VALIDITY_WORDS = {
    Validity.NONE: _("未登记"),
    Validity.VALID: _("有效"),
    Validity.EXPIRING: _("三个月内到期"),
    Validity.EXPIRED: _("已过期"),
}
VALIDITY_TONES = {
    Validity.NONE: "plain",
    Validity.VALID: "ok",
    Validity.EXPIRING: "warn",
    Validity.EXPIRED: "danger",
}
STATUS_TONES = {
    InstitutionStatus.ACTIVE: "ok",
    InstitutionStatus.SUSPENDED: "warn",
    InstitutionStatus.DEREGISTERED: "plain",
    InstitutionStatus.REVOKED: "danger",
    InstitutionStatus.MOVED_OUT: "plain",
}


class StandingKind(TextChoices):
    """Facts that upper rooms state about an institution."""

    GRADE = "grade", _("信用等级")  # A to D, one row for each official assessment
    MEDIA = "media", _("报送的监测类别")  # keys of the nine media, joined by commas
    OPEN_CHECK = "open_check", _("在办专项检查")  # one row for each; ends with the check
    PLANNED = "planned", _("已安排检查")  # the year of a visit that counts when it is made
    RESTRICTION = "restriction", _("政府购买禁入")  # from its first to its last day
    RISK_WEIGHT = "risk_weight", _("风险权重")  # 1 to 10, read by the draw
    ROSTER = "roster", _("在报送名单")
    VISIT = "visit", _("已受检查")  # one row for each visit, from its day on, city-wide


# GB 32100-2015: the registering department and the kind of body, the first two characters.
BODY_KINDS = {
    "11": _("机关"),
    "12": _("事业单位"),
    "13": _("群团"),
    "51": _("社会团体"),
    "52": _("民办非企业单位"),
    "53": _("基金会"),
    "91": _("企业"),
    "92": _("个体工商户"),
    "93": _("农民专业合作社"),
}

USCC_FAULTS = {
    UsccFault.MISSING: _("请填写统一社会信用代码。"),
    UsccFault.LENGTH: _("统一社会信用代码应为 18 位，现为 %(at_fault)s 位。"),
    UsccFault.ALPHABET: _(
        "统一社会信用代码只含数字和除 I、O、S、V、Z 外的字母，现含“%(at_fault)s”。"
    ),
    UsccFault.DIVISION: _(
        "统一社会信用代码第 3 至 8 位应为 6 位数字的行政区划代码，现为“%(at_fault)s”。"
    ),
    UsccFault.CHECK_DIGIT: _(
        "统一社会信用代码校验位不符：末位为“%(at_fault)s”。请核对全部 18 位；"
        "如前 17 位无误，末位应为 %(suggestion)s。"
    ),
}


def uscc_message(reading: UsccReading) -> str:
    """The sentence for the fault of a code; empty when it is right."""
    if reading.fault is None:
        return ""
    suggestion = reading.suggestion[-1:]
    words = {"at_fault": reading.at_fault, "suggestion": suggestion}
    return str(USCC_FAULTS[reading.fault]) % words


# 国认实 rules for CMA certificate numbers, digits 3–4: the issuing authority.
CERTIFICATE_AUTHORITIES = dict(
    zip(
        (f"{number:02}" for number in range(32)),
        (
            *(_("国家"), _("北京"), _("天津"), _("河北"), _("山西"), _("内蒙古"), _("辽宁")),
            *(_("吉林"), _("黑龙江"), _("上海"), _("江苏"), _("浙江"), _("安徽"), _("福建")),
            *(_("江西"), _("山东"), _("河南"), _("湖北"), _("湖南"), _("广东"), _("广西")),
            *(_("海南"), _("重庆"), _("四川"), _("贵州"), _("云南"), _("西藏"), _("陕西")),
            *(_("甘肃"), _("青海"), _("宁夏"), _("新疆")),
        ),
        strict=True,
    )
)

# Digits 5–6: the professional field.
CERTIFICATE_FIELDS = dict(
    zip(
        (f"{number:02}" for number in range(22)),
        (
            *(_("食品"), _("建筑工程"), _("建材"), _("卫生计生"), _("农林牧渔")),
            *(_("机动车安检"), _("公安刑事技术"), _("司法鉴定"), _("机械"), _("电子信息")),
            *(_("轻工"), _("纺织服装"), _("环境与环保"), _("水质"), _("化工")),
            *(_("医疗器械"), _("采矿冶金"), _("能源"), _("医学"), _("生物安全")),
            *(_("综合"), _("其他")),
        ),
        strict=True,
    )
)

# Digits 7–8: the sector in charge.
CERTIFICATE_SECTORS = dict(
    zip(
        (f"{number:02}" for number in range(35)),
        (
            *(_("教育"), _("工信"), _("公安"), _("司法"), _("国土"), _("环保"), _("住建")),
            *(_("交通"), _("水利"), _("农业"), _("卫计委"), _("技术监督"), _("检验检疫")),
            *(_("安监"), _("食药"), _("林业"), _("中科院"), _("粮食"), _("国防科工")),
            *(_("海洋"), _("测绘"), _("铁路"), _("机械"), _("化工"), _("石油"), _("电力")),
            *(_("轻工"), _("商贸"), _("建材"), _("供销"), _("分析测试"), _("冶金有色")),
            *(_("节能"), _("军队"), _("其他")),
        ),
        strict=True,
    )
)

CERTIFICATE_SHAPE_MESSAGE = _(
    "证书编号应为 12 位数字：年份 2 位、发证机关 2 位(00–31)、专业领域 2 位、行业主管 2 位、"
    "序号 4 位。"
)
