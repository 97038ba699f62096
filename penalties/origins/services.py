"""From a finding to its case: one transaction, once for each finding and bureau."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.matters.choices import MatterKind
from agencies.models import Agency, Post
from inspections.findings.models import Finding
from inspections.findings.services import link_case
from penalties.cases.models import Case
from penalties.cases.services import Allegation, open_from
from portal.access import Actor
from portal.errors import Refused
from portal.refs import ref


@transaction.atomic
def case_of_finding(
    finding: Finding, allegation: Allegation, *, agency: Agency, handler: Post, actor: Actor
) -> Case:
    """Register the case that a finding calls for, and tie both.

    Asked twice it answers the same case. Refused at a bureau that is not competent for the
    matter, before the record is signed, for another institution or another violation than the
    finding's, and when the finding belongs to another case.
    """
    _check_tied(finding, allegation)
    case = open_from(ref(finding), allegation, agency=agency, handler=handler, actor=actor)
    link_case(finding, ref(case), actor)
    return case


def _check_tied(finding: Finding, allegation: Allegation) -> None:
    """The case is about what was found: nobody is charged with another's finding."""
    if allegation.institution.pk != finding.visit.institution_id:
        words = {"institution": str(finding.visit.institution)}
        message = _(
            "该问题是在“%(institution)s”检查发现的，案件的机构不能另选；对其他机构请另行登记线索。"
        )
        raise Refused(message % words, code="other_institution")
    if finding.matter.kind != MatterKind.VIOLATION:
        return  # found under a duty: the officer says which violation it is
    if allegation.matter.pk != finding.matter_id:
        message = _(
            "该问题的事项是“%(matter)s”，案件的事项须与其一致；另有违法行为的，请另行登记线索。"
        )
        raise Refused(message % {"matter": str(finding.matter)}, code="other_matter")
