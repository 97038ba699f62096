"""Declaring a recusal and ending it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from inspections.recusals.models import Recusal
from portal.access import Actor
from portal.audit import record
from portal.errors import Refused


@transaction.atomic
def declare_recusal(
    recusal: Recusal,
    *,
    actor: Actor,
) -> Recusal:
    """Register that an inspector must not visit an institution; counts for the next freeze."""
    recusal.save()
    facts = {"inspector": recusal.inspector_id, "institution": recusal.institution_id}
    record(actor, "recusal.declare", recusal, reason=recusal.reason, facts=facts)
    return recusal


@transaction.atomic
def end_recusal(recusal: Recusal, *, on: dt.date, actor: Actor) -> None:
    """The ground has fallen away, from the day after ``on``."""
    if on < recusal.from_on:
        raise Refused(_("截止日期不能早于起始日期。"))
    changes = {"to_on": [recusal.to_on, on]}
    recusal.to_on = on
    recusal.save(update_fields=["to_on"])
    record(actor, "recusal.end", recusal, changes=changes)
