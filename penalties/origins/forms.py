"""The register's form upon a finding: what the finding says is not asked again."""

from __future__ import annotations

from typing import Any

from inspections.findings.models import Finding
from penalties.cases.forms import RegisterForm
from penalties.origins.selectors import allegation_of
from portal.access import Actor

SETTLED = ("institution", "matter", "source", "found_on")


class FindingCaseForm(RegisterForm):
    """Institution, violation, source and day of finding stand as they were found.

    A finding under a duty that is no violation leaves the violation to the officer.
    """

    def __init__(self, *args: Any, finding: Finding, actor: Actor, **options: Any) -> None:
        known = allegation_of(finding)
        super().__init__(*args, initial=known, actor=actor, **options)
        for name in SETTLED:
            self.fields[name].disabled = known[name] is not None
