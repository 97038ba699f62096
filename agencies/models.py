"""The tables of this app, room by room."""

from agencies.accounts.models import ApiToken, Invitation, PasswordRecord, Post, SignIn, User
from agencies.delegations.models import Delegation, Handover, HandoverItem
from agencies.directory.models import Agency, Region
from agencies.matters.models import Matter
from agencies.people.models import Expert, Inspector
from agencies.setup.models import SetupCode

__all__ = [
    "Agency",
    "ApiToken",
    "Delegation",
    "Expert",
    "Handover",
    "HandoverItem",
    "Inspector",
    "Invitation",
    "Matter",
    "PasswordRecord",
    "Post",
    "Region",
    "SetupCode",
    "SignIn",
    "User",
]
