"""From the decision to the public and back: prepare, review, publish, correct, withdraw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from penalties.cases.choices import Outcome, Procedure
from penalties.cases.models import Case
from penalties.cases.services import stop_clock
from penalties.decisions.choices import TAKES_BACK, Standing
from penalties.decisions.models import Decision
from penalties.discretion.choices import PartyKind
from penalties.publication import rules, selectors, workflow
from penalties.publication.choices import Act, PublicationKind, PublicationState
from penalties.publication.models import PenaltyPublication, PublicationVersion
from penalties.publication.permissions import can_draft
from portal.access import Actor, Role, demand
from portal.audit import record
from portal.clocks import now
from portal.clocks import services as clocks
from portal.clocks.models import Clock
from portal.errors import Conflict, Refused
from portal.events import PENALTY_PUBLISHED, announce
from portal.refs import ref

DAY = dt.timedelta(days=1)
TEXTS = ("party_name", "facts", "basis", "penalties", "note")


@transaction.atomic
def prepare(decision: Decision, *, actor: Actor) -> list[PenaltyPublication]:
    """Begin both duties of a penalty decision with their clocks; a second time changes nothing."""
    if decision.outcome != Outcome.PENALTY or decision.decided_on is None:
        return []
    return [_prepare(decision, kind, decision.decided_on, actor) for kind in PublicationKind]


def _prepare(
    decision: Decision, kind: PublicationKind, on: dt.date, actor: Actor
) -> PenaltyPublication:
    texts = _texts(decision)
    defaults = {**texts, "case": decision.case, "due_on": on}
    defaults["breach_class"] = selectors.class_of(decision, kind)
    row, fresh = PenaltyPublication.objects.get_or_create(
        decision=decision, kind=kind, defaults=defaults
    )
    if not fresh:
        return row
    code = rule_of(decision, kind)
    agency = decision.case.agency_id
    clock = clocks.start(code, row, agency=agency, on=on, role=Role.OFFICER, actor=actor)
    PenaltyPublication.objects.filter(pk=row.pk).update(due_on=clock.due_on)
    row.due_on = clock.due_on
    facts = {"kind": kind, "class": row.breach_class, "due_on": row.due_on}
    record(actor, "penaltypublication.prepare", row, facts=facts)
    return row


def rule_of(decision: Decision, kind: str) -> str:
    """D18 for credit; else D21 for ecology, D19 for market.

    For a party of another province the push has its own clocks (D20, D20b; room pushes).
    """
    if kind == PublicationKind.CREDIT:
        return "D18"
    return "D21" if decision.case.procedure == Procedure.ECOLOGY else "D19"


def _texts(decision: Decision) -> dict[str, str]:
    """The first draft: the decision's own words, a person's name already masked."""
    person = decision.case.party == PartyKind.PERSON
    name = decision.party_name
    return {
        "party_name": rules.masked(name) if person else name,
        "party_code": decision.party_code,
        "facts": decision.facts[:5000],
        "basis": decision.basis,
        "penalties": "；".join(line.text for line in decision.lines.all()),
    }


@transaction.atomic
def edit(row: PenaltyPublication, *, texts: Mapping[str, str], version: int, actor: Actor) -> None:
    """Change the draft, redacting what the public must not read; Conflict on an older page."""
    demand(can_draft(actor, row))
    if row.state != PublicationState.DRAFT:
        raise Refused(_("只有待编制的公示可以修改。"), code="wrong_state")
    values: dict[str, Any] = {name: texts[name] for name in TEXTS}
    changes = {
        name: [getattr(row, name), value]
        for name, value in values.items()
        if getattr(row, name) != value
    }
    rows = PenaltyPublication.objects.filter(pk=row.pk, version=version, state=row.state)
    if not rows.update(**values, drafted_by_id=actor.user_id, reviewed_by=None,
                       version=F("version") + 1):  # fmt: skip
        raise Conflict(_("已被他人修改"))
    record(actor, "penaltypublication.edit", row, changes=changes)


@transaction.atomic
def submit(row: PenaltyPublication, *, actor: Actor) -> None:
    """Ask for the second person's review; personal data must be gone."""
    _demand_redacted(row)
    workflow.publication.apply("submit", row, actor=actor)
    PenaltyPublication.objects.filter(pk=row.pk).update(
        drafted_by_id=actor.user_id, reviewed_by=None
    )
    row.drafted_by_id, row.reviewed_by_id = actor.user_id, None


def _demand_redacted(row: PenaltyPublication) -> None:
    text = "\n".join(str(getattr(row, name)) for name in TEXTS)
    found = rules.leftovers(text, selectors.names_to_hide(row))
    if found:
        message = _("公示内容还含有个人信息：%(found)s。请遮盖后再提交。")
        raise Refused(message % {"found": "、".join(found)}, code="personal")


