"""Who acts, and what it may see: the Actor, the answer of a permission, the words of both."""

from portal.access.actor import PUBLIC, Actor, Allowed, demand, job_actor
from portal.access.choices import ActorKind, AgencyKind, Level, Role
from portal.access.request import Request
from portal.access.rows import VisibleQuerySet, within

__all__ = [
    "PUBLIC",
    "Actor",
    "ActorKind",
    "AgencyKind",
    "Allowed",
    "Level",
    "Request",
    "Role",
    "VisibleQuerySet",
    "demand",
    "job_actor",
    "within",
]
