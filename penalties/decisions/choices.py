"""Words of decisions, of what is served, and of what courts and superiors make of them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Standing(TextChoices):
    """Whether a decision still says what it said."""

    DRAFT = "draft", _("拟稿")
    IN_FORCE = "in_force", _("有效")
    CHANGED = "changed", _("已变更")
    ANNULLED = "annulled", _("已撤销")


TONES = {
    Standing.DRAFT: "warn",
    Standing.IN_FORCE: "ok",
    Standing.CHANGED: "warn",
    Standing.ANNULLED: "danger",
}


class Channel(TextChoices):
    """By what way a decision is challenged, or taken back by the bureau itself."""

    REVIEW = "review", _("行政复议")
    LITIGATION = "litigation", _("行政诉讼")
    OWN = "own", _("自行纠正")


class ChallengeResult(TextChoices):
    UPHELD = "upheld", _("维持或者驳回")
    CHANGED = "changed", _("变更")
    ANNULLED = "annulled", _("撤销")
    UNLAWFUL = "unlawful", _("确认违法")
    VOID = "void", _("确认无效")
    WITHDRAWN = "withdrawn", _("申请人撤回")


# 行政处罚法 art. 48: these take the publication back within three working days.
TAKES_BACK = frozenset(
    {
        ChallengeResult.CHANGED,
        ChallengeResult.ANNULLED,
        ChallengeResult.UNLAWFUL,
        ChallengeResult.VOID,
    }
)
ENDS = frozenset({ChallengeResult.ANNULLED, ChallengeResult.VOID})
# What the bureau itself may make of its decision; the rest is found by superiors and courts.
OWN_RESULTS = frozenset({ChallengeResult.UPHELD, ChallengeResult.CHANGED, ChallengeResult.ANNULLED})
# These keep the decision from being enforced while they last, and end with the ways of complaint.
COMPLAINTS = frozenset({Channel.REVIEW, Channel.LITIGATION})
