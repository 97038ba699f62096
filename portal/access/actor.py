"""The Actor: an immutable value that every service, selector and job is given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied

from portal.access.choices import ADMIN_ROLES, BUREAUS, PARTNERS, ActorKind


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: one active post of a user, an institution's user, a job, or the public.

    ``region`` is the path of the agency's region from the top, such as ``310000/310113``; a
    city's actor has a shorter path, so its subtree is a prefix.
    """

    kind: str
    user_id: int | None = None
    post_id: int | None = None
    acting_for_post_id: int | None = None
    agency_id: int | None = None
    agency_kind: str = ""
    level: str = ""
    region: str = ""
    roles: frozenset[str] = frozenset()
    institution_id: int | None = None
    request_id: str = ""
    source: str = ""

    @property
    def is_staff(self) -> bool:
        return self.kind == ActorKind.STAFF

    @property
    def reads_business(self) -> bool:
        """Staff that is no administrator: the three administrators see no business (GB/T 22239)."""
        return self.is_staff and not self.has(*ADMIN_ROLES)

    @property
    def is_job(self) -> bool:
        return self.kind == ActorKind.JOB

    @property
    def is_public(self) -> bool:
        return self.kind == ActorKind.PUBLIC

    @property
    def is_bureau(self) -> bool:
        """One of the two bureaus that share the work: ecology or market."""
        return self.agency_kind in BUREAUS

    @property
    def is_partner(self) -> bool:
        return self.agency_kind in PARTNERS

    def has(self, *roles: str) -> bool:
        """Whether the active post holds at least one of these roles."""
        return not self.roles.isdisjoint(roles)

    def covers(self, region_path: str) -> bool:
        """Whether a region lies in the actor's own region or below it."""
        return bool(self.region) and f"{region_path}/".startswith(f"{self.region}/")

    def facts(self) -> dict[str, Any]:
        """What an audit event and an event row keep of the actor."""
        return {
            "kind": self.kind,
            "user": self.user_id,
            "post": self.post_id,
            "acting_for": self.acting_for_post_id,
            "agency": self.agency_id,
            "institution": self.institution_id,
            "request": self.request_id,
            "source": self.source,
        }

    def from_source(self, source: str) -> Actor:
        return replace(self, source=source)


PUBLIC = Actor(kind=ActorKind.PUBLIC)


def job_actor(source: str) -> Actor:
    """The actor of a scheduled job or a listener, named after what runs."""
    return Actor(kind=ActorKind.JOB, source=source)


@dataclass(frozen=True, slots=True)
class Allowed:
    """The answer of a ``can_<verb>``: true, or false with the reason that a page may show."""

    yes: bool
    why_not: str = ""

    def __bool__(self) -> bool:
        return self.yes


def demand(allowed: Allowed) -> None:
    """PermissionDenied, with the reason that the page shows, unless the answer is yes."""
    if not allowed:
        raise PermissionDenied(allowed.why_not)
