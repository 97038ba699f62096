"""What the tests of the chain share."""

import pytest

from tests.inspections.onsite import Crew


@pytest.fixture
def crew(db, law):
    return Crew()
