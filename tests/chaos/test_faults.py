"""Servers and workers killed under load: nothing lost, nothing twice, nobody sees a 500."""

from __future__ import annotations

import itertools
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection

from portal.access import Role
from portal.clocks import now
from portal.events import ROSTER_SUBMITTED
from portal.models import AuditEvent, EventDelivery, EventRow
from portal.refs import ref
from portal.tasks import MOST_ATTEMPTS
from sharing.models import Employment, Roster, RosterDraft, RosterRow, RosterVersion
from tests.chaos.conftest import CUT, Portal, children_of, cookie_of
from tests.chaos.district import Case, new_case
from tests.factories import PostFactory


def deliveries(roster: Roster) -> list[EventDelivery]:
    events = EventRow.objects.filter(name=ROSTER_SUBMITTED, record_pk=roster.pk)
    return list(EventDelivery.objects.filter(event__in=events))


def delivered(roster: Roster) -> bool:
    rows = deliveries(roster)
    return bool(rows) and all(row.done_at for row in rows)


def counted(roster: Roster) -> int:
    """How many rows the merged list counts in the roster's district and period."""
    merged = Employment.objects.get(period=roster.period, region=roster.agency.region)
    return merged.row_count


@contextmanager
def locked(portal: Portal, table: str) -> Iterator[None]:
    """Nobody else reads or writes the table: a listener stops in its middle."""
    holder = portal.superuser()
    holder.autocommit = False
    try:
        with holder.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
    finally:
        holder.rollback()
        holder.close()


def waits_for(portal: Portal, table: str) -> bool:
    waiting = "SELECT query FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    return any(table in query for (query,) in portal.sql(waiting))


def in_force() -> int:
    return RosterRow.objects.filter(version__in=Roster.objects.values("current")).count()


def test_postgresql_killed_under_load_gives_503_and_comes_back_by_itself(portal: Portal):
    case = new_case()
    web = portal.pid("web")
    statuses: set[int] = set()
    stop = threading.Event()

    def visitor() -> None:
        pages = itertools.cycle([case.page, "/livez", "/desk/", "/sharing/rosters/all/", "/"])
        while not stop.is_set():
            page = next(pages)
            cookie = case.reporter if page != "/livez" else ""
            status = portal.get(page, cookie=cookie)
            statuses.add(status)
            assert page != "/livez" or status == 200
            if status not in {200, 302}:
                time.sleep(0.1)

    postgres = portal.servers.postgres
    assert postgres
    assert postgres.pid
    with ThreadPoolExecutor(4) as pool:
        visitors = [pool.submit(visitor) for _n in range(4)]
        time.sleep(1.5)
        os.kill(postgres.pid, signal.SIGKILL)
        away = portal.until(lambda: portal.get("/readyz") == 503, 20)
        time.sleep(1)
        status, page = portal.send(case.submit, case.form, cookie=case.reporter)
        postgres.start()
        back = portal.until(lambda: portal.get("/readyz") == 200, 30)
        time.sleep(1.5)
        stop.set()
    for each in visitors:
        each.result()
    assert away
    assert back
    assert status == 503
    assert 'data-probe="/readyz"' in page
    assert statuses <= {200, 302, 503}, statuses
    assert 503 in statuses
    assert portal.pid("web") == web
    connection.close()  # the test's own, which the server's end has cut
    assert portal.post(case.submit, cookie=case.reporter, **case.form) == 302
    assert portal.until(lambda: delivered(case.roster)), portal.log("worker")


def test_redis_killed_loses_no_roster_and_delivers_each_event_once(portal: Portal):
    case = new_case()
    redis = portal.servers.redis
    assert redis
    assert redis.pid
    os.kill(redis.pid, signal.SIGKILL)
    began = time.monotonic()
    assert portal.post(case.submit, cookie=case.reporter, **case.form) == 302
    assert time.monotonic() - began < 15
    assert RosterVersion.objects.filter(roster=case.roster).count() == 1
    assert not delivered(case.roster)
    redis.start()
    assert portal.until(lambda: delivered(case.roster), 50), portal.log("worker")
    assert {row.attempts for row in deliveries(case.roster)} == {1}
    assert counted(case.roster) == in_force()


def test_worker_killed_in_the_middle_of_a_listener_has_its_effect_once(portal: Portal):
    case = new_case()
    with locked(portal, "sharing_employment"):
        assert portal.post(case.submit, cookie=case.reporter, **case.form) == 302
        assert portal.until(lambda: waits_for(portal, "sharing_employment"), 20)
        portal.kill("worker")
        time.sleep(0.5)
    cut_off = [row for row in deliveries(case.roster) if not row.done_at and row.claimed_at]
    assert cut_off, "a claim without its effect"
    # The claim is given up after a quarter of an hour: let it pass.
    portal.sql(
        "UPDATE portal_eventdelivery SET claimed_at = claimed_at - interval '16 minutes'"
        " WHERE done_at IS NULL"
    )
    assert portal.until(lambda: delivered(case.roster), 45), portal.log("worker")
    assert {row.attempts for row in deliveries(case.roster)} <= {1, 2}
    assert counted(case.roster) == in_force()


