"""The legal moves of a publication."""

from django.utils.translation import gettext_lazy as _

from penalties.publication.choices import PublicationState as P
from penalties.publication.models import PenaltyPublication
from portal.workflow import Workflow, move

publication = Workflow(
    PenaltyPublication,
    move("submit", _("提交复核"), [P.DRAFT], P.REVIEWING, permission="can_draft"),
    move(
        "return",
        _("退回修改"),
        [P.REVIEWING, P.APPROVED],
        P.DRAFT,
        permission="can_review",
        reason=True,
    ),
    move(
        "approve",
        _("复核通过"),
        [P.REVIEWING],
        P.APPROVED,
        permission="can_review",
        basis="行政处罚法 第48条",
        consequence=_("通过后按计划日期向社会公示，并报送信用平台。"),
    ),
    move("publish", _("公示"), [P.APPROVED], P.PUBLISHED, permission="can_publish"),
    move(
        "correct",
        _("更正"),
        [P.PUBLISHED],
        P.DRAFT,
        permission="can_draft",
        reason=True,
        consequence=_("更正内容复核通过前，公众仍看到现有内容。"),
    ),
    move(
        "withdraw",
        _("撤回"),
        [P.DRAFT, P.REVIEWING, P.APPROVED, P.PUBLISHED, P.REPAIRED],
        P.WITHDRAWN,
        permission="can_withdraw",
        basis="行政处罚法 第48条",
        reason=True,
        consequence=_("撤回后立即停止公示，并公开说明理由。"),
    ),
    move(
        "redraft",
        _("按变更后的决定重新编制"),
        [P.WITHDRAWN],
        P.DRAFT,
        permission="can_redraft",
    ),
    move(
        "repair",
        _("修复，停止公示"),
        [P.PUBLISHED],
        P.REPAIRED,
        permission="can_end_early",
        basis="信用修复管理办法",
    ),
    move(
        "exempt",
        _("不予公示"),
        [P.DRAFT],
        P.EXEMPT,
        permission="can_exempt",
        reason=True,
    ),
    permissions="penalties.publication.permissions",
)
