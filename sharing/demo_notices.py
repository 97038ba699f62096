"""The demo's penalty notices: each told on its day, answered in every way, some not yet."""

from __future__ import annotations

import datetime as dt
from itertools import cycle
from typing import Any

from agencies.models import Agency
from penalties.models import Decision
from portal.access import Actor, Level, Role
from portal.access.choices import BUREAUS, PARTNERS
from portal.demo import DemoPlan
from sharing.demo import ACTOR, _person
from sharing.restrictions import services as restrictions
from sharing.restrictions.choices import Answer

ANSWERS = (
    (Answer.KNOWN, ""),
    (Answer.NO_CONTRACT, ""),
    ("", ""),
    (Answer.NOT_RENEWED, ""),
    (Answer.KNOWN, ""),
    (Answer.ENDED, ""),
    (Answer.NOT_APPLICABLE, "本单位不委托该类监测业务。"),
)
# After so many days nobody owes an answer any more.
SETTLED = dt.timedelta(days=200)


def _people() -> dict[int, Actor]:
    """Who answers for each department that may be told."""
    rows = Agency.objects.active().filter(kind__in=(*BUREAUS, *PARTNERS), level=Level.DISTRICT)
    roles = {each: Role.OFFICER if each.kind in BUREAUS else Role.REPORTER for each in rows}
    return {each.pk: _person(each, role) for each, role in roles.items()}


def load(plan: DemoPlan) -> None:
    """Demo part 60: every penalty told on its day; one line in seven waits for its answer."""
    answers, people = cycle(ANSWERS), _people()
    made = Decision.objects.exclude(decided_on=None).order_by("decided_on", "pk")
    for decision in made.select_related("case__agency", "case__institution", "case__matter"):
        on = decision.decided_on or plan.today
        notice = restrictions.notify(decision, on=on, actor=ACTOR)
        lines = notice.acknowledgements.select_related("agency") if notice else []
        for line, (answer, reason) in zip(lines, answers, strict=False):
            given = answer or (Answer.KNOWN if on < plan.today - SETTLED else "")
            if given:
                words: dict[str, Any] = {
                    "answer": given,
                    "reason": reason,
                    "actor": people[line.agency_id],
                }
                restrictions.acknowledge(line, **words, on=on)
        restrictions.follow_change(decision, on=plan.today, actor=ACTOR)
