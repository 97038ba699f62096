"""Who may match rows, create institutions from them, and vote on an exclusion."""

from django.utils.translation import gettext as _

from portal.access import Actor, AgencyKind, Allowed, Role
from sharing.employments.models import Employment
from sharing.rosters.models import Roster

YES = Allowed(yes=True)


def can_match(actor: Actor, roster: Roster) -> Allowed:
    """Matching belongs to the receiver of the roster."""
    if actor.agency_id == roster.receiver_id and actor.has(Role.OFFICER, Role.CHIEF):
        return YES
    return Allowed(yes=False, why_not=_("只有接收名单的市场监管局经办人或负责人可以核对机构。"))


def can_vote(actor: Actor, employment: Employment) -> Allowed:
    """Each of the two bureaus of the district gives its own vote, by its chief."""
    bureau = actor.agency_kind in {AgencyKind.MARKET, AgencyKind.ECOLOGY}
    if not (bureau and actor.region == employment.region.path and actor.has(Role.CHIEF)):
        return Allowed(yes=False, why_not=_("由本区市场监管局和生态环境局负责人分别决定。"))
    if not employment.reporter_says_no:
        return Allowed(yes=False, why_not=_("没有部门建议不纳入，默认纳入双随机。"))
    return YES


def can_see_merged(actor: Actor) -> Allowed:
    if actor.reads_business and (actor.is_bureau or actor.has(Role.AUDITOR)):
        return YES
    return Allowed(yes=False, why_not=_("汇总名单由两局和审计查看，本部门名单请见“名单报送”。"))
