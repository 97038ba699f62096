"""An auditor exports the merged list, the manifest verifies, and a changed byte is named."""

from __future__ import annotations

import psycopg2
import pytest
from django.core.management import call_command

from portal.access import AgencyKind, Role
from portal.models import AuditEvent
from sharing.models import Employment
from sharing.rosters import services
from tests.factories import (
    ActorFactory,
    InstitutionFactory,
    PostFactory,
    RosterFactory,
    roster_row,
)
from tests.journeys.browser import assert_accessible, look
from tests.journeys.conftest import OpenPage

pytestmark = pytest.mark.django_db(transaction=True)


def exit_code(*command: str) -> int:
    try:
        call_command(*command)
    except SystemExit as left:
        return int(left.code or 0)
    return 0


def tamper(url: str, event: int, old: str, new: str) -> None:
    """Change a written event as a superuser can, past the triggers."""
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE audit_event SET body = replace(body, %s, %s) WHERE id = %s", [old, new, event]
        )
        assert cursor.rowcount == 1
    connection.close()


def test_the_export_verifies_and_one_changed_byte_is_named(
    open_page: OpenPage, law, run_events, postgres, tmp_path, capsys
):
    InstitutionFactory(uscc="91310113MA1TEX706G", name="上海样本检测技术有限公司")
    roster = RosterFactory()
    reporter = ActorFactory(agency=roster.agency, roles=[Role.REPORTER])
    handed = services.Handed(rows=[roster_row()], reason="补报")
    services.hand_in(roster, handed=handed, day=roster.period.due_on, actor=reporter)
    run_events()
    assert Employment.objects.count() == 1

    auditor = PostFactory(agency__kind=AgencyKind.AUDIT, roles=[Role.AUDITOR]).user
    page = open_page(auditor)
    page.goto("/sharing/employments/")
    assert "上海样本检测技术有限公司" in page.content()
    look(page, "auditor-merged-list")
    assert_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="导出 Excel").click()
    file = tmp_path / "merged.xlsx"
    download.value.save_as(file)
    assert exit_code("verify_export", str(file)) == 0

    call_command("seal_audit")
    assert exit_code("verify_audit") == 0
    event = AuditEvent.objects.filter(stream=f"roster:{roster.pk}", verb="roster.submit").get()
    tamper(postgres.superuser_url("portal_test"), event.pk, "补报", "补抱")
    capsys.readouterr()
    assert exit_code("verify_audit") == 1
    assert str(event.pk) in capsys.readouterr().out
    tamper(postgres.superuser_url("portal_test"), event.pk, "补抱", "补报")
    assert exit_code("verify_audit") == 0
