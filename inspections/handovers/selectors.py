"""What a post leaves open: seats on visits, orders, secrets of draws, drafts."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from agencies.accounts.selectors import colleagues_of
from agencies.delegations.selectors import OpenWork
from agencies.models import Inspector, Post
from inspections.draws.choices import OPEN_STATES
from inspections.draws.models import Commitment
from inspections.handovers import rules
from inspections.handovers.choices import SeatFate
from inspections.plans.choices import EDITABLE_STATES
from inspections.plans.models import Plan
from inspections.publications.choices import PublicationState
from inspections.publications.models import ResultPublication
from inspections.rectifications.models import Order, OrderQuerySet
from inspections.signing.models import Signature
from inspections.visits.choices import BEFORE_ARRIVAL, VisitState
from inspections.visits.models import Visit, VisitMember
from inspections.visits.permissions import MAKERS
from portal.clocks import today

UNFINISHED = (*BEFORE_ARRIVAL, VisitState.OPEN, VisitState.RECORDED)


def seats_of(post: Post) -> list[VisitMember]:
    """The seats of the post's person on visits that still need this person.

    A record that the person has signed needs nobody's presence any more.
    """
    signed = Signature.objects.valid().filter(member=OuterRef("pk"))
    rows = VisitMember.objects.present().filter(
        ~Exists(signed),
        inspector__user=post.user_id,
        inspector__agency=post.agency_id,
        visit__state__in=UNFINISHED,
    )
    named = rows.select_related("visit__institution", "visit__initiating__region", "inspector")
    return list(named.select_related("visit__cooperating__region").order_by("visit", "pk"))


def fate_of(member: VisitMember) -> SeatFate:
    visit = member.visit
    return SeatFate(rules.fate_of_seat(visit.state, is_drawn=bool(visit.draw_ref)))


def visits_left_by(post: Post) -> list[OpenWork]:
    """Each with what becomes of the seat."""
    found = []
    for member in seats_of(post):
        words = {"visit": member.visit, "fate": fate_of(member).label}
        label = _("%(visit)s（%(fate)s）") % words
        found.append(OpenWork(label, member.visit.get_absolute_url(), member.visit.planned_to))
    return found


def orders_of(post: Post) -> OrderQuerySet:
    """Open orders that this post attends to."""
    return Order.objects.open().filter(handler=post)


def orders_left_by(post: Post) -> list[OpenWork]:
    return [OpenWork(str(row), row.get_absolute_url(), row.due_on) for row in orders_of(post)]


def draws_left_by(post: Post) -> list[OpenWork]:
    """Draws to which the post has committed and not revealed: nobody else knows the secret."""
    rows = Commitment.objects.filter(post=post, secret="", draw__state__in=OPEN_STATES)
    label = _("%(draw)s（须由本人揭示；到期未揭示的，本次抽取作废并重新开始）")
    return [
        OpenWork(label % {"draw": row.draw}, row.draw.get_absolute_url())
        for row in rows.select_related("draw__batch").order_by("draw", "pk")
    ]


def drafts_left_by(post: Post) -> list[OpenWork]:
    """What the bureau has in the making, where nobody beside this post could go on with it."""
    if not is_alone(post):
        return []
    plans = Plan.objects.filter(initiating=post.agency_id, state__in=EDITABLE_STATES)
    visits = Visit.objects.filter(initiating=post.agency_id, state=VisitState.PLANNED)
    texts = ResultPublication.objects.filter(state=PublicationState.DRAFT)
    own = texts.filter(visit__in=Visit.objects.of_bureau(post.agency_id))
    found: list[Plan | Visit | ResultPublication] = [*plans, *visits, *own]
    return [OpenWork(str(row), row.get_absolute_url()) for row in found]


def is_alone(post: Post) -> bool:
    """Whether the post is the only one of its agency that makes plans, visits and publications."""
    if not set(post.roles) & set(MAKERS):
        return False
    return not any(set(other.roles) & set(MAKERS) for other in colleagues_of(post))


def certificate_of(post: Post) -> Inspector | None:
    """The post's person as an inspector of its agency who may go today."""
    rows = Inspector.objects.ready_on(today()).filter(user=post.user_id, agency=post.agency_id)
    return rows.select_related("agency").first()
