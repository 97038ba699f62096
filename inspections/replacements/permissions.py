"""Who records what a superior decided; replacements by the rule are the draw's own permission."""

from django.utils.translation import gettext as _

from inspections.draws.models import Draw
from inspections.draws.permissions import can_replace
from portal.access import Actor, Allowed


def can_record_replacement(actor: Actor, draw: Draw) -> Allowed:
    if not draw.is_superior:
        return Allowed(False, _("本平台抽取的结果由抽取规则替换，请在抽取页面提出替换。"))
    return can_replace(actor, draw)
