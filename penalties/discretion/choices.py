"""Words of discretion: against whom, what kinds of penalty, what weighs for and against."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PartyKind(TextChoices):
    ORGANISATION = "organisation", _("单位")
    PERSON = "person", _("个人")


class PenaltyKind(TextChoices):
    """行政处罚法 art. 9."""

    WARNING = "warning", _("警告")
    CRITICISM = "criticism", _("通报批评")
    FINE = "fine", _("罚款")
    CONFISCATION = "confiscation", _("没收违法所得、没收非法财物")
    SUSPENSION = "suspension", _("暂扣许可证件")
    DOWNGRADE = "downgrade", _("降低资质等级")
    REVOCATION = "revocation", _("吊销许可证件")
    RESTRICTION = "restriction", _("限制开展生产经营活动")
    STOPPAGE = "stoppage", _("责令停产停业")
    CLOSURE = "closure", _("责令关闭")
    OCCUPATION = "occupation", _("限制从业")
    OTHER = "other", _("其他行政处罚")


# 行政处罚法 art. 63: a hearing whatever the sum; order 30: collective discussion.
WEIGHTY_KINDS: frozenset[str] = frozenset(
    {
        PenaltyKind.DOWNGRADE,
        PenaltyKind.REVOCATION,
        PenaltyKind.RESTRICTION,
        PenaltyKind.STOPPAGE,
        PenaltyKind.CLOSURE,
        PenaltyKind.OCCUPATION,
    }
)
# Besides the fine, money that is taken.
MONEY_KINDS: frozenset[str] = frozenset({PenaltyKind.FINE, PenaltyKind.CONFISCATION})
# What is said or taken once; the other kinds may last until a day.
TERMLESS_KINDS: frozenset[str] = MONEY_KINDS | {PenaltyKind.WARNING, PenaltyKind.CRITICISM}


class Factor(TextChoices):
    """行政处罚法 arts. 32, 33; 生态环境法典 art. 1056."""

    REMOVED_HARM = "removed_harm", _("主动消除或者减轻违法行为危害后果")
    COERCED = "coerced", _("受他人胁迫或者诱骗实施违法行为")
    CONFESSED = "confessed", _("主动供述行政机关尚未掌握的违法行为")
    MERIT = "merit", _("配合行政机关查处违法行为有立功表现")
    OTHER_LIGHT = "other_light", _("法律、法规、规章规定其他应当从轻或者减轻的")
    MINOR = "minor", _("违法行为轻微并及时改正，没有造成危害后果")
    FIRST = "first", _("初次违法且危害后果轻微并及时改正")
    NO_FAULT = "no_fault", _("当事人有证据足以证明没有主观过错")
    MALICE = "malice", _("恶意损害生态环境")
    DEFIANT = "defiant", _("拒不改正")
    GRAVE = "grave", _("造成严重后果")
    REPEATED = "repeated", _("多次受到处罚")


MITIGATING: frozenset[str] = frozenset(
    {Factor.REMOVED_HARM, Factor.COERCED, Factor.CONFESSED, Factor.MERIT, Factor.OTHER_LIGHT}
)
EXEMPTING: frozenset[str] = frozenset({Factor.MINOR, Factor.FIRST, Factor.NO_FAULT})
AGGRAVATING: frozenset[str] = frozenset(
    {Factor.MALICE, Factor.DEFIANT, Factor.GRAVE, Factor.REPEATED}
)


class BanKind(TextChoices):
    """What a decision on this violation brings with it elsewhere; another room carries it out."""

    PURCHASE = "purchase", _("政府购买禁入")
    OCCUPATION = "occupation", _("从业禁止")
