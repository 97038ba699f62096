"""What the pages, the desk and the search say of people."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from agencies.people.models import Expert, Inspector
from agencies.people.permissions import can_keep, can_list
from agencies.people.rules import WARN_DAYS
from portal.access import Actor
from portal.desk import Hit, WorkItem


def inspector_facts(person: Inspector) -> list[tuple[Any, Any]]:
    return [
        (_("单位"), person.agency),
        (_("执法证号"), person.certificate_number),
        (_("证件有效期自"), person.valid_from),
        (_("证件有效期至"), person.valid_to),
        (_("专长"), person.speciality_labels()),
        (_("电话"), person.phone),
        (_("请假自"), person.leave_from),
        (_("请假至"), person.leave_to),
        (_("回避事项"), person.recusal_notes),
        (_("移出日期"), person.ended_on),
    ]


def expert_facts(person: Expert) -> list[tuple[Any, Any]]:
    return [
        (_("聘请单位"), person.agency),
        (_("聘请年度"), str(person.year)),
        (_("两局联合聘请"), _("是") if person.is_joint else _("否")),
        (_("所在单位"), person.organisation),
        (_("职称"), person.title),
        (_("专业领域"), person.field_labels()),
        (_("电话"), person.phone),
        (_("回避事项"), person.recusal_notes),
    ]


def certificates_ending(actor: Actor, today: dt.date) -> list[WorkItem]:
    """The desk's lines of those who keep the directory: certificates that end within 60 days."""
    if not can_keep(actor):
        return []
    soon = today + dt.timedelta(days=WARN_DAYS)
    mine = Inspector.objects.visible_to(actor).filter(agency_id=actor.agency_id or 0)
    rows = mine.filter(ended_on=None, valid_to__lte=soon).order_by("valid_to")[:20]
    return [
        WorkItem(_("执法证到期换证"), row.name, row.get_absolute_url(), row.valid_to, _("查看"))
        for row in rows
    ]


def find_people(actor: Actor, text: str, limit: int) -> list[Hit]:
    """The global search over inspectors."""
    if not can_list(actor):
        return []
    rows = Inspector.objects.visible_to(actor).filter(name__contains=text)
    found = rows.select_related("agency")[:limit]
    return [Hit(_("检查人员"), row.name, str(row.agency), row.get_absolute_url()) for row in found]