@transaction.atomic
def approve(row: PenaltyPublication, *, publish_on: dt.date, on: dt.date, actor: Actor) -> None:
    """The review: published at once, or by the portal on the planned day, within the legal one."""
    first = not row.versions.exists()
    if first and publish_on > max(row.due_on, on):
        words = {"day": row.due_on.isoformat()}
        raise Refused(_("计划公示日期不能晚于法定期限 %(day)s。") % words, code="after_due")
    if publish_on < on:
        raise Refused(_("计划公示日期不能早于今天。"), code="past")
    _demand_redacted(row)
    facts = {"publish_on": publish_on}
    workflow.publication.apply("approve", row, actor=actor, facts=facts)
    PenaltyPublication.objects.filter(pk=row.pk).update(
        reviewed_by_id=actor.user_id, publish_on=publish_on
    )
    row.reviewed_by_id, row.publish_on = actor.user_id, publish_on
    if publish_on <= on:
        publish(row, on=on, actor=actor)


@transaction.atomic
def publish(row: PenaltyPublication, *, on: dt.date, actor: Actor) -> PublicationVersion:
    """Show the reviewed text to the public. The term is counted by law; late says so."""
    if row.reviewed_by_id is None or row.reviewed_by_id == row.drafted_by_id:
        raise Refused(_("未经第二人复核不能公示。"), code="not_reviewed")
    corrects = row.published_on is not None and row.withdrawn_on is None
    legal_on = row.publish_on or on
    late = on > legal_on or (not corrects and on > row.due_on)
    term = selectors.term_of(row, on)
    values: dict[str, Any] = {"withdrawn_on": None}
    if not corrects:
        values |= {
            "published_on": on,
            "earliest_end_on": term.earliest_end_on,
            "ends_on": term.ends_on,
            "late": late,
        }
    _keep(row, values)
    workflow.publication.apply("publish", row, actor=actor, facts={"on": on, "late": late})
    act = Act.CORRECT if corrects else Act.PUBLISH
    reason = row.note if corrects else ""
    made = _version(row, act, on=on, legal_on=legal_on, late=late, reason=reason, actor=actor)
    for clock in Clock.objects.open().of(ref(row)):
        clocks.stop(clock, on=on, reason=_("已公示。"), actor=actor)
    return made


def _keep(row: PenaltyPublication, values: Mapping[str, Any]) -> None:
    PenaltyPublication.objects.filter(pk=row.pk).update(**values)
    for name, value in values.items():
        setattr(row, name, value)


def _version(
    row: PenaltyPublication,
    act: str,
    *,
    on: dt.date,
    legal_on: dt.date,
    late: bool,
    reason: str,
    actor: Actor,
) -> PublicationVersion:
    """Freeze what goes out, and tell the rooms above."""
    last = row.versions.order_by("-number").first()
    made = PublicationVersion.objects.create(
        publication=row,
        number=(last.number if last else 0) + 1,
        act=act,
        content=selectors.content_of(row),
        on=on,
        legal_on=legal_on,
        late=late,
        ends_on=row.ends_on or on,
        reason=reason,
        by_post_id=actor.post_id,
    )
    announce(PENALTY_PUBLISHED, made.pk, actor=actor)
    return made


@transaction.atomic
def withdraw(
    row: PenaltyPublication,
    *,
    reason: str,
    on: dt.date,
    actor: Actor,
    legal_on: dt.date | None = None,
) -> None:
    """撤回: the public no longer reads it and is told why (处罚法 art. 48, D22)."""
    was_public = row.published_on is not None and row.withdrawn_on is None
    legal_on = legal_on or on
    facts = {"on": on, "legal_on": legal_on}
    workflow.publication.apply("withdraw", row, actor=actor, reason=reason, facts=facts)
    for clock in Clock.objects.open().of(ref(row)):
        clocks.stop(clock, on=on, reason=_("不再公示。"), actor=actor)
    if was_public:
        _keep(row, {"withdrawn_on": on})
        late = on > legal_on
        _version(row, Act.WITHDRAW, on=on, legal_on=legal_on, late=late, reason=reason, actor=actor)
    _stop_when_all_gone(row.case, on, actor)


@transaction.atomic
def end_early(row: PenaltyPublication, *, reason: str, on: dt.date, actor: Actor) -> None:
    """修复: from this day the public reads it no more; what went out before stays on record."""
    if row.state != PublicationState.PUBLISHED:
        message = _("公示正在更正，请先完成更正，再办理修复。")
        raise Refused(message, code="wrong_state")
    workflow.publication.apply("repair", row, actor=actor, facts={"on": on})
    _keep(row, {"ends_on": on - DAY})
    _version(row, Act.REPAIR, on=on, legal_on=on, late=False, reason=reason, actor=actor)


