"""No step is skipped: every move of both tables is refused in every state it does not begin in."""

from __future__ import annotations

import pytest

from penalties.cases.choices import CaseState
from penalties.cases.workflow import of
from penalties.models import Case
from portal.access import job_actor
from portal.errors import Refused
from portal.models import AuditEvent
from tests.penalties.district import Ways

pytestmark = pytest.mark.django_db


def test_a_skipped_step_is_refused_with_its_sentence(either: Ways):
    case = either.registered()
    table, actor = of(case), job_actor("test")
    before = AuditEvent.objects.count()
    for state in CaseState:
        Case.objects.filter(pk=case.pk).update(state=state)
        case.refresh_from_db()
        for name, step in table.moves.items():
            if state in step.sources:
                continue
            with pytest.raises(Refused) as refusal:
                table.apply(name, case, actor=actor, reason="跳过")
            assert str(step.label) in str(refusal.value)
            assert Case.objects.get(pk=case.pk).state == state
    assert AuditEvent.objects.count() == before
