"""The verbs of rosters: open a period, hand in, sign, return, lock, unlock, correct, urge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.models import Agency, Post
from portal import clocks
from portal.access import Actor, Role
from portal.audit import record
from portal.clocks import now
from portal.clocks import services as clock_services
from portal.clocks.models import Clock
from portal.errors import Conflict, Refused
from portal.events import ROSTER_RETURNED, ROSTER_SUBMITTED, announce
from portal.files.models import StoredFile
from portal.files.services import attach
from portal.inbox.sentences import Sentence, sentence, verbatim
from portal.inbox.services import send
from portal.refs import ref
from sharing.rosters import rules, workflow
from sharing.rosters.choices import REASON_NEEDED, RosterState, VersionKind
from sharing.rosters.models import ROW_FIELDS, Period, Roster, RosterDraft, RosterRow, RosterVersion
from sharing.rosters.selectors import receivers, registered, reporters

NULLABLE = frozenset(
    name for name in ROW_FIELDS if getattr(RosterRow._meta.get_field(name), "null", False)
)
CLOCK_RULES = {rules.YEAR: "R01", rules.HALF: "R02"}


@dataclass(frozen=True, slots=True)
class Handed:
    """What is handed in: rows that passed every check, or a nil report, with their papers."""

    rows: Sequence[Mapping[str, Any]] = ()
    is_nil: bool = False
    file: StoredFile | None = None
    scan: StoredFile | None = None
    confirmations: Mapping[int, list[dict[str, str]]] = field(default_factory=dict)
    base_version: int | None = None
    reason: str = ""


@transaction.atomic
def open_period(kind: str, year: int, *, actor: Actor) -> Period:
    """Open a period, with a roster and a clock for each reporter; running it again adds only
    what is missing."""
    dates = rules.period_dates(kind, year)
    period, fresh = Period.objects.get_or_create(
        code=dates.code,
        defaults={
            "kind": kind,
            "year": year,
            "covers_from": dates.covers_from,
            "covers_to": dates.covers_to,
            "due_on": dates.due_on,
            "opened_at": now(),
        },
    )
    if fresh:
        record(actor, "period.open", period, facts={"due_on": dates.due_on})
    return period


@transaction.atomic
def open_roster(period: Period, *, agency: Agency, receiver: Agency, actor: Actor) -> bool:
    """Give a reporter its roster of the period and start its clock; False when it has one."""
    roster, fresh = Roster.objects.get_or_create(
        period=period, agency=agency, defaults={"receiver": receiver}
    )
    if not fresh:
        return False
    record(actor, "roster.open", roster, facts={"due_on": period.due_on})
    start_clock(roster, on=clocks.today(), actor=actor)
    return True


def open_due_periods(day: dt.date, *, days_ahead: int, actor: Actor) -> None:
    """Open what is due to open on this day, for every district; safe to run again."""
    for kind, year in rules.periods_to_open(day, days_ahead):
        period = open_period(kind, year, actor=actor)
        for receiver in receivers():
            for agency in reporters(receiver):
                open_roster(period, agency=agency, receiver=receiver, actor=actor)


@transaction.atomic
def hand_in(roster: Roster, *, handed: Handed, day: dt.date, actor: Actor) -> RosterVersion:
    """Hand in a version: it counts at once, or when the chief has signed where the agency asks.

    Refused without the reason that a late, supplementary or correcting version needs; Conflict
    when another version came first.
    """
    roster = Roster.objects.select_for_update().get(pk=roster.pk)
    if roster.state == RosterState.SIGNING:
        raise Refused(_("已有一份名单待负责人签核，请等待签核或由负责人退回后再报送。"))
    _check_base(roster, handed)
    latest = roster.versions.first()
    kind = rules.version_kind(
        has_version=latest is not None,
        is_locked=roster.state == RosterState.LOCKED,
        day=day,
        due_on=roster.period.due_on,
    )
    if kind in REASON_NEEDED and not handed.reason.strip():
        raise Refused(_reason_wanted(kind), code="reason")
    if not handed.rows and not handed.is_nil:
        raise Refused(_("名单没有任何行。如本期没有委托，请使用“零报告”。"), code="empty")
    version = _make_version(roster, handed, kind, (latest.number if latest else 0) + 1, actor)
    _take(roster, version, handed, actor)
    return version


def _check_base(roster: Roster, handed: Handed) -> None:
    latest = roster.versions.first()
    number = latest.number if latest else 0
    if handed.base_version is not None and handed.base_version != number:
        by = str(latest.submitted_by.user) if latest else ""
        at = latest.submitted_at if latest else None
        raise Conflict(_("已有第 %(n)s 版") % {"n": number}, by, at)


def _reason_wanted(kind: str) -> str:
    words = {
        VersionKind.LATE: _("已过报送截止日，请写明逾期报送的理由。"),
        VersionKind.SUPPLEMENTARY: _("已过报送截止日，请写明补报的理由。"),
        VersionKind.CORRECTION: _("名单已锁定，请写明更正的理由。"),
    }
    return words[VersionKind(kind)]


def _make_version(
    roster: Roster, handed: Handed, kind: str, number: int, actor: Actor
) -> RosterVersion:
    version = RosterVersion.objects.create(
        roster=roster,
        number=number,
        kind=kind,
        is_nil=handed.is_nil,
        file=handed.file,
        scan=handed.scan,
        row_count=len(handed.rows),
        reason=handed.reason,
        receipt=f"{roster.period.code}-{roster.agency.code}-{number}",
        submitted_at=now(),
        submitted_by=Post.objects.get(pk=actor.post_id or 0),
    )
    for paper in (handed.file, handed.scan):
        if paper and not paper.subject_ref:
            attach(paper, subject_ref=ref(roster), actor=actor)
    known = registered(str(row["uscc"]) for row in handed.rows)
    RosterRow.objects.bulk_create(
        (_row(version, n, row, known, handed) for n, row in enumerate(handed.rows, start=1)),
        batch_size=1000,
    )
    return version


def _row(
    version: RosterVersion,
    number: int,
    row: Mapping[str, Any],
    known: Mapping[str, Any],
    handed: Handed,
) -> RosterRow:
    values = {name: _stored(name, row[name]) for name in ROW_FIELDS}
    entry = known.get(values["uscc"])
    return RosterRow(
        version=version,
        number=number,
        institution_id=entry.pk if entry else None,
        confirmations=handed.confirmations.get(number, []),
        **values,
    )


def _take(roster: Roster, version: RosterVersion, handed: Handed, actor: Actor) -> None:
    facts = {"version": version.number, "rows": version.row_count, "kind": version.kind}
    facts |= {"file": version.file.sha256 if version.file else "", "nil": version.is_nil}
    if roster.agency.signs_off_rosters and actor.agency_id == roster.agency_id:
        workflow.roster.apply(
            "send_to_chief", roster, actor=actor, reason=handed.reason, facts=facts
        )
        return
    name = "correct" if roster.state == RosterState.LOCKED else "submit"
    workflow.roster.apply(name, roster, actor=actor, reason=handed.reason, facts=facts)
    _put_in_force(roster, version, actor)


def _stored(name: str, value: Any) -> Any:
    """A blank cell as the column keeps it: text columns know no NULL."""
    if value is not None:
        return list(value) if name == "media" else value
    return None if name in NULLABLE else ""


def _put_in_force(roster: Roster, version: RosterVersion, actor: Actor) -> None:
    Roster.objects.filter(pk=roster.pk).update(current=version)
    roster.current = version
    for clock in Clock.objects.of(ref(roster)).open():
        reason = _("已报送，回执 %(receipt)s") % {"receipt": version.receipt}
        clock_services.stop(clock, on=clocks.today(), reason=reason, actor=actor)
    announce(ROSTER_SUBMITTED, roster.pk, actor=actor)


@transaction.atomic
def hand_in_draft(
    draft: RosterDraft, *, handed: Handed, day: dt.date, actor: Actor
) -> RosterVersion:
    """Hand in a checked workbook once: the second click of the same draft is a Conflict."""
    deleted, _by_model = RosterDraft.objects.filter(pk=draft.pk).delete()
    if not deleted:
        raise Conflict(_("这份名单已经报送或已重新上传"))
    return hand_in(draft.roster, handed=handed, day=day, actor=actor)


@transaction.atomic
def sign(roster: Roster, *, actor: Actor) -> RosterVersion:
    """The chief signs the waiting version, which then counts."""
    roster = Roster.objects.select_for_update().get(pk=roster.pk)
    version = roster.versions.order_by("-number")[:1].get()
    name = "sign_correction" if version.kind == VersionKind.CORRECTION else "sign"
    workflow.roster.apply(name, roster, actor=actor, facts={"version": version.number})
    version.signed_at, version.signed_by_id = now(), actor.post_id
    version.save(update_fields=["signed_at", "signed_by"])
    _put_in_force(roster, version, actor)
    return version


@transaction.atomic
def send_back(roster: Roster, *, reason: str, actor: Actor) -> None:
    """The chief does not sign: the version before, if any, goes on counting."""
    roster = Roster.objects.select_for_update().get(pk=roster.pk)
    waiting = roster.versions.order_by("-number")[:1].get()
    name = "send_back" if roster.current_id is None else "keep_previous"
    name = "keep_locked" if waiting.kind == VersionKind.CORRECTION else name
    workflow.roster.apply(name, roster, actor=actor, reason=reason)
    title = sentence(gettext_noop("名单未获签核，请修改后重新提交"))
    _tell_reporters(roster, title, actor, reason=reason)


@transaction.atomic
def return_roster(roster: Roster, *, reason: str, actor: Actor) -> None:
    """The receiver sends the roster back; the reporter's clock runs again to the same day."""
    _reopen(roster, "return", reason, actor)


