"""DRAW-1 §5 and §6: teams and replacements. Pure; docs/draw.md explains the shortcuts.

Inspectors are numbered in the order of their ids, tasks in draw order, sets of inspectors are
the bits of one integer. While one task is being placed, nobody outside `seen` changes his load:
so the rule's search fails at every cap below the least load that any chain of exchanges can
reach, and the first cap that succeeds is known before the search begins.
"""

from __future__ import annotations

from array import array
from bisect import insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from inspections.digests.rules import Keyed, Malformed, frame, part
from inspections.lots.rules import Picks
from inspections.pools.rules import ANYONE, Annex, Slot


@dataclass(slots=True)
class Team:
    """Who goes to one institution: inspector by slot, in declared order; and the slots left."""

    institution: str
    slots: dict[str, str] = field(default_factory=dict)
    unfilled: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Try:
    """A task on the way to its place: who is still to be asked, who is asked, what he gives."""

    task: int
    asked: Iterator[int]
    inspector: int = -1
    held: Iterator[int] = field(default_factory=lambda: iter(()))
    moving: int = -1


def members_of(bits: int) -> list[int]:
    """The numbers of the inspectors in a set."""
    return [at for at, bit in enumerate(bin(bits)[:1:-1]) if bit == "1"]


class Roster:
    """Inspectors with their loads and conflicts; loads go on from slot to slot and beyond."""

    def __init__(self, annex: Annex, keyed: Keyed) -> None:
        people = sorted(annex.inspectors, key=lambda each: each.id)
        self.keyed = keyed
        self.names = [each.id for each in people]
        self.number = {name: at for at, name in enumerate(self.names)}
        self.parts = [part(name) for name in self.names]
        self.load = [each.prior_load for each in people]
        self.most = [each.max_load for each in people]
        self.depts: dict[str, int] = defaultdict(int)
        for at, each in enumerate(people):
            self.depts[each.dept] |= 1 << at
        self.depts[ANYONE] = (1 << len(people)) - 1
        self.barred: dict[str, int] = defaultdict(int)
        for inspector, institution in annex.conflicts:
            self.barred[institution] |= 1 << self.number[inspector]

    def carry(self, teams: Sequence[Team]) -> None:
        """Take over the loads of teams that were drawn before."""
        for team in teams:
            for name in team.slots.values():
                if name not in self.number:
                    raise Malformed("{name} is no inspector of the annex", name=name[:80])
                self.load[self.number[name]] += 1

    def candidates(self, slot: Slot, team: Team) -> int:
        """§5: of the slot's department, without a conflict, not in the team already."""
        taken = self.barred.get(team.institution, 0)
        for name in team.slots.values():
            taken |= 1 << self.number[name]
        return self.depts.get(slot.dept, 0) & ~taken

    def rank(self, slot: Slot, institution: str, people: Sequence[int]) -> list[int]:
        """These inspectors by (F, id) for one task in one slot."""
        start = frame("DRAW1/insp", slot.name, institution)
        numbers = self.keyed.numbers(start, [self.parts[at] for at in people])
        return [at for _, at in sorted(zip(numbers, people, strict=True))]

    def lightest(self, slot: Slot, team: Team, without: int = 0) -> str:
        """§6, the cap loop with the first pass only: the least loaded below his maximum, or ""."""
        people = members_of(self.candidates(slot, team) & ~without)
        open_ = [at for at in people if self.load[at] < self.most[at]]
        if not open_:
            return ""
        least = min(self.load[at] for at in open_)
        first = self.rank(slot, team.institution, [at for at in open_ if self.load[at] == least])
        return self.names[first[0]]


