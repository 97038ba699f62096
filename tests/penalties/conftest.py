"""The law of a case, and two bureaus that can handle one."""

from __future__ import annotations

import pytest

from agencies.matters.services import seed_matters
from penalties.discretion.services import seed_bounds
from portal.access import AgencyKind
from tests.penalties.district import Ways, bureau


@pytest.fixture
def penal_law(law: None) -> None:
    """Rules, parameters, calendar, matters and the bounds of penalties."""
    seed_matters()
    seed_bounds()


@pytest.fixture
def ecology(penal_law: None) -> Ways:
    return Ways(bureau(AgencyKind.ECOLOGY))


@pytest.fixture
def market(ecology: Ways) -> Ways:
    """The market bureau of the same district, with the same institution before it."""
    return Ways(bureau(AgencyKind.MARKET), ecology.institution)


@pytest.fixture(params=["ecology", "market"])
def either(request: pytest.FixtureRequest, ecology: Ways, market: Ways) -> Ways:
    """Each of the two procedures in turn."""
    return {"ecology": ecology, "market": market}[request.param]
