"""How the open work of an ended post passes to the receiver of its handover (EV3).

All in one transaction with the receiver's signature: a refusal names the step that must come first
and leaves everything with the giver. Old signatures stay; the history of what passed stands in the
giver's own stream, as the handover's.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Post
from inspections.assignments.services import hand_seat
from inspections.handovers.choices import SeatFate, Unfit
from inspections.handovers.selectors import (
    certificate_of,
    drafts_left_by,
    fate_of,
    orders_of,
    seats_of,
)
from inspections.rectifications.models import Order
from inspections.visits.models import VisitMember
from inspections.visits.permissions import MAKERS
from portal.access import Actor, Role
from portal.audit import record
from portal.errors import Refused


@transaction.atomic
def take_over_visits(giver: Post, receiver: Post, actor: Actor) -> None:
    """The receiver sits where the giver sat; Refused while a seat needs another step first."""
    for member in seats_of(giver):
        _take_over_seat(member, giver, receiver, actor)


def _take_over_seat(member: VisitMember, giver: Post, receiver: Post, actor: Actor) -> None:
    fate = fate_of(member)
    if fate != SeatFate.PASSES:
        words = {"visit": member.visit, "fate": fate.label}
        message = _("检查不能随岗位移交：%(visit)s（%(fate)s）。")
        raise Refused(message % words, code=fate)
    person = certificate_of(receiver)
    if person is None:
        raise Refused(str(Unfit.NO_CERTIFICATE.label) % {"visit": member.visit}, code="certificate")
    stream = f"user:{giver.user_id}"
    hand_seat(member, by=person, reason="工作交接", stream=stream, actor=actor)


@transaction.atomic
def take_over_orders(giver: Post, receiver: Post, actor: Actor) -> None:
    """The receiver attends to the giver's open orders."""
    for order in orders_of(giver):
        _need_role(receiver, str(order), *MAKERS, Role.INSPECTOR)
        Order.objects.filter(pk=order.pk, handler=giver).update(handler=receiver)
        changes = {"handler": [giver.pk, receiver.pk]}
        record(actor, "order.hand_over", order, changes=changes, stream=f"user:{giver.user_id}")


def take_over_drafts(giver: Post, receiver: Post, actor: Actor) -> None:
    """Drafts belong to the bureau: the receiver must be able to go on with them."""
    for work in drafts_left_by(giver):
        _need_role(receiver, work.label, *MAKERS)


def leave_draws(giver: Post, receiver: Post, actor: Actor) -> None:
    """A secret does not pass on: the deadline voids the attempt and begins the next (DRAW-1)."""


def _need_role(receiver: Post, what: str, *roles: str) -> None:
    if not set(receiver.roles) & set(roles):
        raise Refused(str(Unfit.NO_ROLE.label) % {"what": what}, code="role")
