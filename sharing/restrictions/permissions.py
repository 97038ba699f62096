"""Who may answer a penalty notice, and who reads the lists."""

from django.utils.translation import gettext as _

from portal.access import Actor, Allowed, Role
from sharing.restrictions.models import Acknowledgement

YES = Allowed(yes=True)
ANSWERERS = (Role.REPORTER, Role.OFFICER, Role.CHIEF, Role.LEADER, Role.LIAISON)


def can_list(actor: Actor) -> Allowed:
    """Notices and restrictions are for the staff of every agency, as far as they see rows."""
    return Allowed(
        actor.reads_business, _("处罚信息通报和限制由业务岗位查看，管理员不查看业务内容。")
    )


def can_acknowledge(actor: Actor, row: Acknowledgement | None) -> Allowed:
    """Only for the own agency, which was told; the newest telling."""
    if row is None or not actor.is_staff or row.agency_id != actor.agency_id:
        return Allowed(
            yes=False, why_not=_("本单位不在这份通报的接收单位之列，不能代其他单位确认。")
        )
    if not actor.has(*ANSWERERS):
        return Allowed(
            yes=False, why_not=_("由接收单位的名单报送员、经办人、联络员或者负责人确认。")
        )
    return YES
