"""What counts as a server that is away, and what as a fault of ours."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connections
from django.db.transaction import TransactionManagementError

from portal.errors import is_away

BROKEN = TransactionManagementError("An error occurred in the current transaction.")


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (OperationalError(), True),
        (DatabaseError(), True),
        (BROKEN, False),
        (IntegrityError(), False),
        (ValueError(), False),
    ],
)
def test_a_fault_of_ours_is_not_an_absence(db: None, error: Exception, away: bool):
    assert is_away(error) is away


def test_a_transaction_that_broke_with_its_connection_is_an_absence(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(connections["default"], "closed_in_transaction", True)
    assert is_away(BROKEN)
    assert not is_away(ValueError())
