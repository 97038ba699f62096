"""The daily head leaves the machine: once to each address, and never silently not."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.core import mail as letters
from django.core.mail.backends.locmem import EmailBackend

from portal.audit import check_audit, export, seal, tasks
from portal.audit import mail as heads_by_mail
from portal.audit.mail import mail_heads
from portal.clocks import today
from portal.models import HeadMail
from tests.portal.audit.conftest import Ledger

KEEPER, OTHER = "keeper@example.org", "archive@example.org"


@pytest.fixture(autouse=True)
def outside(ledger: Ledger, settings: Any, mailoutbox: list[Any]) -> None:
    """One head of the day, and one address that keeps heads."""
    HeadMail.objects.all().delete()
    settings.AUDIT_HEAD_MAIL_TO = [KEEPER]
    ledger.write("case:1", "case:2")
    close_day(ledger, 1)


def close_day(ledger: Ledger, days: int) -> None:
    ledger.seal()
    seal.publish_head(today() + dt.timedelta(days=days))


def sent_to() -> list[str]:
    return [letter.to[0] for letter in letters.outbox]


def test_a_head_leaves_once_with_what_the_checker_needs(ledger: Ledger):
    tasks.mail_audit_heads()
    tasks.mail_audit_heads()
    [letter] = letters.outbox
    assert letter.to == [KEEPER]
    [(name, content, _kind)] = letter.attachments
    [kept] = json.loads(content)["heads"]
    assert (kept["batch"], kept["leaves"], len(kept["hash"])) == (1, 2, 64)
    assert "第 1 批，共 2 条" in letter.body
    assert kept["hash"] in letter.body
    assert f"{today():%Y%m%d}" in name
    lines = [line.encode() for line in export.lines()]
    assert check_audit.check(lines, [kept]).next_leaf == 3
    with pytest.raises(check_audit.Broken, match="head"):
        check_audit.check(lines, [{**kept, "hash": "00" * 32}])


def test_days_without_a_worker_leave_in_one_letter(ledger: Ledger):
    mail_heads()
    for days in (2, 3):
        ledger.write("case:1")
        close_day(ledger, days)
    assert mail_heads() == 1
    assert len(json.loads(letters.outbox[-1].attachments[0][1])["heads"]) == 2
    assert HeadMail.objects.get().last_on == today() + dt.timedelta(days=2)


def test_an_address_that_refuses_holds_up_no_other_and_is_tried_again(
    settings: Any, monkeypatch: Any, caplog: Any
):
    settings.AUDIT_HEAD_MAIL_TO = [KEEPER, OTHER]
    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", refusing(KEEPER))
        assert mail_heads() == 1
    assert f"was not mailed to {KEEPER}" in caplog.text
    assert sent_to() == [OTHER]
    assert mail_heads() == 1
    assert sent_to() == [OTHER, KEEPER]


def test_a_worker_that_dies_while_sending_is_followed_by_another(monkeypatch: Any):
    with monkeypatch.context() as killed:
        killed.setattr(EmailBackend, "send_messages", dying)
        with pytest.raises(SystemExit):
            mail_heads()
    assert mail_heads() == 0  # the claim may still be at work
    later = heads_by_mail.now() + heads_by_mail.GIVE_UP_CLAIM_AFTER + dt.timedelta(seconds=1)
    monkeypatch.setattr(heads_by_mail, "now", lambda: later)
    assert mail_heads() == 1
    assert sent_to() == [KEEPER]


def test_two_workers_that_look_at_once_send_one_letter(monkeypatch: Any):
    box = HeadMail.objects.create(address=KEEPER)
    assert heads_by_mail._claim(box)
    assert not heads_by_mail._claim(box)
    HeadMail.objects.update(claimed_at=None, last_on=today())
    assert not heads_by_mail._claim(box)  # the other has sent and noted it meanwhile


def test_without_addresses_nothing_leaves(settings: Any):
    settings.AUDIT_HEAD_MAIL_TO = []
    assert mail_heads() == 0
    assert letters.outbox == []


def refusing(address: str) -> Any:
    send = EmailBackend.send_messages

    def attempt(self: EmailBackend, messages: list[Any]) -> int:
        if messages[0].to == [address]:
            raise ConnectionRefusedError(address)
        return send(self, messages)

    return attempt


def dying(self: EmailBackend, messages: list[Any]) -> int:
    raise SystemExit(1)
