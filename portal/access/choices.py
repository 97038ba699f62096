"""Words that the kernel shares with every app: kinds of actors and agencies, levels, roles."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ActorKind(TextChoices):
    STAFF = "staff", _("工作人员")
    INSTITUTION = "institution", _("机构用户")
    JOB = "job", _("系统任务")
    PUBLIC = "public", _("公众")


class Level(TextChoices):
    """行政层级 of a region or agency. Shanghai is province and city at once: CITY."""

    PROVINCE = "province", _("省级")
    CITY = "city", _("市级")
    DISTRICT = "district", _("区(县)级")


class AgencyKind(TextChoices):
    ECOLOGY = "ecology", _("生态环境局")
    MARKET = "market", _("市场监督管理局")
    AGRICULTURE = "agriculture", _("农业农村部门")
    PLANNING = "planning", _("规划资源部门")
    WATER = "water", _("水务部门")
    TRANSPORT = "transport", _("交通部门")
    GREENING = "greening", _("绿化市容部门")
    MONITORING_STATION = "monitoring_station", _("生态环境监测站")
    ENFORCEMENT_TEAM = "enforcement_team", _("生态环境执法大队")
    ZONE_COMMITTEE = "zone_committee", _("管委会")
    JUSTICE = "justice", _("司法局")
    FINANCE = "finance", _("财政局")
    POLICE = "police", _("公安机关")
    PROCURATORATE = "procuratorate", _("检察机关")
    DISCIPLINE = "discipline", _("纪检监察机关")
    ORGANISATION_DEPT = "organisation_dept", _("组织部")
    CREDIT_OFFICE = "credit_office", _("信用办")
    COURT = "court", _("法院")
    ASSOCIATION = "association", _("行业协会")
    AUDIT = "audit", _("审计局")
    GOVERNMENT = "government", _("人民政府")


BUREAUS = frozenset({AgencyKind.ECOLOGY, AgencyKind.MARKET})
PARTNERS = frozenset(
    {
        AgencyKind.AGRICULTURE,
        AgencyKind.PLANNING,
        AgencyKind.WATER,
        AgencyKind.TRANSPORT,
        AgencyKind.GREENING,
    }
)


class Role(TextChoices):
    """Roles of a post, as in the access matrix."""

    OFFICER = "officer", _("经办人")
    CHIEF = "chief", _("负责人(科长)")
    LEADER = "leader", _("分管领导")
    LEGAL = "legal", _("法制审核")
    INSPECTOR = "inspector", _("检查人员")
    MONITOR = "monitor", _("监测人员")
    REPORTER = "reporter", _("名单报送员")
    COMPLAINTS = "complaints", _("举报管理员")
    CREDIT = "credit", _("信用管理员")
    LIAISON = "liaison", _("联络员")
    AUDITOR = "auditor", _("审计人员")
    SYSADMIN = "sysadmin", _("系统管理员")
    SECADMIN = "secadmin", _("安全管理员")
    AUDITADMIN = "auditadmin", _("审计管理员")


# GB/T 22239-2019 8.1.4: the three administrators exclude each other and every role of business.
ADMIN_ROLES = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITADMIN})
