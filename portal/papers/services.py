"""The verbs of papers: draft, redraft, number, seal, attach the scan."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from portal.access import Actor, demand
from portal.audit import record
from portal.clocks import now, today
from portal.errors import Conflict, Refused
from portal.files import store
from portal.files.models import StoredFile
from portal.papers import permissions, workflow
from portal.papers.content import Content
from portal.papers.document import pdf
from portal.papers.kinds import PaperKind, kind_named
from portal.papers.models import Paper, Sealing
from portal.papers.numbering import next_number
from portal.papers.printing import Sheet
from portal.papers.templates import word_of
from portal.refs import name_of, ref, registered

LONGEST_TITLE = 300


@transaction.atomic
def draft(
    kind: str,
    subject: models.Model,
    *,
    content: Content,
    agency: Any,
    actor: Actor,
    corrects: Paper | None = None,
) -> Paper:
    """Draft a paper about a record; with ``corrects`` it mends a numbered paper of that record.

    The room has already asked who may: a paper is drafted as part of the room's own act.
    """
    _check_subject(kind_named(kind), subject)
    _check_title(content)
    if corrects is not None:
        _check_correction(corrects, ref(subject), agency.pk)
    root = getattr(subject, "audit_root", None)
    paper = Paper.objects.create(
        kind=kind,
        subject_ref=ref(subject),
        audit_stream=(root() if root else None) or ref(subject),
        agency=agency,
        title=content.title,
        content=content.to_json(),
        corrects=corrects,
        drafted_at=now(),
    )
    facts: dict[str, Any] = {"kind": kind, "title": content.title}
    if corrects is not None:
        facts["corrects"] = corrects.number
    record(actor, "paper.draft", paper, facts=facts)
    return paper


@transaction.atomic
def redraft(paper: Paper, *, content: Content, actor: Actor) -> None:
    """Write a draft anew; Refused once it has its number, Conflict when somebody was faster."""
    if not paper.is_draft:
        raise Refused(_("文书已编号，不能再改；有误请另发补正文书。"), code="paper_numbered")
    _check_title(content)
    rows = Paper.objects.filter(pk=paper.pk, state=paper.state, version=paper.version)
    stored = content.to_json()
    if not rows.update(title=content.title, content=stored, version=F("version") + 1):
        raise Conflict(_("已被他人修改或编号"))
    changes = {"title": [paper.title, content.title]} if paper.title != content.title else None
    record(actor, "paper.redraft", paper, changes=changes)
    paper.title, paper.content, paper.version = content.title, stored, paper.version + 1


@transaction.atomic
def number(paper: Paper, *, on: dt.date, actor: Actor) -> Paper:
    """Give the paper its number and date, make its PDF and Word files, and freeze it.

    The counter's row is locked until the caller's transaction ends: numbers are consecutive, and
    one that is rolled back leaves no gap. Refused for a day to come, for an agency without its
    机关代字, and for a paper that is numbered already.
    """
    if on > today():
        raise Refused(_("成文日期不能晚于今天。"), code="paper_date")
    fresh = Paper.objects.select_for_update(of=("self",)).select_related("agency").get(pk=paper.pk)
    _may_number(fresh, actor)
    _check_since(fresh, on)
    given = next_number(fresh.agency, fresh.kind_of.series, on.year)
    sheet = Sheet(fresh.agency.name, given.text, on)
    made, word = pdf(fresh.words, sheet), word_of(fresh, sheet)
    values: dict[str, Any] = {
        "series": fresh.kind_of.series,
        "year": on.year,
        "n": given.n,
        "number": given.text,
        "numbered_on": on,
        "pages": made.pages,
        "pdf_sha256": store.write([made.body])[0],
        "docx_sha256": store.write([word])[0],
    }
    Paper.objects.filter(pk=fresh.pk).update(**values)
    workflow.paper.apply("number", fresh, actor=actor, facts=_proof(values))
    for name, value in {**values, "state": fresh.state}.items():
        setattr(paper, name, value)
    return paper


@transaction.atomic
def seal(paper: Paper, *, seal: str, copies: int, on: dt.date, actor: Actor) -> Sealing:
    """Enter in the sealing register that a seal was set on a numbered paper."""
    _demand(permissions.can_seal, paper, actor)
    if not seal.strip() or not 1 <= copies <= 999:
        raise Refused(_("请填写印章名称和 1 至 999 的用印份数。"), code="sealing")
    if paper.numbered_on is None or not paper.numbered_on <= on <= today():
        raise Refused(_("用印日期应在成文日期之后，且不能晚于今天。"), code="sealing_date")
    made = Sealing.objects.create(
        paper=paper, seal=seal.strip(), copies=copies, sealed_on=on, at=now(), by_id=actor.post_id
    )
    facts = {"seal": made.seal, "copies": copies, "on": on, "number": paper.number}
    record(actor, "paper.seal", paper, facts=facts)
    return made


@transaction.atomic
def attach_scan(paper: Paper, *, file: StoredFile, actor: Actor) -> None:
    """Put the scan of the sealed paper beside it; a better scan takes its place, both are kept."""
    _demand(permissions.can_attach_scan, paper, actor)
    if file.subject_ref != ref(paper):
        raise Refused(_("该文件不属于这份文书，请从文书页面重新上传。"), code="paper_scan")
    rows = Paper.objects.filter(pk=paper.pk, scan=paper.scan_id)
    if not rows.update(scan=file):
        raise Conflict(_("扫描件已由他人上传"))
    facts = {"sha256": file.sha256, "number": paper.number}
    record(actor, "paper.scan", paper, changes={"scan": [paper.scan_id, file.pk]}, facts=facts)
    paper.scan = file


def bytes_of(sha256: str) -> Path:
    """Where a numbered paper's file lies."""
    return store.path_of(sha256)