@transaction.atomic
def unlock(roster: Roster, *, reason: str, actor: Actor) -> None:
    """The receiver opens a locked roster for a new version."""
    _reopen(roster, "unlock", reason, actor)


def _reopen(roster: Roster, name: str, reason: str, actor: Actor) -> None:
    workflow.roster.apply(name, roster, actor=actor, reason=reason)
    Roster.objects.filter(pk=roster.pk).update(current=None)
    start_clock(roster, on=clocks.today(), actor=actor)
    announce(ROSTER_RETURNED, roster.pk, actor=actor)
    title = sentence(gettext_noop("名单被退回，请修改后重新报送"))
    _tell_reporters(roster, title, actor, reason=reason)


@transaction.atomic
def lock(roster: Roster, *, actor: Actor) -> None:
    """The receiver takes the roster as final; later changes are corrections with a version."""
    workflow.roster.apply("lock", roster, actor=actor)


@transaction.atomic
def urge(roster: Roster, *, day: dt.date, actor: Actor) -> None:
    """催报: remind the reporter by hand, once a day at most."""
    if not roster.is_waiting:
        raise Refused(_("该名单已报送，无须催报。"))
    record(actor, "roster.urge", roster, facts={"due_on": roster.period.due_on})
    words = gettext_noop("催报：请尽快报送 %(period)s 机构名单(截止日%(due)s)")
    if day > roster.period.due_on:
        words = gettext_noop(
            "催报：%(period)s 机构名单应于%(due)s前报送，已逾期，请立即补报并说明理由"
        )
    _tell_reporters(roster, sentence(words, **_due(roster)), actor, key=f"urge:{day}")


