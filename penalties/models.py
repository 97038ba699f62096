"""The tables of this app, room by room."""

from penalties.casefiles.models import CaseFile, FiledPaper
from penalties.cases.models import Case, CaseCounter, Handling, Investigator
from penalties.consultations.models import Consultation
from penalties.decisions.models import Challenge, Correction, Decision, PenaltyLine, Service
from penalties.discretion.models import PenaltyBound
from penalties.inquiries.models import CaseExtension, Evidence, EvidenceHold, Pause
from penalties.notices.models import Defence, Hearing, PriorNotice
from penalties.performance.models import (
    Closing,
    CourtApplication,
    Instalment,
    Payment,
    Reminder,
)
from penalties.publication.models import PenaltyPublication, PublicationVersion
from penalties.pushes.models import Push
from penalties.repairs.models import Repair
from penalties.reviews.models import Discussion, DiscussionMember, Review

__all__ = [
    "Case",
    "CaseCounter",
    "CaseExtension",
    "CaseFile",
    "Challenge",
    "Closing",
    "Consultation",
    "Correction",
    "CourtApplication",
    "Decision",
    "Defence",
    "Discussion",
    "DiscussionMember",
    "Evidence",
    "EvidenceHold",
    "FiledPaper",
    "Handling",
    "Hearing",
    "Instalment",
    "Investigator",
    "Pause",
    "Payment",
    "PenaltyBound",
    "PenaltyLine",
    "PenaltyPublication",
    "PriorNotice",
    "PublicationVersion",
    "Push",
    "Reminder",
    "Repair",
    "Review",
    "Service",
]
