"""Words of draws."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DrawState(TextChoices):
    DRAFT = "draft", _("准备中")
    FROZEN = "frozen", _("已冻结")
    COMMITTED = "committed", _("已承诺")
    REVEALED = "revealed", _("已揭示")
    EXECUTED = "executed", _("已抽取")
    PUBLISHED = "published", _("已公开记录")
    VOID = "void", _("作废")


DRAW_TONES = {
    DrawState.DRAFT: "plain",
    DrawState.FROZEN: "info",
    DrawState.COMMITTED: "warn",
    DrawState.REVEALED: "warn",
    DrawState.EXECUTED: "ok",
    DrawState.PUBLISHED: "ok",
    DrawState.VOID: "danger",
}
# Before the result is known; at most one such attempt of a batch.
OPEN_STATES = (DrawState.DRAFT, DrawState.FROZEN, DrawState.COMMITTED, DrawState.REVEALED)
DONE_STATES = (DrawState.EXECUTED, DrawState.PUBLISHED)


class Party(TextChoices):
    """The two whose secrets make the key; SUP stands in for one of them (DRAW-1 §2)."""

    ECO = "ECO", _("生态环境局")
    MKT = "MKT", _("市场监管局")
    SUP = "SUP", _("上级监督部门")


class Sitting(TextChoices):
    TOGETHER = "together", _("同场（一块屏幕）")
    APART = "apart", _("分头（各自登录）")


class Origin(TextChoices):
    OWN = "own", _("本平台抽取")
    SUPERIOR = "superior", _("上级平台抽取（导入）")


class ReplacementKind(TextChoices):
    NO_SHOW = "no_show", _("检查人员不能到场")
    SUPPLEMENTARY = "supplementary", _("补抽机构")


class ImportState(TextChoices):
    """Of the paper that brings a superior's draw in; the draw comes with its confirmation."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    DISCARDED = "discarded", _("已作废")


IMPORT_TONES = {
    ImportState.DRAFT: "plain",
    ImportState.SUBMITTED: "warn",
    ImportState.CONFIRMED: "ok",
    ImportState.DISCARDED: "danger",
}
OPEN_IMPORTS = (ImportState.DRAFT, ImportState.SUBMITTED)
