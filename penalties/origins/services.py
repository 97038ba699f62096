"""From a finding to its case: one transaction, once for each finding and bureau."""

from __future__ import annotations

from django.db import transaction

from agencies.models import Agency, Post
from inspections.findings.models import Finding
from inspections.findings.services import link_case
from penalties.cases.models import Case
from penalties.cases.services import Allegation, open_from
from portal.access import Actor
from portal.refs import ref


@transaction.atomic
def case_of_finding(
    finding: Finding, allegation: Allegation, *, agency: Agency, handler: Post, actor: Actor
) -> Case:
    """Register the case that a finding calls for, and tie both.

    Asked twice it answers the same case. Refused at a bureau that is not competent for the
    matter, before the record is signed, and when the finding belongs to another case.
    """
    case = open_from(ref(finding), allegation, agency=agency, handler=handler, actor=actor)
    link_case(finding, ref(case), actor)
    return case
