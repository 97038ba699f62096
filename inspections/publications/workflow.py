"""The legal moves of a published result."""

from django.utils.translation import gettext_lazy as _

from inspections.publications.choices import PublicationState
from inspections.publications.models import ResultPublication
from portal.workflow import Workflow, move

BASIS = "国发〔2019〕5号"
S = PublicationState

publication = Workflow(
    ResultPublication,
    move(
        "publish",
        _("公示"),
        [S.DRAFT],
        S.PUBLISHED,
        permission="can_publish",
        basis=BASIS,
        consequence=_("公示后任何人都可以查看；如需更正，只能以更正版公示。"),
    ),
    move(
        "replace",
        _("以更正版取代"),
        [S.PUBLISHED],
        S.REPLACED,
        permission="can_withdraw",
        reason=True,
    ),
    move(
        "withdraw",
        _("撤回公示"),
        [S.PUBLISHED],
        S.WITHDRAWN,
        permission="can_withdraw",
        reason=True,
        consequence=_("撤回后公众不再能够查看；撤回理由和原内容在系统内留存。"),
    ),
    permissions="inspections.publications.permissions",
)
