"""The tables of this app, room by room."""

from inspections.draws.models import (
    Commitment,
    Draw,
    DrawExclusion,
    DrawInspector,
    RecordVersion,
    Replacement,
    Seat,
    Strike,
)
from inspections.plans.models import (
    Batch,
    BatchSlot,
    BatchStratum,
    CheckItem,
    Plan,
    PlanApproval,
    PlanItem,
)
from inspections.recusals.models import Recusal

__all__ = [
    "Batch",
    "BatchSlot",
    "BatchStratum",
    "CheckItem",
    "Commitment",
    "Draw",
    "DrawExclusion",
    "DrawInspector",
    "Plan",
    "PlanApproval",
    "PlanItem",
    "RecordVersion",
    "Recusal",
    "Replacement",
    "Seat",
    "Strike",
]
