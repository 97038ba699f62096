"""Who may do what with rosters.

The reporter's two 名单报送员 report, its 负责人 signs where the agency asks for it; the market
bureau of the district alone returns, locks, unlocks, urges, and enters a paper list (EV16).
"""

from django.utils.translation import gettext as _

from portal.access import Actor, Allowed, Role
from sharing.rosters.models import Roster

YES = Allowed(yes=True)


def can_report(actor: Actor, roster: Roster) -> Allowed:
    own = actor.agency_id == roster.agency_id and actor.has(Role.REPORTER)
    if own or can_enter_paper(actor, roster):
        return YES
    return Allowed(yes=False, why_not=_("只有填报部门的名单报送员可以报送。"))


def can_enter_paper(actor: Actor, roster: Roster) -> Allowed:
    """代录: the receiver enters a paper list with its scan."""
    return can_receive(actor, roster)


def can_sign(actor: Actor, roster: Roster) -> Allowed:
    if actor.agency_id == roster.agency_id and actor.has(Role.CHIEF, Role.LEADER):
        return YES
    return Allowed(yes=False, why_not=_("只有填报部门负责人可以签核。"))


def can_receive(actor: Actor, roster: Roster) -> Allowed:
    if actor.agency_id == roster.receiver_id and actor.has(Role.OFFICER, Role.CHIEF):
        return YES
    return Allowed(yes=False, why_not=_("只有接收名单的市场监管局经办人或负责人可以办理。"))


def can_urge(actor: Actor, roster: Roster) -> Allowed:
    return can_receive(actor, roster)


def can_see_board(actor: Actor) -> Allowed:
    """Every agency that reports or receives sees the board; a partner sees only its own line."""
    if actor.reads_business:
        return YES
    return Allowed(yes=False, why_not=_("名单由业务岗位查看，管理员不查看业务内容。"))
