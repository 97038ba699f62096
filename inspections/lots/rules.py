"""DRAW-1 §2 and §4: commitments, the key, tickets, who is picked and who is reserve. Pure."""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from inspections.digests.rules import Keyed, Malformed, digest, frame, part, u32
from inspections.pools.rules import HEAVIEST, Member, Pool, hexadecimal, number, quotas, struck_hash

PARTIES = ("ECO", "MKT", "SUP")  # the two bureaus; SUP: the supervising agency in place of one
NUMBERS = [part(u32(j)) for j in range(1, HEAVIEST + 1)]
attempt_number = number(1, 2**32 - 1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a commitment is bound to: this draw, this try, this frozen pool."""

    alg: str
    draw_id: str
    number: int
    pool_hash: str


@dataclass(frozen=True, slots=True, order=True)
class Lot:
    """One institution's best ticket. The order of lots is the draw order."""

    ticket: bytes
    id: str


@dataclass(frozen=True, slots=True)
class Picks:
    """A stratum's outcome; `reserve` in the order in which it would be called."""

    name: str
    quota: int
    picked: tuple[Lot, ...]
    reserve: tuple[Lot, ...]


def commitment(attempt: Attempt, party: str, secret: str) -> str:
    """c_X: what a party shows before its secret; both hexadecimal, 64 digits (§2)."""
    hexadecimal(secret, f"reveals.{party}")
    number_ = u32(attempt.number)
    bound, hidden = bytes.fromhex(attempt.pool_hash), bytes.fromhex(secret)
    parts = (attempt.draw_id, number_, party, bound, hidden)
    return digest(attempt.alg, "DRAW1/commit", *parts).hex()


def opens(shown: str, attempt: Attempt, party: str, secret: str) -> bool:
    """Whether a secret is the one its party committed to, for this draw, attempt and pool."""
    hexadecimal(shown, f"commitments.{party}")
    return hmac.compare_digest(shown, commitment(attempt, party, secret))


def check_parties(named: Collection[str]) -> None:
    """Exactly two, of the names that DRAW-1 knows."""
    if len(named) != 2 or not set(named) <= set(PARTIES):
        raise Malformed("the parties are not two of {allowed}", allowed=", ".join(PARTIES))


def seed(
    attempt: Attempt,
    struck: Any,
    commitments: Mapping[str, str],
    reveals: Mapping[str, str],
    beacon: str,
) -> str:
    """K, hexadecimal: fixed by what was frozen, struck, committed and revealed, by nothing else.

    Malformed unless two parties have committed and each reveal opens its commitment.
    """
    check_parties(commitments)
    if set(reveals) != set(commitments):
        raise Malformed("not both parties have revealed")
    parts: list[str | bytes] = []
    for party in sorted(commitments):
        if not opens(commitments[party], attempt, party, reveals[party]):
            raise Malformed("the reveal of {party} does not open its commitment", party=party)
        shown, secret = bytes.fromhex(commitments[party]), bytes.fromhex(reveals[party])
        parts += [party, shown, secret]
    return digest(
        attempt.alg,
        "DRAW1/seed",
        attempt.draw_id,
        u32(attempt.number),
        bytes.fromhex(attempt.pool_hash),
        struck_hash(attempt.alg, struck),
        *parts,
        beacon,
    ).hex()


def best_ticket(member: Member, keyed: Keyed) -> bytes:
    """§4: the least of as many tickets as the weight says, so that order of lists is nothing."""
    start = frame("DRAW1/inst", member.stratum, member.id)
    return min(keyed.numbers(start, NUMBERS[: member.weight]))


def pick(pool: Pool, struck: Collection[str], keyed: Keyed) -> list[Picks]:
    """Every stratum drawn, in public order; the struck hold no place and lower no quota."""
    lots: dict[str, list[Lot]] = defaultdict(list)
    for member in pool.members:
        if member.id not in struck:
            lots[member.stratum].append(Lot(best_ticket(member, keyed), member.id))
    found = []
    for name, size in quotas(pool).items():
        ordered = tuple(sorted(lots[name], key=lambda lot: (lot.ticket, lot.id)))
        found.append(Picks(name, size, ordered[:size], ordered[size:]))
    return found


def draw_order(strata: Collection[Picks]) -> list[str]:
    """The picked institutions of all strata by (ticket, id): the order of the tasks."""
    return [lot.id for lot in sorted(lot for each in strata for lot in each.picked)]
