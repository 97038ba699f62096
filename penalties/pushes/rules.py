"""Which decisions are pushed elsewhere. Pure."""

from __future__ import annotations

PROVINCE = 2  # the digits of a division's code that name its province (GB/T 2260)


def registered_elsewhere(party_region: str, deciding_region: str) -> bool:
    """Whether the party's place of registration lies in another province than the bureau."""
    return party_region[:PROVINCE] != deciding_region[:PROVINCE]
