"""The legal moves of a case: one table for each bureau's procedure (regulation §6).

They differ where the law differs: the articles, and that market cases are legally reviewed
before the notice (程序规定 art. 51), while ecology's list of cases to discuss is its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from penalties.cases.choices import CaseState as S
from penalties.cases.choices import Procedure
from penalties.cases.models import Case
from portal.workflow import Move, Workflow, move


@dataclass(frozen=True, slots=True)
class Articles:
    """What the moves of a procedure rest on, as far as the fact base names it."""

    opening: str
    legal_review: str
    term: str


ARTICLES = {
    Procedure.ECOLOGY: Articles(
        opening="生态环境行政处罚办法 第18条",
        legal_review="行政处罚法 第58条",
        term="行政处罚法 第60条",
    ),
    Procedure.MARKET: Articles(
        opening="市场监督管理行政处罚程序规定 第18条",
        legal_review="行政处罚法 第58条；市场监督管理行政处罚程序规定 第51条",
        term="行政处罚法 第60条；市场监督管理行政处罚程序规定 第64条",
    ),
}


def _inquiry(law: Articles) -> list[Move]:
    """From the lead to the end of the investigation."""
    return [
        move(
            "open",
            _("立案"),
            [S.VERIFYING],
            S.INVESTIGATING,
            permission="can_open",
            basis=law.opening,
            consequence=_("立案后开始计算办案期限。"),
        ),
        move(
            "not_open",
            _("不予立案"),
            [S.VERIFYING],
            S.NOT_OPENED,
            permission="can_open",
            basis=law.opening,
            reason=True,
        ),
        move(
            "finish",
            _("调查终结"),
            [S.INVESTIGATING],
            S.INVESTIGATED,
            permission="can_handle",
            basis="行政处罚法 第57条",
        ),
        move("resume", _("补充调查"), [S.INVESTIGATED], S.INVESTIGATING, permission="can_handle"),
        move(
            "submit",
            _("提交案件审核"),
            [S.INVESTIGATED],
            S.REVIEWING,
            permission="can_handle",
        ),
    ]


def _case_review() -> list[Move]:
    """案件审核, by the chief."""
    return [
        move("pass_review", _("审核通过"), [S.REVIEWING], S.REVIEWED, permission="can_review"),
        move(
            "return_review",
            _("审核退回补充调查"),
            [S.REVIEWING],
            S.INVESTIGATING,
            permission="can_review",
            reason=True,
        ),
    ]


def _legal_review(law: Articles) -> list[Move]:
    """法制审核; after a defence the case returns there."""
    return [
        move(
            "to_legal",
            _("送法制审核"),
            [S.REVIEWED, S.DEFENDED],
            S.LEGAL_REVIEW,
            permission="can_handle",
            basis=law.legal_review,
        ),
        move(
            "pass_legal",
            _("法制审核通过"),
            [S.LEGAL_REVIEW],
            S.REVIEWED,
            permission="can_pass_legal",
            basis=law.legal_review,
        ),
        move(
            "pass_legal_heard",
            _("法制审核通过（告知之后）"),
            [S.LEGAL_REVIEW],
            S.DEFENDED,
            permission="can_pass_legal_heard",
            basis=law.legal_review,
        ),
        move(
            "return_legal",
            _("法制审核退回"),
            [S.LEGAL_REVIEW],
            S.INVESTIGATING,
            permission="can_legal",
            reason=True,
        ),
    ]


def _discussion() -> list[Move]:
    """集体讨论; after a defence the case returns there."""
    return [
        move(
            "to_discussion",
            _("提交集体讨论"),
            [S.REVIEWED, S.DEFENDED],
            S.DISCUSSING,
            permission="can_handle",
            basis="行政处罚法 第57条",
        ),
        move(
            "conclude",
            _("集体讨论通过"),
            [S.DISCUSSING],
            S.REVIEWED,
            permission="can_conclude",
            basis="行政处罚法 第57条",
        ),
        move(
            "conclude_heard",
            _("集体讨论通过（告知之后）"),
            [S.DISCUSSING],
            S.DEFENDED,
            permission="can_conclude_heard",
            basis="行政处罚法 第57条",
        ),
        move(
            "return_discussion",
            _("集体讨论退回"),
            [S.DISCUSSING],
            S.INVESTIGATING,
            permission="can_preside",
            reason=True,
        ),
    ]


def _notice() -> list[Move]:
    """The prior notice and the defence."""
    return [
        move(
            "notice",
            _("处罚告知"),
            [S.REVIEWED],
            S.NOTICED,
            permission="can_handle",
            basis="行政处罚法 第63条、第64条",
            consequence=_("告知送达后开始计算陈述申辩和要求听证的期限。"),
        ),
        move(
            "close_defence",
            _("陈述申辩复核完毕"),
            [S.NOTICED],
            S.DEFENDED,
            permission="can_handle",
        ),
        move(
            "reinvestigate",
            _("重新调查"),
            [S.DEFENDED],
            S.INVESTIGATING,
            permission="can_handle",
            reason=True,
        ),
    ]


def _hearing() -> list[Move]:
    """The hearing."""
    return [
        move(
            "hear",
            _("受理听证申请"),
            [S.NOTICED],
            S.HEARING,
            permission="can_handle",
            basis="行政处罚法 第63条、第64条",
        ),
        move(
            "close_hearing",
            _("听证结束"),
            [S.HEARING],
            S.DEFENDED,
            permission="can_handle",
            basis="行政处罚法 第64条",
        ),
    ]


def _decision(law: Articles) -> list[Move]:
    """The draft of the decision, and the decision."""
    return [
        move(
            "propose",
            _("提请作出决定"),
            [S.REVIEWED, S.DEFENDED],
            S.DECIDING,
            permission="can_handle",
        ),
        move(
            "decide",
            _("作出决定"),
            [S.DECIDING],
            S.DECIDED,
            permission="can_decide",
            basis=law.term,
            consequence=_("决定作出后编号固定，只能以补正决定书更正文字错误。"),
        ),
        move(
            "return_decision",
            _("退回重新拟定"),
            [S.DECIDING],
            S.DEFENDED,
            permission="can_return_decision",
            reason=True,
        ),
        move(
            "return_unheard",
            _("退回补充审核"),
            [S.DECIDING],
            S.REVIEWED,
            permission="can_return_unheard",
            reason=True,
        ),
    ]


def _performance() -> list[Move]:
    """Service, performance, closing, archive."""
    return [
        move(
            "serve",
            _("登记送达"),
            [S.DECIDED],
            S.SERVED,
            permission="can_handle",
            basis="行政处罚法 第61条",
        ),
        move(
            "perform",
            _("登记履行"),
            [S.SERVED],
            S.PERFORMING,
            permission="can_handle",
            basis="行政处罚法 第67条",
        ),
        move("close", _("结案"), [S.SERVED, S.PERFORMING], S.CLOSED, permission="can_close"),
        move(
            "archive",
            _("归档"),
            [S.CLOSED, S.NOT_OPENED],
            S.ARCHIVED,
            permission="can_handle",
        ),
    ]


def _table(procedure: Procedure) -> Workflow:
    law = ARTICLES[procedure]
    reviews = [*_case_review(), *_legal_review(law), *_discussion()]
    telling = [*_notice(), *_hearing()]
    moves = [*_inquiry(law), *reviews, *telling, *_decision(law), *_performance()]
    return Workflow(Case, *moves, permissions="penalties.cases.permissions")


TABLES = {procedure: _table(procedure) for procedure in Procedure}


def hold(case: Case) -> None:
    """Keep the case's row for this transaction: acts that move no state take turns.

    The object knows the present state and fine afterwards.
    """
    rows = Case.objects.select_for_update().filter(pk=case.pk)
    case.state, case.fine = rows.values_list("state", "fine").get()


def of(case: Case) -> Workflow:
    """The table of the case's procedure."""
    return TABLES[Procedure(case.procedure)]
