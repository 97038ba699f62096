"""A penalty decision with departments around it."""

from __future__ import annotations

import pytest

from agencies.models import Agency
from portal.access import AgencyKind
from tests.factories import AgencyFactory
from tests.penalties.conftest import ecology, market, penal_law
from tests.penalties.district import Ways

__all__ = ["ecology", "market", "penal_law"]

PARTNERS = (
    AgencyKind.AGRICULTURE,
    AgencyKind.PLANNING,
    AgencyKind.WATER,
    AgencyKind.TRANSPORT,
    AgencyKind.GREENING,
)


@pytest.fixture
def partners(ecology: Ways, market: Ways) -> dict[str, Agency]:
    """The five partner departments of the district; the two bureaus stand beside them."""
    return {kind: AgencyFactory(kind=kind) for kind in PARTNERS}
