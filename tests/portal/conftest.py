"""The seeded law, for the rooms of the kernel that need it."""

import pytest


@pytest.fixture
def law(db: None) -> None:
    """All legal bases, rules, parameters and calendars as they come with the portal."""
    from portal.law.seed import seed_calendar, seed_law

    seed_law()
    seed_calendar()