def _stop_when_all_gone(case: Case, on: dt.date, actor: Actor) -> None:
    left = PenaltyPublication.objects.filter(case=case, published_on__isnull=False)
    if not left.filter(withdrawn_on=None).exists():
        stop_clock(case, "D22", on=on, actor=actor, reason=_("公示已全部撤回。"))


@transaction.atomic
def follow_change(decision: Decision, *, on: dt.date, actor: Actor) -> None:
    """After a change: what never came out stays in; what is public waits for its withdrawal.

    An annulled decision is no longer prepared. The bureau has three working days for the rest.
    """
    for row in PenaltyPublication.objects.filter(decision=decision, published_on=None):
        open_states = {PublicationState.WITHDRAWN, PublicationState.EXEMPT}
        if decision.standing == Standing.ANNULLED and row.state not in open_states:
            withdraw(row, reason=explanation(decision), on=on, actor=actor)
        elif decision.standing == Standing.CHANGED:
            breach = selectors.class_of(decision, row.kind)
            PenaltyPublication.objects.filter(pk=row.pk).update(breach_class=breach)
    _stop_when_all_gone(decision.case, on, actor)


def explanation(decision: Decision) -> str:
    """Why a publication is withdrawn, for the public."""
    result = decision.challenges.filter(result__in=TAKES_BACK).order_by("-result_on", "-pk").first()
    if result is None:
        return _("原处罚决定已变更。")
    words = {
        "channel": result.get_channel_display(),
        "result": result.get_result_display(),
        "document": result.document,
    }
    return _("原处罚决定经%(channel)s%(result)s（%(document)s），依法撤回公示。") % words


def withdraw_all(case: Case, *, legal_on: dt.date, on: dt.date, actor: Actor) -> int:
    """D22's last day: the portal withdraws what people have not; how many."""
    rows = PenaltyPublication.objects.filter(
        case=case, published_on__isnull=False, withdrawn_on=None
    ).select_related("case__agency", "decision")
    done = 0
    for row in rows:
        reason = explanation(row.decision)
        withdraw(row, reason=reason, on=on, legal_on=legal_on, actor=actor)
        done += 1
    return done


@transaction.atomic
def move(row: PenaltyPublication, name: str, *, reason: str, on: dt.date, actor: Actor) -> None:
    """退回修改, 更正, 不予公示: a move with its reason; the last one ends the clock."""
    workflow.publication.apply(name, row, actor=actor, reason=reason)
    if name == "exempt":
        for clock in Clock.objects.open().of(ref(row)):
            clocks.stop(clock, on=on, reason=reason, actor=actor)
    if name == "correct":
        _keep(row, {"publish_on": None, "drafted_by": None, "reviewed_by": None})


@transaction.atomic
def redraft(row: PenaltyPublication, *, actor: Actor) -> None:
    """Prepare anew what a changed decision says."""
    workflow.publication.apply("redraft", row, actor=actor)
    breach = selectors.class_of(row.decision, row.kind)
    _keep(row, {"breach_class": breach, "publish_on": None, "drafted_by": None,
                "reviewed_by": None})  # fmt: skip


def publish_due(day: dt.date, *, actor: Actor) -> int:
    """Publish what was planned for a day that has come, once, however late; how many."""
    rows = PenaltyPublication.objects.filter(state=PublicationState.APPROVED, publish_on__lte=day)
    done = 0
    for key in rows.order_by("publish_on", "pk").values_list("pk", flat=True):
        with transaction.atomic():
            locked = rows.select_for_update(of=("self",), skip_locked=True)
            row = locked.select_related("case__agency", "decision__case").filter(pk=key).first()
            if row is not None:
                publish(row, on=day, actor=actor)
                done += 1
    return done


def note_expired(day: dt.date, *, actor: Actor) -> int:
    """Note once that a term is over. The public page had hidden it by its date already."""
    over = PenaltyPublication.objects.filter(
        withdrawn_on=None, expiry_noted_at=None, ends_on__lt=day
    ).exclude(state=PublicationState.REPAIRED)
    done = 0
    for row in over.order_by("ends_on", "pk"):
        with transaction.atomic():
            if over.filter(pk=row.pk).update(expiry_noted_at=now()):
                facts = {"ends_on": row.ends_on}
                record(actor, "penaltypublication.expire", row, facts=facts)
                done += 1
    return done