def whole_or_nothing(case: Case, rows: int) -> bool:
    """Business rows and audit agree; whether the roster was handed in."""
    versions = list(RosterVersion.objects.filter(roster=case.roster))
    acts = AuditEvent.objects.filter(stream=ref(case.roster), verb="roster.submit").count()
    draft = RosterDraft.objects.filter(pk=case.draft.pk).exists()
    roster = Roster.objects.get(pk=case.roster.pk)
    assert len(versions) == acts == len(deliveries(roster)) // 2
    assert draft is not bool(versions)
    assert (roster.current in versions) if versions else roster.current is None
    for version in versions:
        assert version.row_count == version.rows.count() == rows
    return bool(versions)


def test_web_workers_killed_while_rosters_are_handed_in_leave_no_half_roster(portal: Portal):
    rows, rounds = 60, 10
    chance = random.Random(20261121)  # when to kill, not a secret
    cases = [new_case(rows=rows) for _n in range(rounds)]
    answers = []
    with ThreadPoolExecutor(1) as pool:
        for case in cases:
            portal.until(lambda: portal.get("/livez") == 200, 20)
            asked = pool.submit(portal.post, case.submit, cookie=case.reporter, **case.form)
            time.sleep(chance.uniform(0.02, 0.7))
            for child in children_of(portal.pid("web")):
                os.kill(child, signal.SIGKILL)
            answers.append(asked.result())
    handed = [whole_or_nothing(case, rows) for case in cases]
    assert set(answers) <= {302, CUT}
    assert all(done for answer, done in zip(answers, handed, strict=True) if answer == 302)
    assert CUT in answers, "no request was cut"
    for case, done in zip(cases, handed, strict=True):  # who was cut off sends it again
        if not done:
            assert portal.post(case.submit, cookie=case.reporter, **case.form) == 302
            assert whole_or_nothing(case, rows)


def test_two_at_once_have_one_effect_and_the_others_a_409(portal: Portal):
    case = new_case(signed=True)

    def all_at_once(path: str, cookie: str, **data: str) -> list[int]:
        return portal.at_once([lambda: portal.post(path, cookie=cookie, **data)] * 6)

    assert all_at_once(case.submit, case.reporter, **case.form) == [302] + [409] * 5
    assert RosterVersion.objects.filter(roster=case.roster).count() == 1
    for move, cookie in (
        ("sign", case.chief),
        ("lock", case.market),
        ("unlock", case.market),
    ):
        given = all_at_once(f"{case.page}{move}/", cookie, reason="需要补充")
        assert given == [302] + [409] * 5, move
        made = AuditEvent.objects.filter(stream=ref(case.roster), verb=f"roster.{move}")
        assert made.count() == 1, move
    again = new_case()
    assert portal.post(again.submit, cookie=again.reporter, **again.form) == 302
    moves = ["lock", "return"] * 3
    given = portal.at_once(
        [
            lambda move=move: portal.post(  # type: ignore[misc]
                f"{again.page}{move}/", cookie=again.market, reason="需要补充"
            )
            for move in moves
        ]
    )
    assert given == [302] + [409] * 5


def test_a_poison_listener_stops_and_is_shown_to_the_administrator(portal: Portal):
    bad = EventRow.objects.create(name=ROSTER_SUBMITTED, record_pk=-1, by={}, at=now())
    row = EventDelivery.objects.create(event=bad, listener="presences_submitted")

    def tried(times: int) -> bool:
        row.refresh_from_db()
        return row.attempts >= times and row.claimed_at is None

    for times in range(1, MOST_ATTEMPTS + 1):
        EventDelivery.objects.filter(pk=row.pk).update(retry_at=None)
        portal.nudge()
        assert portal.until(lambda times=times: tried(times), 15), portal.log("worker")  # type: ignore[misc]
    EventDelivery.objects.filter(pk=row.pk).update(retry_at=None)
    good = new_case()
    assert portal.post(good.submit, cookie=good.reporter, **good.form) == 302
    assert portal.until(lambda: delivered(good.roster))
    row.refresh_from_db()
    assert row.attempts == MOST_ATTEMPTS
    assert row.done_at is None
    administrator = PostFactory(roles=[Role.SYSADMIN])
    status, page = portal.send("/system/jobs/", cookie=cookie_of(administrator.user))
    assert status == 200
    assert "DoesNotExist" in page


def test_five_failures_lock_account_and_address_whatever_the_client_claims(portal: Portal):
    secret, other = "Planted-Secret-73!", PostFactory().user
    victim = PostFactory().user
    for user in (victim, other):
        user.set_password(secret)
        user.save()

    def sign_in(name: str, password: str, claimed: str) -> int:
        form = {"username": name, "password": password}
        return portal.send("/accounts/login/", form, X_Forwarded_For=claimed, X_Real_IP=claimed)[0]

    answers = [sign_in(victim.username, f"{secret}no", f"203.0.113.{n}") for n in range(8)]
    assert answers[:4] == [200] * 4
    assert set(answers[4:]) == {429}
    assert sign_in(victim.username, secret, "203.0.113.99") == 429
    assert sign_in(other.username, secret, "203.0.113.1") == 302
    assert secret not in portal.logs()
