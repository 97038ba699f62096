"""Words of the registry."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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
