"""The tables of this app, room by room."""

from inspections.plans.models import (
    Batch,
    BatchSlot,
    BatchStratum,
    CheckItem,
    Plan,
    PlanApproval,
    PlanItem,
)

__all__ = [
    "Batch",
    "BatchSlot",
    "BatchStratum",
    "CheckItem",
    "Plan",
    "PlanApproval",
    "PlanItem",
]
