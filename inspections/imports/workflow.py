"""The legal moves of an import; with its confirmation the draw and its visits come."""

from django.utils.translation import gettext_lazy as _

from inspections.draws.choices import OPEN_IMPORTS, ImportState
from inspections.draws.models import DrawImport
from portal.workflow import Workflow, move

BASIS = "国发〔2019〕5号"

drawimport = Workflow(
    DrawImport,
    move(
        "submit",
        _("提交确认"),
        [ImportState.DRAFT],
        ImportState.SUBMITTED,
        permission="can_edit",
        basis=BASIS,
        consequence=_("提交后由第二人对照来源文件逐家核对并确认。"),
    ),
    move(
        "return",
        _("退回修改"),
        [ImportState.SUBMITTED],
        ImportState.DRAFT,
        permission="can_confirm",
        reason=True,
    ),
    move(
        "confirm",
        _("确认导入"),
        [ImportState.SUBMITTED],
        ImportState.CONFIRMED,
        permission="can_confirm",
        basis=BASIS,
        consequence=_(
            "确认后该批次视为已抽取，按名单建立检查任务，不能撤销。"
            "结果由上级平台抽取，本平台不能复算。"
        ),
    ),
    move(
        "discard",
        _("作废导入"),
        OPEN_IMPORTS,
        ImportState.DISCARDED,
        permission="can_edit",
        reason=True,
    ),
    permissions="inspections.imports.permissions",
)
