"""Who reads and completes credit records."""

from django.utils.translation import gettext as _

from portal.access import Actor, Allowed, Role
from sharing.platforms.choices import RecordState
from sharing.platforms.models import CreditRecord

YES = Allowed(yes=True)


def can_list(actor: Actor) -> Allowed:
    roles = (Role.OFFICER, Role.CHIEF, Role.LEADER, Role.LEGAL, Role.CREDIT)
    if actor.reads_business and (
        actor.has(Role.AUDITOR) or (actor.is_bureau and actor.has(*roles))
    ):
        return YES
    return Allowed(yes=False, why_not=_("信用记录由两局办案、信用管理岗位和审计人员查看。"))


def can_complete(actor: Actor, record: CreditRecord) -> Allowed:
    """Add what is missing: the deciding bureau's officers, chief and credit officer."""
    if actor.agency_id != record.agency_id or not actor.has(Role.OFFICER, Role.CHIEF, Role.CREDIT):
        return Allowed(yes=False, why_not=_("由决定机关的经办人、负责人或者信用管理员补充。"))
    if record.state != RecordState.INCOMPLETE:
        return Allowed(yes=False, why_not=_("该记录已交报送，不能再改；请在公示中更正。"))
    return YES
