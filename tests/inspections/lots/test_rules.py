"""The lot is fair: counts over thousands of keys, with the statistics that fit the design.

The keys are fixed numbers, so a test that passes once passes always. The negative control, a
sampler with tickets of four bits, fails the same tests: they can see an unfair draw.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from random import Random
from typing import Any

import pytest

from inspections.digests.rules import Keyed
from inspections.lots.rules import draw_order, pick
from inspections.pools.rules import quotas, read_annex, read_public
from inspections.teams.rules import Roster, fill
from tests.inspections.ceremony import FourBits, annex, key_of, public, random_case

KEYS = 3000
FAR = 3.9  # standard deviations: passed by chance less than once in 20,000 tests
Sampler = Callable[[str, bytes], Keyed]


def far(statistic: float, freedom: int) -> float:
    """How many standard deviations a chi-square statistic lies out (Wilson and Hilferty)."""
    spread = 2 / (9 * freedom)
    return ((statistic / freedom) ** (1 / 3) - (1 - spread)) / math.sqrt(spread)


def picked_by(sampler: Sampler, pool: dict[str, Any]) -> list[dict[str, set[str]]]:
    """The picked institutions of each stratum, key after key."""
    read = read_public(pool)
    return [
        {
            each.name: {lot.id for lot in each.picked}
            for each in pick(read, (), sampler(read.alg, key_of(number)))
        }
        for number in range(KEYS)
    ]


def inclusion_is_far(drawn: list[set[str]], members: list[str], quota: int) -> float:
    """(N−1)/N · Σ(O − mp)² / (mp(1−p)) on N−1 degrees: sampling without replacement.

    Plain Pearson would forget that exactly `quota` are picked each time, and be too mild.
    """
    size, keys = len(members), len(drawn)
    share = quota / size
    seen = Counter(each for picks in drawn for each in picks)
    total = sum((seen[each] - keys * share) ** 2 for each in members)
    return far((size - 1) / size * total / (keys * share * (1 - share)), size - 1)


def pairs_are_far(drawn: list[set[str]], members: list[str], quota: int) -> float:
    """The pair whose joint count lies farthest out, in standard deviations."""
    size, keys = len(members), len(drawn)
    share = quota * (quota - 1) / (size * (size - 1))
    seen = Counter(pair for picks in drawn for pair in combinations(sorted(picks), 2))
    spread = math.sqrt(keys * share * (1 - share))
    pairs = combinations(sorted(members), 2)
    return max(abs(seen[pair] - keys * share) / spread for pair in pairs)


SIZES = {"A": 7, "B": 20, "丙": 12}


@pytest.mark.parametrize("alg", ["sha256", "sm3"])
def test_every_institution_of_a_stratum_is_picked_equally_often(alg: str):
    pool = public(SIZES, alg=alg)
    drawn = picked_by(Keyed, pool)
    for name, quota in quotas(read_public(pool)).items():
        members = [each["id"] for each in pool["institutions"] if each["stratum"] == name]
        of_stratum = [each[name] for each in drawn]
        assert {len(each) for each in of_stratum} == {quota}
        assert abs(inclusion_is_far(of_stratum, members, quota)) < FAR
        assert pairs_are_far(of_stratum, members, quota) < FAR + 0.6  # the worst of 190


def test_tickets_of_four_bits_fail_the_same_tests():
    pool = public(SIZES)
    drawn = picked_by(FourBits, pool)
    members = [each["id"] for each in pool["institutions"] if each["stratum"] == "B"]
    of_stratum = [each["B"] for each in drawn]
    assert inclusion_is_far(of_stratum, members, 10) > FAR
    assert pairs_are_far(of_stratum, members, 10) > FAR + 0.6


def first_of_one(sampler: Sampler, weights: list[int]) -> float:
    """How far the counts of a draw of one lie from shares by weight (Pearson: one of N)."""
    pool = public({"A": len(weights)}, weight=weights.__getitem__)
    pool["strata"][0].update(ratio_bp=0, floor=1)
    seen = Counter(next(iter(each["A"])) for each in picked_by(sampler, pool))
    statistic = 0.0
    for each in pool["institutions"]:
        expected = KEYS * each["weight"] / sum(weights)
        statistic += (seen[each["id"]] - expected) ** 2 / expected
    return far(statistic, len(weights) - 1)


def test_weights_are_shares_of_a_draw_of_one():
    weights = [1, 10, 3, 1, 5, 2, 8]
    assert abs(first_of_one(Keyed, weights)) < FAR
    assert first_of_one(FourBits, weights) > FAR


def test_equally_eligible_inspectors_are_exchangeable():
    pool = read_public(public({"A": 4}))
    closed = read_annex(annex({"ECO": 4, "MKT": 4}), pool)
    pairs: Counter[tuple[str, ...]] = Counter()
    for number in range(KEYS):
        keyed = Keyed("sha256", key_of(number))
        roster = Roster(closed, keyed)
        teams = fill(roster, pool.slots, draw_order(pick(pool, (), keyed)))
        pairs.update(tuple(team.slots.values()) for team in teams[:1])
    expected = KEYS / 16
    statistic = sum((pairs[pair] - expected) ** 2 / expected for pair in pairs)
    assert len(pairs) == 16
    assert abs(far(statistic, 15)) < FAR


# --- Order of lists --------------------------------------------------------------------------


def outcome(pool: dict[str, Any], closed: dict[str, Any], key: bytes) -> Any:
    read = read_public(pool)
    keyed = Keyed(read.alg, key)
    picks = pick(read, (), keyed)
    teams = fill(Roster(read_annex(closed, read), keyed), read.slots, draw_order(picks))
    return {each.name: each for each in picks}, teams


def test_the_order_of_lists_changes_nothing_but_slots():
    random, changed = Random(5), 0
    for number in range(150):
        pool, closed = random_case(random)
        before = outcome(pool, closed, key_of(number))
        for part in ("strata", "institutions", "excluded"):
            random.shuffle(pool[part])
        for part in ("inspectors", "conflicts"):
            random.shuffle(closed[part])
        assert outcome(pool, closed, key_of(number)) == before
        pool["slots"].reverse()
        changed += outcome(pool, closed, key_of(number)) != before
    assert changed
