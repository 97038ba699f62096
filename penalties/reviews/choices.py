"""Words of reviews and discussions."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ReviewKind(TextChoices):
    CASE = "case", _("案件审核")
    LEGAL = "legal", _("法制审核")


class ReviewResult(TextChoices):
    PASSED = "passed", _("通过")
    RETURNED = "returned", _("退回")


class LegalTrigger(TextChoices):
    """行政处罚法 art. 58; market cases are reviewed by their procedure (程序规定 art. 51)."""

    PUBLIC_INTEREST = "public_interest", _("涉及重大公共利益")
    HEARD = "heard", _("经过听证程序，直接关系当事人或者第三人重大权益")
    COMPLEX = "complex", _("案件情况疑难复杂、涉及多个法律关系")
    PROCEDURE = "procedure", _("按市场监督管理行政处罚程序应当审核")


class DiscussionTrigger(TextChoices):
    """行政处罚法 art. 57; the ecology bureaus' list of order 30."""

    COMPLEX = "complex", _("情节复杂")
    AMOUNT = "amount", _("罚款、没收数额较大")
    WEIGHTY = "weighty", _("吊销、停产停业、关闭、限制从业等重大处罚")
    REVIEW = "review", _("法制审核或者承办机构提请")


class DiscussionPurpose(TextChoices):
    PENALTY = "penalty", _("重大行政处罚")
    EXTENSION = "extension", _("办案期限第二次延长")


class Vote(TextChoices):
    AGREE = "agree", _("同意")
    DISAGREE = "disagree", _("不同意")
    ABSTAIN = "abstain", _("保留意见")
