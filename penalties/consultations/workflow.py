"""The legal moves of a consultation."""

from django.utils.translation import gettext_lazy as _

from penalties.consultations.choices import ConsultationState as S
from penalties.consultations.models import Consultation
from portal.workflow import Workflow, move

BASIS = "行政处罚法 第29条；生态环境法典 第1055条"

consultation = Workflow(
    Consultation,
    move("agree", _("同意"), [S.ASKED], S.AGREED, permission="can_answer", basis=BASIS),
    move(
        "disagree",
        _("不同意"),
        [S.ASKED],
        S.DISAGREED,
        permission="can_answer",
        basis=BASIS,
    ),
    move(
        "put_up",
        _("报共同上级决定"),
        [S.DISAGREED],
        S.PUT_UP,
        permission="can_put_up",
        basis=BASIS,
        consequence=_("两案在决定前对共同上级公开全部内容，办案期限照常计算。"),
    ),
    move(
        "rule",
        _("共同上级决定"),
        [S.PUT_UP],
        S.RULED,
        permission="can_rule",
        basis=BASIS,
    ),
    permissions="penalties.consultations.permissions",
)
