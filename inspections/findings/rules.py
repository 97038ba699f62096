"""Which bureau a finding belongs to. Pure."""

from __future__ import annotations

from collections.abc import Mapping


def competent(authority: str, bureaus: Mapping[str, int]) -> int | None:
    """The bureau of the visit that the matter belongs to, by kind (宝环保〔2024〕5号).

    None when the competent bureau is not on the visit: the finding then goes to it as a lead.
    """
    return bureaus.get(authority)


def due_points(authorities: Mapping[int, str], kinds: frozenset[str]) -> list[int]:
    """Points that a visit of these kinds of bureaus looks at: its own, and those of both."""
    return [key for key, authority in authorities.items() if authority in kinds | {"both"}]
