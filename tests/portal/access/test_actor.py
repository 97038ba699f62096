"""What an actor may read at all, and the refusal of a door."""

import pytest
from django.core.exceptions import PermissionDenied

from portal.access import PUBLIC, Actor, Allowed, Role, demand, job_actor


def staff(*roles: str) -> Actor:
    return Actor("staff", user_id=1, roles=frozenset(roles))


def test_the_three_administrators_read_no_business():
    assert staff(Role.OFFICER).reads_business
    assert staff().reads_business
    for role in (Role.SYSADMIN, Role.SECADMIN, Role.AUDITADMIN):
        assert not staff(role).reads_business
    assert not PUBLIC.reads_business
    assert not job_actor("x").reads_business


def test_a_demand_that_is_not_met_says_why():
    demand(Allowed(yes=True))
    with pytest.raises(PermissionDenied, match="为何"):
        demand(Allowed(yes=False, why_not="为何"))
