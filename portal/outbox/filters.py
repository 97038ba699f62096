"""Filters of the outbox."""

from __future__ import annotations

from typing import Any

import django_filters as df
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.lists.filters import ListFilter
from portal.outbox.channels import registered_channels
from portal.outbox.choices import Difference, MessageState
from portal.outbox.models import OutboxBatch, OutboxMessage

Rows = QuerySet[Any, Any]


def _channels() -> list[tuple[str, Any]]:
    return [(channel.code, channel.label) for channel in registered_channels()]


class OutboxFilter(ListFilter):
    state = df.MultipleChoiceFilter(label=_("状态"), choices=MessageState)
    channel = df.ChoiceFilter(label=_("通道"), choices=_channels)
    difference = df.ChoiceFilter(label=_("核对差异"), choices=Difference)
    subject = df.CharFilter(label=_("对象编号，如 institution:12"), field_name="subject_ref")

    class Meta:
        model = OutboxMessage
        fields: list[str] = []


class OutboxBatchFilter(ListFilter):
    channel = df.ChoiceFilter(label=_("通道"), choices=_channels)
    open = df.BooleanFilter(label=_("仍有待回执"), method="still_open")

    class Meta:
        model = OutboxBatch
        fields: list[str] = []

    def still_open(self, rows: Rows, name: str, value: bool) -> Rows:
        return rows.filter(unanswered__gt=0) if value else rows.filter(unanswered=0)