class SlotFill:
    """One slot of all tasks, filled by the rule's Place under rising caps."""

    def __init__(self, roster: Roster, slot: Slot, teams: Sequence[Team]) -> None:
        self.roster, self.slot, self.teams = roster, slot, teams
        self.fits = [roster.candidates(slot, team) for team in teams]
        self.ranks: dict[int, array[int]] = {}
        self.held: dict[int, list[int]] = defaultdict(list)  # inspector -> tasks, in draw order
        self.levels: dict[int, int] = defaultdict(int)  # load -> inspectors below their maximum
        for at in members_of(roster.depts.get(slot.dept, 0)):
            if roster.load[at] < roster.most[at]:
                self.levels[roster.load[at]] |= 1 << at

    def run(self) -> None:
        """Place every task, then write the slot into the teams."""
        for task in range(len(self.teams)):
            self._place(task)
        chosen = {task: at for at, tasks in self.held.items() for task in tasks}
        for task, team in enumerate(self.teams):
            if task in chosen:
                team.slots[self.slot.name] = self.roster.names[chosen[task]]
            else:
                team.unfilled.append(self.slot.name)

    def _place(self, task: int) -> None:
        load = self._winning_load(task)
        if load is None:
            return
        inspector = self._search(task, self.levels[load])
        self.levels[load] ^= 1 << inspector
        if not self.levels[load]:
            del self.levels[load]
        self.roster.load[inspector] += 1
        if load + 1 < self.roster.most[inspector]:
            self.levels[load + 1] |= 1 << inspector

    def _winning_load(self, task: int) -> int | None:
        """The load of whoever ends the search of the first cap that succeeds (cap − 1)."""
        if not self.levels:
            return None
        least = min(self.levels)
        if self.fits[task] & self.levels[least]:
            return least
        reached = self._reach(task, self.levels[least])
        return min((load for load, bits in self.levels.items() if bits & reached), default=None)

    def _reach(self, task: int, goal: int) -> int:
        """Everybody whom chains of exchanges can reach from a task, or enough to touch `goal`."""
        reached, fresh = self.fits[task], self.fits[task]
        while fresh and not reached & goal:
            found = 0
            for inspector in members_of(fresh):
                for other in self.held.get(inspector, ()):
                    found |= self.fits[other]
            fresh = found & ~reached
            reached |= fresh
        return reached

    def _search(self, task: int, free: int) -> int:
        """Place(task, cap, seen) of §5 without recursion; its exchanges done, who took one more.

        `free` are the inspectors of load cap − 1 below their maximum. Whoever is lighter is out
        of reach of this task, or a lower cap had succeeded.
        """
        if open_ := self.fits[task] & free:
            return self._settle([], task, open_)
        seen = 0
        path = [_Try(task, self._in_turn(task, seen))]
        while path:
            here = path[-1]
            deeper = next(here.held, None)
            if deeper is not None:
                here.moving = deeper
                if open_ := self.fits[deeper] & free & ~seen:
                    return self._settle(path, deeper, open_)
                path.append(_Try(deeper, self._in_turn(deeper, seen)))
                continue
            asked = next((at for at in here.asked if not seen >> at & 1), None)
            if asked is None:
                path.pop()
                continue
            seen |= 1 << asked
            here.inspector, here.held = asked, iter(self.held.get(asked, ()))
        raise AssertionError("a cap that must succeed did not")

    def _settle(self, path: list[_Try], task: int, open_: int) -> int:
        """Give the last task to the first of the open inspectors, and pass the others back."""
        inspector = self._first(task, open_)
        insort(self.held[inspector], task)
        for step in path:
            self.held[step.inspector].remove(step.moving)
            insort(self.held[step.inspector], step.task)
        return inspector

    def _first(self, task: int, open_: int) -> int:
        """First pass: all the open ones have the same load, so the least number decides."""
        if task in self.ranks:
            return next(at for at in self.ranks[task] if open_ >> at & 1)
        return self.roster.rank(self.slot, self.teams[task].institution, members_of(open_))[0]

    def _in_turn(self, task: int, seen: int) -> Iterator[int]:
        """Second pass: the task's candidates not yet seen by (load, number, id)."""
        left = self.fits[task] & ~seen
        if not left:
            return iter(())
        if task not in self.ranks:
            people = members_of(self.fits[task])
            ranked = self.roster.rank(self.slot, self.teams[task].institution, people)
            self.ranks[task] = array("I", ranked)
        people = [at for at in self.ranks[task] if left >> at & 1]
        return iter(sorted(people, key=self.roster.load.__getitem__))


def fill(roster: Roster, slots: Sequence[Slot], institutions: Sequence[str]) -> list[Team]:
    """§5: the teams of the institutions in draw order, slot after slot."""
    teams = [Team(each) for each in institutions]
    for slot in slots:
        SlotFill(roster, slot, teams).run()
    return teams


# --- Replacements (§6) -----------------------------------------------------------------------


class Standing:
    """The teams as they stand after the replacements so far; the original draw is untouched."""

    def __init__(self, slots: Sequence[Slot], strata: Sequence[Picks], teams: Sequence[Team]):
        self.slots = {each.name: each for each in slots}
        self.teams = {
            each.institution: Team(each.institution, dict(each.slots), list(each.unfilled))
            for each in teams
        }
        self.stratum = {lot.id: each.name for each in strata for lot in each.picked}
        self.reserve = {each.name: [lot.id for lot in each.reserve] for each in strata}

    def leave(self, institution: str, slot: str, out: str) -> Team:
        """Take the absentee out of his place, or Malformed when it is not his."""
        team = self.teams.get(institution)
        if team is None:
            raise Malformed("the institution {value} has no team", value=institution[:80])
        if slot not in self.slots or team.slots.get(slot) != out:
            raise Malformed(
                "{out} does not stand in the slot {slot} of {institution}",
                out=out[:80],
                slot=slot[:80],
                institution=institution,
            )
        del team.slots[slot]
        return team

    def call(self, stratum: str, out: str) -> str:
        """The next unused reserve of the stratum comes in the place of a drawn institution."""
        if out not in self.teams or self.stratum.get(out) != stratum:
            raise Malformed(
                "{out} is no drawn institution of the stratum {stratum}",
                out=out[:80],
                stratum=stratum[:80],
            )
        if not self.reserve[stratum]:
            raise Malformed("the stratum {stratum} has no reserve left", stratum=stratum[:80])
        del self.teams[out]
        called = self.reserve[stratum].pop(0)
        self.stratum[called] = stratum
        self.teams[called] = Team(called)
        return called


def no_show(standing: Standing, roster: Roster, institution: str, slot: str, out: str) -> str:
    """§6: who comes for an absentee, "" when nobody is left; nobody else's team changes."""
    team = standing.leave(institution, slot, out)
    absent = roster.number[out]
    roster.load[absent] -= 1
    found = roster.lightest(standing.slots[slot], team, without=1 << absent)
    if found:
        team.slots[slot] = found
        roster.load[roster.number[found]] += 1
    return found


def supplementary(standing: Standing, roster: Roster, stratum: str, out: str) -> Team:
    """§6: the reserve that comes for a drawn institution, with its team."""
    team = standing.teams[standing.call(stratum, out)]
    for name, slot in standing.slots.items():
        found = roster.lightest(slot, team)
        if found:
            team.slots[name] = found
            roster.load[roster.number[found]] += 1
        else:
            team.unfilled.append(name)
    return team
