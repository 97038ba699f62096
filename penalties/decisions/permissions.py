"""Who may say what became of a decision."""

from __future__ import annotations

from penalties.cases.models import Case
from penalties.cases.permissions import can_approve, can_handle
from penalties.decisions.choices import Channel
from portal.access import Actor, Allowed


def can_close_challenge(actor: Actor, case: Case) -> Allowed:
    """What others decided is registered by who handles the case; 自行纠正 the leader decides."""
    own = case.challenges.filter(result="", channel=Channel.OWN)
    return can_approve(actor, case) if own.exists() else can_handle(actor, case)
