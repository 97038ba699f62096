"""The tables of this app, room by room."""

from inspections.draws.models import (
    Commitment,
    Draw,
    DrawExclusion,
    DrawImport,
    DrawInspector,
    RecordVersion,
    Replacement,
    Seat,
    Strike,
)
from inspections.findings.models import (
    ChecklistPoint,
    ChecklistVersion,
    Evidence,
    Finding,
    ItemResult,
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
from inspections.publications.models import ResultPublication
from inspections.rectifications.models import Order, OrderExtension, Submission, SubmissionFile
from inspections.recusals.models import Recusal
from inspections.results.models import ResultCode, ResultReview, ResultStep, VisitResult
from inspections.signing.models import Signature, VisitRecord
from inspections.visits.models import BureauPart, Visit, VisitItem, VisitMember

__all__ = [
    "Batch",
    "BatchSlot",
    "BatchStratum",
    "BureauPart",
    "CheckItem",
    "ChecklistPoint",
    "ChecklistVersion",
    "Commitment",
    "Draw",
    "DrawExclusion",
    "DrawImport",
    "DrawInspector",
    "Evidence",
    "Finding",
    "ItemResult",
    "Order",
    "OrderExtension",
    "Plan",
    "PlanApproval",
    "PlanItem",
    "RecordVersion",
    "Recusal",
    "Replacement",
    "ResultCode",
    "ResultPublication",
    "ResultReview",
    "ResultStep",
    "Seat",
    "Signature",
    "Strike",
    "Submission",
    "SubmissionFile",
    "Visit",
    "VisitItem",
    "VisitMember",
    "VisitRecord",
    "VisitResult",
]