def remind(roster: Roster, *, key: str, days_left: int, actor: Actor) -> None:
    """The clock's own reminder; after a long sleep it says how late the roster is by now."""
    words = gettext_noop("%(period)s 机构名单应于%(due)s前报送，还剩 %(days)s 天")
    if days_left == 0:
        words = gettext_noop("%(period)s 机构名单今天(%(due)s)截止报送")
    elif days_left < 0:
        words = gettext_noop("%(period)s 机构名单应于%(due)s前报送，已逾期 %(days)s 天，请尽快补报")
    title = sentence(words, **_due(roster), days=abs(days_left))
    _tell_reporters(roster, title, actor, key=key)


def _due(roster: Roster) -> dict[str, str | dt.date]:
    """The period and its last day, as sentences name them."""
    return {"period": roster.period.code, "due": roster.period.due_on}


def _tell_reporters(
    roster: Roster, title: Sentence, actor: Actor, *, key: str = "", reason: str = ""
) -> None:
    latest = roster.versions.first()
    send(
        to_agency=roster.agency,
        role=Role.REPORTER,
        title=title,
        body=[verbatim(reason)] if reason else [],
        url=roster.get_absolute_url(),
        subject_ref=ref(roster),
        key=key or f"{roster.state}:{latest.number if latest else 0}",
        actor=actor,
    )


def start_clock(roster: Roster, *, on: dt.date, actor: Actor) -> None:
    """Start the reporter's period to the roster's last day, unless it runs already."""
    if Clock.objects.of(ref(roster)).open().exists():
        return
    clock_services.start(
        CLOCK_RULES[roster.period.kind],
        roster,
        agency=roster.agency,
        on=min(on, roster.period.due_on),
        role=Role.REPORTER,
        actor=actor,
        due=roster.period.due_on,
    )


@transaction.atomic
def keep_draft(
    roster: Roster,
    *,
    file: StoredFile,
    scan: StoredFile | None,
    checked: Mapping[str, Any],
    actor: Actor,
) -> RosterDraft:
    """Keep what the check said of an upload; the maker's earlier draft of it is replaced."""
    latest = roster.versions.first()
    values = {
        "file": file,
        "scan": scan,
        "checked_at": now(),
        "base_version": latest.number if latest else 0,
        **checked,
    }
    draft, _fresh = RosterDraft.objects.update_or_create(
        roster=roster, made_by_id=actor.post_id, defaults=values
    )
    return draft


@transaction.atomic
def confirm_outliers(draft: RosterDraft, *, code: str, cell: str, reason: str, actor: Actor) -> int:
    """Give one reason for the open outliers of a kind, or of one cell; how many it settled.

    The reasons are written to the audit with the version that is handed in.
    """
    draft = RosterDraft.objects.select_for_update().get(pk=draft.pk)
    settled = [
        issue
        for issue in draft.issues
        if issue["open"] and issue["tier"] == "plausible" and issue["code"] == code
        and (not cell or issue["cell"] == cell)
    ]  # fmt: skip
    for issue in settled:
        issue["open"], issue["reason"] = False, reason
        names = ("cell", "code", "field", "key", "value")
        draft.confirmations.append({**{n: issue[n] for n in names}, "reason": reason})
    draft.save(update_fields=["issues", "confirmations"])
    return len(settled)


def take_over_drafts(giver: Post, receiver: Post, actor: Actor) -> None:
    """EV3: checked but unreported workbooks pass on; where the receiver has one, that one stays."""
    own = RosterDraft.objects.filter(made_by=receiver).values("roster")
    RosterDraft.objects.filter(made_by=giver).exclude(roster__in=own).update(made_by=receiver)
