"""What a case's party owes on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Max, Q

from penalties.cases.models import Case
from penalties.decisions.choices import COMPLAINTS, ChallengeResult, Channel, Standing
from penalties.decisions.models import Challenge
from penalties.decisions.selectors import decision_row
from penalties.performance import rules
from penalties.performance.choices import PaymentKind
from penalties.performance.models import Instalment, Payment
from portal.clocks.rules import count
from portal.law.selectors import amount_on, rule_on, working_calendar


def paid_of(case: Case, kind: str) -> Decimal:
    """What was received for one kind of debt, in yuan."""
    rows = Payment.objects.filter(case=case, kind=kind)
    return sum((row.amount for row in rows), Decimal(0))


def dues_of(case: Case, served_on: dt.date) -> list[rules.Due]:
    """The approved instalments, or the whole fine fifteen days after service (D11)."""
    parts = Instalment.objects.filter(case=case).order_by("number")
    dues = [rules.Due(part.due_on, part.amount) for part in parts]
    if dues:
        return dues
    return [rules.Due(_counted("D11", served_on), case.fine or Decimal(0))]


def account_of(case: Case, day: dt.date) -> rules.Account:
    """Fine, paid, surcharge as of a day; nothing is owed before the service."""
    fine = case.fine or Decimal(0)
    service = case.services.order_by("-pk").first()
    paid = Payment.objects.filter(case=case, kind=PaymentKind.FINE)
    received = [rules.Paid(row.paid_on, row.amount) for row in paid]
    if service is None or not fine:
        total = sum((each.amount for each in received), Decimal(0))
        return rules.Account(fine, total, Decimal(0), 0, None)
    rate = amount_on("D12", service.served_on) / 100
    return rules.surcharge_of(
        fine, dues_of(case, service.served_on), received, stays_of(case), rate=rate, on=day
    )


def stays_of(case: Case) -> list[rules.Stay]:
    """Reviews and suits: the surcharge stands still while they last (处罚法 art. 73)."""
    rows = Challenge.objects.filter(case=case, channel__in=COMPLAINTS)
    return [rules.Stay(row.filed_on, row.result_on) for row in rows]


@dataclass(frozen=True, slots=True)
class Debt:
    """What is still to come, in yuan; ``fine_late_on`` is the first late day of the fine."""

    fine: Decimal
    surcharge: Decimal
    confiscation: Decimal
    fine_late_on: dt.date | None

    @property
    def total(self) -> Decimal:
        return self.fine + self.surcharge + self.confiscation

    @property
    def sums(self) -> dict[str, Decimal]:
        """As a reminder states them."""
        names = ("fine", "surcharge", "confiscation")
        return {name: getattr(self, name) for name in names}


def debt_of(case: Case, day: dt.date) -> Debt:
    """What the party still owes as of a day."""
    account = account_of(case, day)
    rest = account.surcharge - paid_of(case, PaymentKind.SURCHARGE)
    taken = confiscation_of(case) - paid_of(case, PaymentKind.CONFISCATION)
    none = Decimal(0)
    return Debt(account.outstanding, max(rest, none), max(taken, none), account.first_late_on)


def owed(case: Case, day: dt.date) -> Decimal:
    """Everything that is still to come, surcharge and confiscation included."""
    return debt_of(case, day).total


def confiscation_of(case: Case) -> Decimal:
    """What the decision confiscates, in yuan; nothing once it was annulled."""
    decision = decision_row(case)
    if decision.standing == Standing.ANNULLED:
        return Decimal(0)
    lines = decision.lines.filter(kind=PaymentKind.CONFISCATION)
    return sum((line.amount or Decimal(0) for line in lines), Decimal(0))


def remind_after(case: Case, debt: Debt, day: dt.date) -> dt.date | None:
    """The day after which a reminder may be served; None while nothing is late.

    A fine and its surcharge wait for thirty days of surcharge (行政强制法 art. 46, D13), what is
    confiscated only until it is late.
    """
    days = []
    if debt.fine_late_on is not None and debt.fine + debt.surcharge > 0:
        days.append(_counted("D13", debt.fine_late_on))
    served_on = served_day(case)
    if debt.confiscation > 0 and served_on is not None:
        paid_by = _counted("D11", served_on)
        days += [paid_by] if day > paid_by else []
    return max(days, default=None)


def remedies_end(case: Case) -> dt.date | None:
    """The last day of the party's ways of complaint; None before the service and during one.

    A review or a suit ends them with its result. One that was taken back before the review was
    decided leaves the rest of the six months (D16, D17).
    """
    complaints = case.challenges.filter(channel__in=COMPLAINTS)
    served_on = served_day(case)
    if served_on is None or complaints.filter(result="").exists():
        return None
    back = Q(channel=Channel.REVIEW, result=ChallengeResult.WITHDRAWN)
    heard: dt.date | None = complaints.exclude(back).aggregate(last=Max("result_on"))["last"]
    return heard or max(_counted("D16", served_on), _counted("D17", served_on))


def court_until(ended_on: dt.date) -> dt.date:
    """行政强制法 art. 53 (D15): the last day to ask the court, three months after the remedies."""
    return _counted("D15", ended_on)


def served_day(case: Case) -> dt.date | None:
    """The day on which the decision reached the party."""
    service = case.services.order_by("-pk").first()
    return service.served_on if service else None


def _counted(code: str, on: dt.date) -> dt.date:
    return count(rule_on(code, on).term(), on, working_calendar()).due_on
