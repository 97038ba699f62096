"""The legal moves of a draw: frozen, committed, revealed, executed, published, in this order."""

from django.utils.translation import gettext_lazy as _

from inspections.draws.choices import DrawState
from inspections.draws.models import Draw
from portal.workflow import Workflow, move

ORDER = "国发〔2019〕5号；DRAW-1 §3"

draw = Workflow(
    Draw,
    move(
        "freeze",
        _("冻结名录"),
        [DrawState.DRAFT],
        DrawState.FROZEN,
        permission="can_prepare",
        basis=ORDER,
        consequence=_("冻结后不能再增加机构或检查人员；校验值立即公开，并送两局、监督部门和审计。"),
    ),
    move(
        "commit",
        _("双方已承诺"),
        [DrawState.FROZEN],
        DrawState.COMMITTED,
        permission="can_take_part",
        basis=ORDER,
    ),
    move(
        "reveal",
        _("双方已揭示"),
        [DrawState.COMMITTED],
        DrawState.REVEALED,
        permission="can_take_part",
        basis=ORDER,
    ),
    move(
        "execute",
        _("执行抽取"),
        [DrawState.REVEALED],
        DrawState.EXECUTED,
        permission="can_execute",
        basis=ORDER,
        consequence=_("结果由已公开的输入算出，任何人可以复算；一个批次只能执行一次。"),
    ),
    move(
        "publish",
        _("公开记录"),
        [DrawState.EXECUTED],
        DrawState.PUBLISHED,
        permission="can_publish",
        basis=ORDER,
        consequence=_("公开全部名单、双方随机数和抽取结果。"),
    ),
    move(
        "void",
        _("作废本次"),
        [DrawState.FROZEN, DrawState.COMMITTED],
        DrawState.VOID,
        permission="can_void",
        basis=ORDER,
        reason=True,
        consequence=_("本次作废并公开理由，以同一份名录自动开始下一次。"),
    ),
    permissions="inspections.draws.permissions",
    begins_in=[DrawState.EXECUTED, DrawState.PUBLISHED],
)