def _may_number(paper: Paper, actor: Actor) -> None:
    """Before a number is taken and the files are made; the move itself asks again."""
    if not actor.is_job:
        demand(permissions.can_number(actor, paper))
    if not paper.is_draft:
        words = {"number": paper.number}
        raise Refused(_("文书已编号为 %(number)s，不能重复编号。") % words, code="wrong_state")


def _check_since(paper: Paper, on: dt.date) -> None:
    """No number before the act that the paper states."""
    since = paper.kind_of.since
    if since is None:
        return
    _name, _colon, key = paper.subject_ref.partition(":")
    begun = since(registered()[paper.kind_of.subject]._base_manager.get(pk=int(key)))
    if begun is not None and on < begun:
        words = {"on": on.isoformat(), "begun": begun.isoformat()}
        message = _("成文日期 %(on)s 早于文书所载事项的日期 %(begun)s，请填写该日或者以后的日期。")
        raise Refused(message % words, code="paper_date")


def _demand(can: Any, paper: Paper, actor: Actor) -> None:
    """Jobs act for the system; whoever else must be allowed."""
    if paper.is_draft:
        raise Refused(can(actor, paper).why_not, code="paper_draft")
    if not actor.is_job:
        demand(can(actor, paper))


def _check_subject(kind: PaperKind, subject: models.Model) -> None:
    if name_of(type(subject)) != kind.subject:
        raise ValueError(f"{kind.code} is about {kind.subject}, not about {subject!r}.")


def _check_title(content: Content) -> None:
    if len(content.title) > LONGEST_TITLE:
        words = {"most": LONGEST_TITLE}
        raise Refused(_("文书标题不能超过 %(most)d 字。") % words, code="paper_title")


def _check_correction(corrects: Paper, subject_ref: str, agency: int) -> None:
    if corrects.is_draft:
        raise Refused(_("所补正的文书尚未编号，请直接修改草稿。"), code="paper_draft")
    if corrects.subject_ref != subject_ref or corrects.agency_id != agency:
        raise Refused(_("补正文书只能由原单位就同一事项作出。"), code="paper_correction")


def _proof(values: dict[str, Any]) -> dict[str, Any]:
    named = ("number", "numbered_on", "pages", "pdf_sha256", "docx_sha256")
    return {name: values[name] for name in named}
