"""What the list of accounts can be narrowed by."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.accounts.models import Post
from agencies.directory.models import Agency
from portal.access import Role
from portal.clocks import today
from portal.lists.filters import ListFilter

Rows = QuerySet[Any, Any]


def agencies_seen(asked: Any) -> Any:
    """The agencies of the asking administrator's region, or the chief's own."""
    actor = asked.actor
    if actor.has(Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR):
        return Agency.objects.within(actor.region)
    return Agency.objects.filter(pk=actor.agency_id)


class AccountFilter(ListFilter):
    """Agency, role held today, enabled or not."""

    agency = django_filters.ModelChoiceFilter(
        label=_("单位"), queryset=agencies_seen, method="in_agency"
    )
    role = django_filters.ChoiceFilter(label=_("角色"), choices=Role.choices, method="with_role")
    active = django_filters.BooleanFilter(label=_("启用"), field_name="is_active")

    def in_agency(self, rows: Rows, name: str, value: Agency) -> Rows:
        held = Post.objects.not_over(today()).filter(agency=value)
        return rows.filter(pk__in=held.values("user"))

    def with_role(self, rows: Rows, name: str, value: str) -> Rows:
        held = Post.objects.active_on(today()).filter(roles__contains=[value])
        return rows.filter(pk__in=held.values("user"))
