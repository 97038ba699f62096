"""The base of every list's filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters

if TYPE_CHECKING:
    from portal.lists.selection import Asked


class ListFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Filters of a list: declared one by one, each with a Chinese label and an indexed path.

    Choices that depend on who asks take a callable: ``queryset=lambda asked:
    Agency.objects.visible_to(asked.actor)``.
    """

    request: Asked

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.auto_id = "filter-%s"  # forms of dialogs on the same page have ids too
