"""The legal moves of a paper."""

from django.utils.translation import gettext_lazy as _

from portal.papers.choices import PaperState
from portal.papers.models import Paper
from portal.workflow import Workflow, move

paper = Workflow(
    Paper,
    move(
        "number",
        _("编号定稿"),
        [PaperState.DRAFT],
        PaperState.NUMBERED,
        permission="can_number",
        consequence=_(
            "编号后文书内容不能再改，文号不能收回；有误只能另发补正文书。文号按本单位、文种和年度连续编排。"
        ),
    ),
    permissions="portal.papers.permissions",
)
