"""What a case's party owes on a day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from penalties.cases.models import Case
from penalties.decisions.choices import Channel
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
    due_on = count(rule_on("D11", served_on).term(), served_on, working_calendar()).due_on
    return [rules.Due(due_on, case.fine or Decimal(0))]


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
    rows = Challenge.objects.filter(case=case, channel__in=[Channel.REVIEW, Channel.LITIGATION])
    return [rules.Stay(row.filed_on, row.result_on) for row in rows]


def owed(case: Case, day: dt.date) -> Decimal:
    """Everything that is still to come, surcharge and confiscation included."""
    account = account_of(case, day)
    rest = account.surcharge - paid_of(case, PaymentKind.SURCHARGE)
    taken = confiscation_of(case) - paid_of(case, PaymentKind.CONFISCATION)
    return account.outstanding + max(rest, Decimal(0)) + max(taken, Decimal(0))


def confiscation_of(case: Case) -> Decimal:
    """What the decision confiscates, in yuan."""
    lines = decision_row(case).lines.filter(kind=PaymentKind.CONFISCATION)
    return sum((line.amount or Decimal(0) for line in lines), Decimal(0))
