"""The daily heads by mail to those who keep them: only what is remembered outside proves anything.

Each address has its own row that says up to which day it has the heads, so that nothing is left
out after a crash, an unreachable server or a holiday of the worker; a crash between sending and
noting it sends once more.
"""

from __future__ import annotations

import datetime as dt
import json
import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.audit.models import AuditHead, HeadMail
from portal.audit.selectors import head_facts
from portal.clocks.now import now

log = logging.getLogger(__name__)

GIVE_UP_CLAIM_AFTER = dt.timedelta(minutes=15)  # longer than the hard time limit of a job


def mail_heads() -> int:
    """Send every configured address the heads it does not have yet; how many letters went out."""
    return sum(_mail_to(address) for address in settings.AUDIT_HEAD_MAIL_TO)


def _mail_to(address: str) -> bool:
    box, _created = HeadMail.objects.get_or_create(address=address)
    heads = list(_unsent(box))
    if not heads or not _claim(box):
        return False
    try:
        letter(address, heads).send()
    except OSError as error:  # also every fault of SMTP; the next look tries again
        log.error("The audit head of %s was not mailed to %s: %s", heads[-1], address, error)
        HeadMail.objects.filter(pk=box.pk).update(claimed_at=None)
        return False
    HeadMail.objects.filter(pk=box.pk).update(
        last_on=heads[-1].on_date, sent_at=now(), claimed_at=None
    )
    return True


def _unsent(box: HeadMail) -> list[AuditHead]:
    heads = AuditHead.objects.order_by("on_date")
    return list(heads.filter(on_date__gt=box.last_on) if box.last_on else heads)


def _claim(box: HeadMail) -> bool:
    """True for one of those who look at the same time, unless the box moved on meanwhile."""
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now() - GIVE_UP_CLAIM_AFTER)
    rows = HeadMail.objects.filter(free, pk=box.pk, last_on=box.last_on)
    if box.last_on is None:
        rows = HeadMail.objects.filter(free, pk=box.pk, last_on__isnull=True)
    return rows.update(claimed_at=now()) == 1


def letter(address: str, heads: list[AuditHead]) -> EmailMessage:
    """The letter: one paragraph for each head, how to check, and the heads as the checker reads."""
    with translation.override(settings.LANGUAGE_CODE):
        newest = date_format(heads[-1].on_date, "DATE_FORMAT")
        subject = _("审计每日摘要 %(day)s") % {"day": newest}
        body = "\n\n".join([_purpose(), *(_said(head) for head in heads), _how_to_check()])
    mail = EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [address])
    kept = json.dumps({"heads": [head_facts(head) for head in heads]}, indent=1)
    mail.attach(f"heads-{heads[-1].on_date:%Y%m%d}.json", kept, "application/json")
    return mail


def _purpose() -> str:
    return _(
        "请在平台之外长期保存本邮件及附件。日后任何人修改、删除或插入此前的审计记录，"
        "都会与这里的摘要不符。"
    )


def _said(head: AuditHead) -> str:
    return _(
        "%(day)s：截至第 %(batch)s 批，共 %(leaves)s 条审计记录，链上哈希(SHA-256)为 %(hash)s。"
    ) % {
        "day": date_format(head.on_date, "DATE_FORMAT"),
        "batch": head.batch,
        "leaves": head.leaves,
        "hash": head.hex,
    }


def _how_to_check() -> str:
    return _(
        "核对方法：由审计人员在“审计日志”页导出封存记录，并从公开页面“审计日志每日摘要”"
        "下载核对程序 check_audit.py，在任意一台装有 Python 的电脑上运行 "
        "python check_audit.py 导出文件 --heads 附件。显示 CLEAN 即截至该日的记录未被改动；"
        "显示 BROKEN 则指出第一处不符。"
    )
