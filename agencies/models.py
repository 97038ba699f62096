"""The tables of this app, room by room."""

from agencies.accounts.models import ApiToken, Invitation, PasswordRecord, Post, SignIn, User
from agencies.delegations.models import Delegation, Handover, HandoverItem
from agencies.directory.models import Agency, Region
from agencies.setup.models import SetupCode

__all__ = [
    "Agency",
    "ApiToken",
    "Delegation",
    "Handover",
    "HandoverItem",
    "Invitation",
    "PasswordRecord",
    "Post",
    "Region",
    "SetupCode",
    "SignIn",
    "User",
]
