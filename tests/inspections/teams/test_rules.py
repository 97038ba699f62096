"""The shortcuts of the rooms give what the rule's own words give; and no rule could fill more."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from inspections.digests.rules import Keyed, Malformed
from inspections.lots.rules import draw_order, pick
from inspections.pools.rules import ANYONE, Annex, Inspector, Slot, read_annex, read_public
from inspections.teams.rules import Roster, SlotFill, Standing, Team, fill, no_show, supplementary
from tests.inspections.ceremony import FourBits, annex, key_of, public


class Literal:
    """§5 word by word: caps one by one, Place by recursion, sets of names. Slow."""

    def __init__(self, closed: Annex, slots: Sequence[Slot], tasks: list[str], keyed: Keyed):
        self.people = {each.id: each for each in closed.inspectors}
        self.load = {each.id: each.prior_load for each in closed.inspectors}
        self.barred = set(closed.conflicts)
        self.tasks, self.keyed = tasks, keyed
        self.teams: dict[str, dict[str, str]] = {task: {} for task in tasks}
        for slot in slots:
            self.fill(slot)

    def staff(self) -> list[Inspector]:
        return [p for p in self.people.values() if self.slot.dept in (ANYONE, p.dept)]

    def fill(self, slot: Slot) -> None:
        self.slot = slot
        self.given: dict[str, str] = {}
        for task in self.tasks:
            staff = self.staff()
            lowest = min((self.load[p.id] for p in staff), default=0) + 1
            highest = max((p.max_load for p in staff), default=0)
            for cap in range(lowest, highest + 1):
                if self.place(task, cap, set()):
                    break
        for task, who in self.given.items():
            self.teams[task][slot.name] = who

    def candidates(self, task: str) -> list[str]:
        found = [
            p.id
            for p in self.staff()
            if (p.id, task) not in self.barred and p.id not in self.teams[task].values()
        ]
        number = self.keyed.number
        parts = (self.slot.name, task)
        return sorted(found, key=lambda p: (self.load[p], number("DRAW1/insp", *parts, p), p))

    def place(self, task: str, cap: int, seen: set[str]) -> bool:
        order = self.candidates(task)
        for who in order:
            if who not in seen and self.load[who] < min(cap, self.people[who].max_load):
                self.load[who] += 1
                self.given[task] = who
                return True
        for who in order:
            if who in seen:
                continue
            seen.add(who)
            for other in [each for each in self.tasks if self.given.get(each) == who]:
                del self.given[other]
                self.load[who] -= 1
                if self.place(other, cap, seen):
                    self.given[task] = who
                    self.load[who] += 1
                    return True
                self.given[other] = who
                self.load[who] += 1
        return False


def most_filled(tasks: list[list[int]], room: list[int]) -> int:
    """A maximum matching of tasks to inspectors with room for several (augmenting paths)."""
    held: list[list[int]] = [[] for _ in room]

    def augment(task: int, seen: set[int]) -> bool:
        for who in tasks[task]:
            if who in seen or room[who] <= 0:
                continue
            seen.add(who)
            if len(held[who]) < room[who]:
                held[who].append(task)
                return True
            for at, other in enumerate(held[who]):
                if augment(other, seen):
                    held[who][at] = task
                    return True
        return False

    return sum(augment(task, set()) for task in range(len(tasks)))


def some_case(
    random: Random, most_tasks: int, most_people: int
) -> tuple[Annex, list[Slot], list[str]]:
    """Dense or sparse, roomy or tight; a task that few may visit makes long exchanges."""
    tasks = [f"T{at:03}" for at in range(random.randint(0, most_tasks))]
    random.shuffle(tasks)
    size = random.randint(0, most_people)
    prior, load = random.choice([0, 0, 3]), random.choice([1, 2, 4])
    if random.random() < 0.6:
        load = max(1, -(-len(tasks) // max(size, 1)))  # just enough for all, if at all
    people = tuple(
        Inspector(
            f"P{at:02}",
            random.choice(["ECO", "ECO", "ECO", "MKT"]),
            random.choice([load, load, random.randint(0, load)]) + (prior and 1),
            random.randint(0, prior),
        )
        for at in range(size)
    )
    share = random.choice([0, 0.3, 0.6, 0.8, 0.9, 1 - 3 / max(size, 4), 1 - 2 / max(size, 4)])
    barred = tuple((p.id, t) for p in people for t in tasks if random.random() < share)
    depts = random.choice([["ECO"], ["ECO", "MKT"], ["ECO", "ECO"], ["*", "ECO", "*"]])
    return Annex(people, barred), [Slot(f"s{at}", dept) for at, dept in enumerate(depts)], tasks


@pytest.mark.parametrize(
    ("sampler", "cases", "most_tasks", "most_people"),
    [(Keyed, 1500, 14, 8), (FourBits, 600, 20, 9), (Keyed, 80, 60, 30)],
)
def test_the_teams_are_those_of_the_literal_rule(
    sampler: type[Keyed],
    cases: int,
    most_tasks: int,
    most_people: int,
    monkeypatch: pytest.MonkeyPatch,
):
    random, unfilled = Random(17), 0
    settle, moved = SlotFill._settle, []
    monkeypatch.setattr(
        SlotFill,
        "_settle",
        lambda fill, path, *to: moved.append(len(path)) or settle(fill, path, *to),
    )
    for number in range(cases):
        closed, slots, tasks = some_case(random, most_tasks, most_people)
        keyed = sampler("sha256", key_of(number))
        roster = Roster(closed, keyed)
        literal = Literal(closed, slots, tasks, keyed)
        teams = fill(roster, slots, tasks)
        assert {team.institution: team.slots for team in teams} == literal.teams
        assert dict(zip(roster.names, roster.load, strict=True)) == literal.load
        unfilled += sum(len(team.unfilled) for team in teams)
    assert unfilled  # the cases are hard enough:
    assert max(moved) >= 4  # some chains are long,
    assert sum(length > 0 for length in moved) > 100  # and they are many


@pytest.mark.parametrize("people", [8, 25])
def test_no_rule_fills_more_and_no_load_goes_over_its_maximum(people: int):
    random = Random(23)
    for number in range(200):
        closed, slots, tasks = some_case(random, 40, people)
        keyed = Keyed("sha256", key_of(number))
        roster = Roster(closed, keyed)
        teams = [Team(task) for task in tasks]
        for slot in slots:
            options = [roster.candidates(slot, team) for team in teams]
            room = [most - load for most, load in zip(roster.most, roster.load, strict=True)]
            best = most_filled(
                [[at for at in range(len(room)) if bits >> at & 1] for bits in options], room
            )
            before = list(roster.load)
            filled = fill_slot(roster, slot, teams)
            assert filled == best
            for at, load in enumerate(roster.load):
                assert load == before[at] or load <= roster.most[at]


def fill_slot(roster: Roster, slot: Slot, teams: list[Team]) -> int:
    SlotFill(roster, slot, teams).run()
    return sum(slot.name in team.slots for team in teams)


def test_a_chain_of_exchanges_longer_than_any_stack():
    """Task n may go to inspectors n and n+1; one more task for inspector 0 moves all of them."""
    size = 3000
    people = [Inspector(f"P{at:05}", "ECO", 1, 0) for at in range(size)]
    people.append(Inspector(f"P{size:05}", "ECO", 2, 1))  # free, but the last to be asked
    roster = Roster(Annex(tuple(people), ()), Keyed("sha256", key_of(1)))
    tasks = [f"T{at:05}" for at in range(size)]
    for at, task in enumerate(tasks):
        roster.barred[task] = roster.depts[ANYONE] & ~(0b11 << at)
    roster.barred["one more"] = roster.depts[ANYONE] & ~1
    teams = fill(roster, [Slot("lead", "ECO")], [*reversed(tasks), "one more"])
    chosen = {team.institution: team.slots["lead"] for team in teams}
    assert chosen.pop("one more") == "P00000"
    assert chosen == {task: f"P{at + 1:05}" for at, task in enumerate(tasks)}


# --- Replacements ----------------------------------------------------------------------------


def standing_case() -> tuple[Standing, Roster, list[Team]]:
    pool = read_public(public({"A": 6}, slots=(("first", "ECO"), ("second", "ECO"))))
    keyed = Keyed("sha256", key_of(3))
    picks = pick(pool, (), keyed)
    roster = Roster(read_annex(annex({"ECO": 4, "MKT": 1}), pool), keyed)
    teams = fill(roster, pool.slots, draw_order(picks))
    return Standing(pool.slots, picks, teams), roster, teams


def test_an_absentee_is_replaced_by_the_lightest_of_the_department_outside_the_team():
    standing, roster, teams = standing_case()
    team = teams[0]
    out, mate = team.slots["first"], team.slots["second"]
    before = dict(zip(roster.names, roster.load, strict=True))
    found = no_show(standing, roster, team.institution, "first", out)
    loads = [before[name] for name in roster.names if name not in {out, mate, "MKT00"}]
    assert found not in {out, mate, "MKT00", ""}
    assert before[found] == min(loads)
    after = dict(zip(roster.names, roster.load, strict=True))
    assert after == {**before, out: before[out] - 1, found: before[found] + 1}
    assert team.slots["first"] == out  # the original draw stays as it was
    with pytest.raises(Malformed, match="does not stand"):
        no_show(standing, roster, team.institution, "first", out)


def test_nobody_left_leaves_the_place_empty():
    standing, roster, teams = standing_case()
    roster.most = [0] * len(roster.most)
    assert no_show(standing, roster, teams[0].institution, "first", teams[0].slots["first"]) == ""


def test_reserves_are_called_in_their_order_until_none_is_left():
    standing, roster, teams = standing_case()
    reserve, loads = list(standing.reserve["A"]), sum(roster.load)
    out = teams[0].institution
    for called in reserve:
        team = supplementary(standing, roster, "A", out)
        assert team.institution == called
        assert len(team.slots) + len(team.unfilled) == 2
        loads += len(team.slots)
        assert sum(roster.load) == loads  # those of the institution left keep theirs
        with pytest.raises(Malformed, match="no drawn institution"):
            supplementary(standing, roster, "A", out)
        out = called
    with pytest.raises(Malformed, match="no reserve"):
        supplementary(standing, roster, "A", out)
