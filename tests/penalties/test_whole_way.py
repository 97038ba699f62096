"""A case from the lead to the closing in both procedures, by six different people."""

from __future__ import annotations

import pytest

from penalties.models import Case
from portal.models import AuditEvent, Clock, EventRow
from tests.penalties.district import Ways

pytestmark = pytest.mark.django_db


def test_a_case_is_opened_decided_paid_and_closed(either: Ways):
    case = either.closed()
    fresh = Case.objects.get(pk=case.pk)
    assert fresh.state == "closed"
    assert fresh.outcome == "penalty"
    assert fresh.fine == case.proposed_fine
    assert not Clock.objects.open().of(f"case:{case.pk}").exists()
    names = set(EventRow.objects.values_list("name", flat=True))
    assert {
        "case.registered",
        "case.opened",
        "decision.made",
        "decision.served",
        "case.closed",
    } <= names
    people = AuditEvent.objects.filter(subject=f"case:{case.pk}").values_list("user_id")
    expected = 4 if case.procedure == "market" else 3  # legal review in market
    assert len(set(people)) == expected


def test_the_procedures_have_their_own_clocks(ecology: Ways, market: Ways):
    one, other = ecology.opened(), market.opened()
    codes = {
        case.procedure: set(Clock.objects.of(f"case:{case.pk}").values_list("rule_code", flat=True))
        for case in (one, other)
    }
    assert codes == {"ecology": {"D02", "D09"}, "market": {"D01", "D09"}}
