"""The only door to rows."""

from typing import Any, Protocol, Self, TypeVar

from django.db import models

from portal.access.actor import Actor

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class VisibleQuerySet(Protocol[M_co]):
    """What every queryset of business rows offers."""

    def visible_to(self, actor: Actor) -> Self: ...

    def filter(self, *args: Any, **kwargs: Any) -> Self: ...
