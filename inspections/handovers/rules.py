"""Which seats pass to the receiver of a handover, and which need a step before. Pure."""

from __future__ import annotations


def fate_of_seat(state: str, *, is_drawn: bool) -> str:
    """What must happen to the seat of somebody who leaves, by the state of the visit.

    A drawn team is filled by the draw's own rule (IS3), never by the choice of who leaves. A team
    does not change while leaders decide on it, nor once it stands at the door.
    """
    if state in ("open", "recorded"):
        return "on_site"
    if is_drawn:
        return "drawn"
    return "submitted" if state == "submitted" else "passes"
