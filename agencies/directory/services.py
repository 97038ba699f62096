"""Regions come from a file; agencies are opened, edited and ended by the system administrator."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agencies.directory.models import Agency, Region
from portal.access import Actor
from portal.audit import record
from portal.errors import Conflict, Refused

REGIONS = Path(__file__).parent.parent / "seeds" / "regions.csv"
EDITABLE = (
    "name",
    "name_en",
    "short_name",
    "kind",
    "level",
    "region",
    "superior",
    "uscc",
    "document_prefix",
    "address",
    "phone",
    "reports_rosters",
    "signs_off_rosters",
)


def seed_regions() -> None:
    """上海市 and its 16 districts by GB/T 2260; superiors stand above their parts in the file."""
    known = {region.code: region for region in Region.objects.all()}
    with REGIONS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            parent = known.get(row["parent"])
            facts = {
                "name": row["name"],
                "name_en": row["name_en"],
                "level": row["level"],
                "parent": parent,
                "path": f"{parent.path}/{row['code']}" if parent else row["code"],
            }
            known[row["code"]] = Region.objects.update_or_create(code=row["code"], defaults=facts)[
                0
            ]


@transaction.atomic
def create_agency(*, code: str, actor: Actor, **facts: Any) -> Agency:
    """Open an agency in the directory."""
    agency = Agency(code=code, **facts)
    _check(agency)
    try:
        with transaction.atomic():
            agency.save()
    except IntegrityError as error:
        raise Refused(_("单位代号或名称已登记，请核对。")) from error
    record(actor, "agency.create", agency, facts={"code": code, "name": agency.name})
    return agency


@transaction.atomic
def edit_agency(agency: Agency, *, version: int, actor: Actor, **facts: Any) -> None:
    """Change an agency's facts; Conflict when somebody else was faster."""
    before = Agency.objects.get(pk=agency.pk)
    for name in EDITABLE:
        if name in facts:
            setattr(agency, name, facts[name])
    _check(agency)
    values = {name: getattr(agency, name) for name in EDITABLE}
    rows = Agency.objects.filter(pk=agency.pk, version=version)
    if rows.update(**values, version=version + 1) != 1:
        raise Conflict(_("单位信息已更新"))
    agency.version = version + 1
    changes = {
        name: [str(getattr(before, name) or ""), str(getattr(agency, name) or "")]
        for name in EDITABLE
        if getattr(before, name) != getattr(agency, name)
    }
    record(actor, "agency.edit", agency, changes=changes)


@transaction.atomic
def end_agency(agency: Agency, *, on: dt.date, reason: str, actor: Actor) -> None:
    """End an agency whose posts have all ended; its records stay where they are."""
    if agency.ended_on is not None:
        raise Refused(_("该单位已停用。"))
    if agency.posts.not_over(on).exists():
        raise Refused(_("该单位还有在任岗位，请先办理岗位的结束和工作交接。"))
    if Agency.objects.filter(pk=agency.pk, ended_on=None).update(ended_on=on) != 1:
        raise Conflict(_("已停用"))
    agency.ended_on = on
    record(actor, "agency.end", agency, changes={"ended_on": ["", on.isoformat()]}, reason=reason)


def _check(agency: Agency) -> None:
    """A superior is never the agency itself or below it."""
    above: Agency | None = agency.superior
    while above is not None:
        if above.pk == agency.pk and agency.pk is not None:
            raise Refused(_("上级单位不能是本单位或其下级单位。"))
        above = above.superior
