"""A region with all below it, as every room asks for it."""

import pytest

from agencies.models import Agency, Region
from portal.access import Level, within
from tests.factories import AgencyFactory
from tests.sources import SOURCES, assert_none, text_of


@pytest.mark.django_db
def test_a_region_reaches_down_but_not_sideways():
    for code, path in enumerate(("91", "91/9101", "91/9101/910113", "91/91010")):
        Region.objects.create(code=code, name=path, path=path, level=Level.DISTRICT)
    found = Region.objects.filter(within("91/9101", field="path"))
    assert {region.path for region in found} == {"91/9101", "91/9101/910113"}


@pytest.mark.django_db
def test_no_region_reaches_nothing():
    AgencyFactory()
    assert not Agency.objects.filter(within("", field="region__path")).exists()


def test_nobody_else_spells_out_what_lies_below_a_region():
    found = [str(path) for path in SOURCES if "path__startswith" in text_of(path)]
    assert_none(found, "use portal.access.within")
