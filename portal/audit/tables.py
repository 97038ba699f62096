"""The list of audit events: metadata only, the content stays on the page of each."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.access import Actor
from portal.audit.filters import AuditFilter
from portal.audit.models import AuditEvent
from portal.audit.permissions import can_list
from portal.audit.verbs import label_of
from portal.lists import Column, ListDef


def _rows(actor: Actor) -> QuerySet[Any, Any]:
    """Without the bodies: who may only see metadata never loads them."""
    people = get_user_model()._default_manager.filter(pk=OuterRef("user_id"))
    agencies = apps.get_model(settings.AGENCY_MODEL)._default_manager.filter(
        pk=OuterRef("agency_id")
    )
    return (
        AuditEvent.objects.visible_to(actor)
        .defer("body", "leaf")
        .annotate(
            person=Subquery(people.values("name")[:1]),
            agency=Subquery(agencies.values("name")[:1]),
        )
    )


def _who(event: Any) -> str:
    return event.person or (
        gettext("系统或未登录") if event.user_id is None else str(event.user_id)
    )


AUDIT = ListDef(
    "audit",
    _("审计日志"),
    _rows,
    AuditFilter,
    (
        Column("id", _("编号"), "id", kind="code", sort="id"),
        Column("at", _("时间"), "at", kind="datetime"),
        Column("who", _("人员"), _who, personal=True),
        Column("agency", _("单位"), "agency"),
        Column("what", _("行为"), lambda event: label_of(event.verb)),
        Column("verb", _("行为代码"), "verb", kind="code", shown=False),
        Column("subject", _("对象"), "subject", kind="code"),
        Column("stream", _("序列"), "stream", kind="code", shown=False),
        Column("stream_seq", _("序列内编号"), "stream_seq", kind="integer", shown=False),
    ),
    ("-id",),
    can_list,
    may_export=can_list,
)
