"""The tables of this app, room by room."""

from agencies.accounts.models import ApiToken, Post, User
from agencies.directory.models import Agency, Region

__all__ = ["Agency", "ApiToken", "Post", "Region", "User"]
