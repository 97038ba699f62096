"""The lists of inspectors and experts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from agencies.people.choices import VALIDITY_TONES, Validity
from agencies.people.filters import ExpertFilter, InspectorFilter
from agencies.people.models import Expert, ExpertQuerySet, Inspector, InspectorQuerySet
from agencies.people.permissions import can_list
from agencies.people.rules import validity
from portal.access import Actor
from portal.clocks import today
from portal.lists import Column, ListDef
from portal.lists.search import PlainSearch


def _inspectors(actor: Actor) -> InspectorQuerySet:
    return Inspector.objects.visible_to(actor).select_related("agency")


def _experts(actor: Actor) -> ExpertQuerySet:
    return Expert.objects.visible_to(actor).select_related("agency")


INSPECTORS = ListDef(
    name="inspectors",
    title=_("检查人员名录库"),
    rows=_inspectors,
    filter=InspectorFilter,
    columns=(
        Column("name", _("姓名"), "name"),
        Column("agency", _("单位"), lambda row: str(row.agency)),
        Column(
            "certificate_number",
            _("执法证号"),
            "certificate_number",
            sort="certificate_number",
            kind="code",
        ),
        Column("valid_from", _("证件有效期自"), "valid_from", kind="date", shown=False),
        Column("valid_to", _("证件有效期至"), "valid_to", kind="date"),
        Column(
            "validity",
            _("证件状态"),
            lambda row: str(Validity(validity(row.valid_to, today())).label),
            kind="badge",
            tone=lambda row: VALIDITY_TONES[validity(row.valid_to, today())],
        ),
        Column("specialities", _("专长"), "speciality_labels"),
        Column("leave_from", _("请假自"), "leave_from", kind="date", shown=False),
        Column("leave_to", _("请假至"), "leave_to", kind="date", shown=False),
        Column("phone", _("电话"), "phone", personal=True, shown=False),
        Column("ended_on", _("移出日期"), "ended_on", kind="date", shown=False),
    ),
    order=("certificate_number",),
    permission=can_list,
    search=PlainSearch(("name", "certificate_number")),
)

EXPERTS = ListDef(
    name="experts",
    title=_("专家名录库"),
    rows=_experts,
    filter=ExpertFilter,
    columns=(
        Column("name", _("姓名"), "name"),
        Column("organisation", _("所在单位"), "organisation"),
        Column("title", _("职称"), "title"),
        Column("fields", _("专业领域"), "field_labels"),
        Column("agency", _("聘请单位"), lambda row: str(row.agency)),
        Column("year", _("聘请年度"), "year", kind="code"),
        Column("is_joint", _("两局联合聘请"), "is_joint"),
        Column("phone", _("电话"), "phone", personal=True, shown=False),
    ),
    order=("-year", "name"),
    permission=can_list,
    search=PlainSearch(("name", "organisation")),
)
