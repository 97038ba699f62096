"""Hashes as people compare them aloud: in groups."""

from __future__ import annotations

from django import template

register = template.Library()

GROUP = 8


@register.filter
def in_groups(value: str) -> list[str]:
    """64 digits as eight groups of eight; what is shorter as it comes."""
    return [value[at : at + GROUP] for at in range(0, len(value), GROUP)]
