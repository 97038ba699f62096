"""The verbs of bulletins: name a late agency, edit, issue, acknowledge."""

from __future__ import annotations

import datetime as dt

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.models import Agency
from portal.access import Actor, Role
from portal.audit import record
from portal.clocks import now
from portal.errors import Conflict, Refused
from portal.inbox.sentences import sentence, verbatim
from portal.inbox.services import send
from portal.papers.services import draft
from portal.refs import ref
from sharing.bulletins import workflow
from sharing.bulletins.choices import BulletinKind, BulletinState
from sharing.bulletins.models import Bulletin, BulletinLine
from sharing.bulletins.papers import KIND, bulletin_content


@transaction.atomic
def name_late_agency(
    *,
    issuer: Agency,
    about: models.Model,
    title: str,
    agency: Agency,
    subject: models.Model,
    due_on: dt.date,
    actor: Actor,
) -> Bulletin | None:
    """Name a late agency in the issuer's draft about this subject, made when there is none.

    None when the agency is named already, or when the bulletin has been issued meanwhile.
    """
    bulletin, fresh = Bulletin.objects.get_or_create(
        kind=BulletinKind.LATE,
        agency=issuer,
        about=ref(about),
        defaults={"title": title, "drafted_at": now()},
    )
    bulletin = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    if bulletin.state != BulletinState.DRAFT:
        return None
    _line, named = BulletinLine.objects.get_or_create(
        bulletin=bulletin, agency=agency, defaults={"about": ref(subject), "due_on": due_on}
    )
    if not named:
        return None
    verb = "bulletin.draft" if fresh else "bulletin.name"
    record(actor, verb, bulletin, facts={"agency": agency.pk, "due_on": due_on})
    _tell_chief(bulletin, actor)
    return bulletin


def _tell_chief(bulletin: Bulletin, actor: Actor) -> None:
    send(
        to_agency=bulletin.agency,
        role=Role.CHIEF,
        title=sentence(gettext_noop("请审核印发：%(title)s"), title=bulletin.title),
        url=bulletin.get_absolute_url(),
        subject_ref=ref(bulletin),
        key="drafted",
        actor=actor,
    )


@transaction.atomic
def edit_bulletin(bulletin: Bulletin, *, title: str, body: str, version: int, actor: Actor) -> None:
    """Change the words of a draft; Conflict when somebody else changed it first."""
    rows = Bulletin.objects.filter(pk=bulletin.pk, version=version, state=BulletinState.DRAFT)
    if not rows.update(title=title, body=body, version=F("version") + 1):
        raise Conflict(_("已被他人修改或印发"))
    changes = {"title": [bulletin.title, title], "body": [bulletin.body, body]}
    record(actor, "bulletin.edit", bulletin, changes=changes)


@transaction.atomic
def issue(bulletin: Bulletin, *, actor: Actor) -> None:
    """Issue the bulletin, draft its paper and tell every agency that it names."""
    bulletin = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    lines = list(bulletin.lines.select_related("agency"))
    if not lines:
        raise Refused(_("通报没有列出任何单位，不能印发。"))
    workflow.bulletin.apply("issue", bulletin, actor=actor)
    Bulletin.objects.filter(pk=bulletin.pk).update(issued_at=now())
    content = bulletin_content(bulletin, lines)
    draft(KIND, bulletin, content=content, agency=bulletin.agency, actor=actor)
    for line in lines:
        for role in (Role.REPORTER, Role.CHIEF):
            send(
                to_agency=line.agency,
                role=role,
                title=verbatim(bulletin.title),
                body=[verbatim(bulletin.body)],
                url=bulletin.get_absolute_url(),
                subject_ref=ref(bulletin),
                key="issued",
                actor=actor,
            )


@transaction.atomic
def acknowledge(bulletin: Bulletin, *, actor: Actor) -> None:
    """已知悉, once for the agency."""
    open_lines = bulletin.lines.filter(agency=actor.agency_id, acknowledged_at=None)
    if not open_lines.update(acknowledged_at=now(), acknowledged_by=actor.post_id):
        raise Conflict(_("本单位已确认知悉"))
    record(actor, "bulletin.acknowledge", bulletin)
