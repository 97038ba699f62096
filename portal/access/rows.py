"""The only door to rows."""

from typing import Any, Protocol, Self, TypeVar

from django.db import models
from django.db.models import Q

from portal.access.actor import Actor

AGENCY_PATH = "agency__region__path"
M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class VisibleQuerySet(Protocol[M_co]):
    """What every queryset of business rows offers."""

    def visible_to(self, actor: Actor) -> Self: ...

    def filter(self, *args: Any, **kwargs: Any) -> Self: ...


def within(path: str, *, field: str = AGENCY_PATH) -> Q:
    """Rows whose region is the one with this path or lies below it; `field` holds their path."""
    return Q(**{field: path}) | Q(**{f"{field}__startswith": f"{path}/"})
