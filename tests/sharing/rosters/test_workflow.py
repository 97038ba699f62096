"""Every state and every move: what the table allows happens, everything else is refused."""

import pytest
from django.core.exceptions import PermissionDenied

from portal.access import Role, job_actor
from portal.errors import Conflict, Refused
from portal.models import AuditEvent
from portal.refs import ref
from sharing.bulletins.choices import BulletinKind, BulletinState
from sharing.bulletins.workflow import bulletin as bulletin_moves
from sharing.models import Bulletin, Roster
from sharing.rosters.choices import RosterState as State
from sharing.rosters.workflow import roster as moves
from tests.factories import ActorFactory, RosterFactory, market_bureau

pytestmark = pytest.mark.django_db

SIGNED = {"sign": State.SUBMITTED, "sign_correction": State.CORRECTED, "send_back": State.AWAITING}
KEPT = {"keep_previous": State.SUBMITTED, "keep_locked": State.LOCKED}
OPEN = {"send_to_chief": State.SIGNING, "submit": State.SUBMITTED}
RECEIVED = {"lock": State.LOCKED, "return": State.RETURNED}
# What the joint programme allows, written down a second time.
TABLE = {
    State.AWAITING: OPEN,
    State.RETURNED: OPEN,
    State.SIGNING: SIGNED | KEPT,
    State.SUBMITTED: OPEN | RECEIVED,
    State.CORRECTED: RECEIVED,
    State.LOCKED: {
        "send_to_chief": State.SIGNING,
        "unlock": State.RETURNED,
        "correct": State.CORRECTED,
    },
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("name", moves.moves)
def test_a_roster_moves_only_as_the_table_says(state, name):
    roster = RosterFactory(state=state)
    target = TABLE[state].get(name)
    if target is None:
        with pytest.raises(Refused):
            moves.apply(name, roster, actor=job_actor("test"), reason="x")
        assert Roster.objects.get().state == state
        assert not AuditEvent.objects.filter(stream=ref(roster)).exists()
    else:
        moves.apply(name, roster, actor=job_actor("test"), reason="x")
        assert Roster.objects.get().state == target
        assert AuditEvent.objects.get(stream=ref(roster)).verb == f"roster.{name}"


@pytest.mark.parametrize("name", [step.name for step in moves.moves.values() if step.reason])
def test_a_move_that_needs_its_reason_is_refused_without(name):
    step = moves.moves[name]
    roster = RosterFactory(state=step.sources[0])
    with pytest.raises(Refused, match="理由"):
        moves.apply(name, roster, actor=job_actor("test"), reason=" ")
    assert Roster.objects.get().state == step.sources[0]


@pytest.mark.parametrize(
    ("name", "role", "of_receiver"),
    [
        ("submit", Role.CHIEF, False),
        ("send_to_chief", Role.OFFICER, False),
        ("correct", Role.CHIEF, False),
        ("sign", Role.REPORTER, False),
        ("send_back", Role.OFFICER, True),
        ("lock", Role.CHIEF, False),
        ("return", Role.REPORTER, False),
        ("unlock", Role.LEADER, True),
    ],
)
def test_the_wrong_role_may_not(name, role, of_receiver):
    step = moves.moves[name]
    roster = RosterFactory(state=step.sources[0])
    agency = roster.receiver if of_receiver else roster.agency
    with pytest.raises(PermissionDenied):
        moves.apply(name, roster, actor=ActorFactory(agency=agency, roles=[role]), reason="x")
    assert Roster.objects.get().state == step.sources[0]


def test_of_two_who_move_the_same_state_one_gets_a_conflict():
    roster = RosterFactory(state=State.SUBMITTED)
    stale = Roster.objects.get()
    moves.apply("lock", roster, actor=job_actor("test"))
    with pytest.raises(Conflict):
        moves.apply("return", stale, actor=job_actor("test"), reason="x")
    assert Roster.objects.get().state == State.LOCKED


@pytest.mark.parametrize("state", BulletinState)
def test_a_bulletin_is_issued_once(state):
    made = Bulletin.objects.create(
        kind=BulletinKind.LATE,
        agency=market_bureau(),
        about="period:1",
        title="通报",
        state=state,
        drafted_at="2026-07-01T00:00:00+08:00",
    )
    if state == BulletinState.DRAFT:
        bulletin_moves.apply("issue", made, actor=job_actor("test"))
    else:
        with pytest.raises(Refused):
            bulletin_moves.apply("issue", made, actor=job_actor("test"))
    assert Bulletin.objects.get().state == BulletinState.ISSUED
