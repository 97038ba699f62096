"""Words of plans, batches and check items."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ItemKind(TextChoices):
    """国市监信〔2019〕38号: the ratio of general items is capped, that of key items is not."""

    GENERAL = "general", _("一般检查事项")
    KEY = "key", _("重点检查事项")


class PlanKind(TextChoices):
    YEARLY = "yearly", _("年度计划")
    SPECIAL = "special", _("专项计划")


class PlanState(TextChoices):
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待批准")
    RETURNED = "returned", _("已退回")
    APPROVED = "approved", _("已批准")
    PUBLISHED = "published", _("已公布")
    REPLACED = "replaced", _("已被替换")
    WITHDRAWN = "withdrawn", _("已撤回")
    DISCARDED = "discarded", _("已作废")


# Were public once: what was published stays readable, with its later fate.
SHOWN_STATES = (PlanState.PUBLISHED, PlanState.REPLACED, PlanState.WITHDRAWN)
EDITABLE_STATES = (PlanState.DRAFT, PlanState.RETURNED)

PLAN_TONES = {
    PlanState.DRAFT: "plain",
    PlanState.SUBMITTED: "warn",
    PlanState.RETURNED: "danger",
    PlanState.APPROVED: "info",
    PlanState.PUBLISHED: "ok",
    PlanState.REPLACED: "plain",
    PlanState.WITHDRAWN: "plain",
    PlanState.DISCARDED: "plain",
}


class Decision(TextChoices):
    APPROVED = "approved", _("批准")
    RETURNED = "returned", _("退回")


class BatchState(TextChoices):
    PLANNED = "planned", _("待抽取")
    DRAWN = "drawn", _("已抽取")
    UNDER_WAY = "under_way", _("检查中")
    CLOSED = "closed", _("已办结")


BATCH_TONES = {
    BatchState.PLANNED: "plain",
    BatchState.DRAWN: "info",
    BatchState.UNDER_WAY: "warn",
    BatchState.CLOSED: "ok",
}


class StratumName(TextChoices):
    """层: a credit grade (国市监信发〔2022〕6号), or none given yet."""

    A = "A", _("A 级")
    B = "B", _("B 级")
    C = "C", _("C 级")
    D = "D", _("D 级")
    UNGRADED = "U", _("未评级")


class Dept(TextChoices):
    """Who fills a seat of a team; the codes are those of DRAW-1."""

    ECO = "ECO", _("生态环境局")
    MKT = "MKT", _("市场监管局")
    EXP = "EXP", _("专家")


# Seats that are not named one by one carry their own name, as a batch may have added it.
SLOT_WORDS = {
    "eco_lead": _("生态环境组长"),
    "eco_second": _("生态环境组员"),
    "mkt_lead": _("市场监管组长"),
    "mkt_second": _("市场监管组员"),
    "expert": _("专家"),
}


class Exclusion(TextChoices):
    """Why an institution in scope is not in the pool (regulation §5.4 step 2)."""

    SUSPENDED = "suspended", _("停业")
    DEREGISTERED = "deregistered", _("已注销")
    REVOKED = "revoked", _("已吊销")
    MOVED_OUT = "moved_out", _("已迁出")
    CAP_REACHED = "cap_reached", _("检查次数已达上限")
    OPEN_CHECK = "open_check", _("专项检查尚未办结")
