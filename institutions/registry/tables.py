"""The list of institutions, its export and its API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from institutions.registry.choices import (
    STATUS_TONES,
    VALIDITY_TONES,
    VALIDITY_WORDS,
    InstitutionStatus,
)
from institutions.registry.filters import InstitutionFilter
from institutions.registry.models import Institution, InstitutionQuerySet, Presence
from institutions.registry.permissions import can_list, sees_contacts_in_scope
from institutions.registry.rules import Validity, validity
from portal.access import Actor
from portal.clocks import today
from portal.lists import Column, Empty, ListDef
from portal.lists.search import BigramSearch


def rows(actor: Actor) -> InstitutionQuerySet:
    """Every institution, each marked whether the actor reads its contacts (``is_inside``)."""
    found = Institution.objects.visible_to(actor).current().select_related("region")
    inside = _present_in(actor.region) if sees_contacts_in_scope(actor) else Value(False)
    return found.annotate(is_inside=inside)


def _present_in(region_path: str) -> Coalesce:
    """Asked of each row that is shown.

    Not ``Exists``: PostgreSQL would answer it by hashing every presence of the region first.
    """
    here = Presence.objects.within(region_path).on(today()).filter(institution=OuterRef("pk"))
    return Coalesce(Subquery(here.order_by().values_list(Value(True))[:1]), Value(False))


def _validity(row: Institution) -> Validity:
    return validity(row.certificate_valid_to, today())


def _inside(name: str) -> Callable[[Any], Any]:
    """A protected fact, of institutions in the reader's scope only."""
    return lambda row: getattr(row, name) if row.is_inside else ""


def _personal(name: str, label: Any) -> Column:
    return Column(
        name,
        label,
        _inside(name),
        personal=True,
        visible=sees_contacts_in_scope,
        shown=False,
        meaning=_("仅显示本辖区机构的，其他机构为空。"),
    )


INSTITUTIONS = ListDef(
    name="institutions",
    title=_("机构名录"),
    rows=rows,
    filter=InstitutionFilter,
    columns=(
        Column("name", _("机构名称"), "name", sort="name_key"),
        Column("uscc", _("统一社会信用代码"), "uscc", sort="uscc", kind="code"),
        Column("kind", _("机构类别"), "get_kind_display"),
        Column("region", _("注册区划"), lambda row: str(row.region)),
        Column(
            "status",
            _("状态"),
            "get_status_display",
            kind="badge",
            tone=lambda row: STATUS_TONES[InstitutionStatus(row.status)],
        ),
        Column("certificate_number", _("CMA 证书编号"), "certificate_number", kind="code"),
        Column(
            "certificate_valid_to",
            _("证书有效期至"),
            "certificate_valid_to",
            sort="certificate_valid_to",
            kind="date",
        ),
        Column(
            "certificate",
            _("CMA 证书"),
            lambda row: str(VALIDITY_WORDS[_validity(row)]),
            kind="badge",
            tone=lambda row: VALIDITY_TONES[_validity(row)],
            meaning=_("按在用证书中最晚到期的一张计算。"),
        ),
        Column("filing_number", _("备案编号"), "filing_number"),
        Column("address", _("注册地址"), "address", shown=False),
        Column("supervising_department", _("主管部门"), "supervising_department", shown=False),
        Column("established_on", _("成立日期"), "established_on", kind="date", shown=False),
        Column("is_historical", _("历史数据"), "is_historical", shown=False),
        _personal("legal_representative", _("法定代表人")),
        _personal("contact_name", _("联系人")),
        _personal("contact_phone", _("联系电话")),
        _personal("remarks", _("备注")),
    ),
    order=("name_key",),
    permission=can_list,
    search=BigramSearch("search_text"),
    empty=Empty(_("名录库中还没有机构。"), _("可以逐家登记，也可以从历史台账导入。")),
)
