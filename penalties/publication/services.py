"""From the decision to the public and back: prepare, review, publish, correct, withdraw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from penalties.cases.choices import Outcome
from penalties.cases.models import Case
from penalties.decisions.models import Decision
from penalties.decisions.selectors import change_of, stays_out
from penalties.publication import rules, selectors, workflow
from penalties.publication.choices import Act, BreachClass, PublicationKind, PublicationState
from penalties.publication.models import PenaltyPublication, PublicationVersion
from penalties.publication.permissions import can_draft
from portal.access import Actor, Role, demand, job_actor
from portal.audit import record
from portal.clocks import now
from portal.clocks import services as clocks
from portal.clocks.models import Clock
from portal.errors import Conflict, Refused
from portal.events import PENALTY_PUBLISHED, announce
from portal.refs import ref

DAY = dt.timedelta(days=1)
JOB = job_actor("publication")
TEXTS = ("party_name", "facts", "basis", "penalties", "note")
UNDER_REVIEW = frozenset({PublicationState.REVIEWING, PublicationState.APPROVED})
UNREVIEWED: Mapping[str, Any] = {"publish_on": None, "drafted_by": None, "reviewed_by": None}


@transaction.atomic
def prepare(decision: Decision, *, actor: Actor) -> list[PenaltyPublication]:
    """Begin both duties of a penalty decision with their clocks; a second time changes nothing."""
    if decision.outcome != Outcome.PENALTY or decision.decided_on is None:
        return []
    return [_prepare(decision, kind, decision.decided_on, actor) for kind in PublicationKind]


def _prepare(
    decision: Decision, kind: PublicationKind, on: dt.date, actor: Actor
) -> PenaltyPublication:
    texts = selectors.draft_texts(decision)
    defaults = {**texts, "case": decision.case, "due_on": on}
    defaults["breach_class"] = selectors.class_of(decision, kind)
    row, fresh = PenaltyPublication.objects.get_or_create(
        decision=decision, kind=kind, defaults=defaults
    )
    if not fresh:
        return row
    _begin(row, on, actor)
    facts = {"kind": kind, "class": row.breach_class, "due_on": row.due_on}
    record(actor, "penaltypublication.prepare", row, facts=facts)
    return row


def _begin(row: PenaltyPublication, on: dt.date, actor: Actor) -> None:
    """The days to publish begin; where the law keeps it out of public, it is done already."""
    _stop_clocks(row, on, _("按变更后的决定重新计算公示期限。"), actor)
    if row.breach_class == BreachClass.NOT_PUBLIC:
        workflow.publication.apply("exempt", row, actor=JOB, reason=selectors.not_public())
        return
    code = selectors.rule_of(row.decision, row.kind)
    agency = row.case.agency_id
    clock = clocks.start(code, row, agency=agency, on=on, role=Role.OFFICER, actor=actor)
    _keep(row, {"due_on": clock.due_on})


def _stop_clocks(row: PenaltyPublication, on: dt.date, reason: str, actor: Actor) -> None:
    for clock in Clock.objects.open().of(ref(row)):
        clocks.stop(clock, on=on, reason=reason, actor=actor)


@transaction.atomic
def edit(row: PenaltyPublication, *, texts: Mapping[str, str], version: int, actor: Actor) -> None:
    """Change the draft, redacting what the public must not read; Conflict on an older page."""
    demand(can_draft(actor, row))
    if row.state != PublicationState.DRAFT:
        raise Refused(_("只有待编制的公示可以修改。"), code="wrong_state")
    # Browsers send the ends of lines in two characters: untouched words are no change.
    values: dict[str, Any] = {name: texts[name].replace("\r\n", "\n") for name in TEXTS}
    changes = {
        name: [getattr(row, name), value]
        for name, value in values.items()
        if getattr(row, name) != value
    }
    rows = PenaltyPublication.objects.filter(pk=row.pk, version=version, state=row.state)
    if not rows.update(**values, drafted_by_id=actor.user_id, reviewed_by=None,
                       version=F("version") + 1):  # fmt: skip
        raise Conflict(_("已被他人修改"))
    row.version = version + 1
    row.writers.add(_user(actor))
    record(actor, "penaltypublication.edit", row, changes=changes)


@transaction.atomic
def submit(row: PenaltyPublication, *, actor: Actor) -> None:
    """Ask for the second person's review; personal data must be gone."""
    _demand_publishable(row)
    _demand_redacted(row)
    workflow.publication.apply("submit", row, actor=actor)
    PenaltyPublication.objects.filter(pk=row.pk).update(
        drafted_by_id=actor.user_id, reviewed_by=None
    )
    row.drafted_by_id, row.reviewed_by_id = actor.user_id, None


def _user(actor: Actor) -> int:
    """Who writes: a person, since another one reviews."""
    if actor.user_id is None:
        raise PermissionDenied(_("须由在岗人员办理。"))
    return actor.user_id


def _demand_publishable(row: PenaltyPublication) -> None:
    """Refused for what the law keeps from the public, and for a draft that time has overtaken."""
    if row.breach_class == BreachClass.NOT_PUBLIC:
        raise Refused(selectors.not_public(), code="not_public")
    if stays_out(row.decision):
        message = _("原处罚决定已被撤销、确认违法或者确认无效，不能公示；已公示的，请撤回。")
        raise Refused(message, code="stays_out")
    if not selectors.is_current(row):
        message = _("处罚决定已变更：已公示的，请先撤回，再按变更后的决定重新编制。")
        raise Refused(message, code="outdated")


def _demand_redacted(row: PenaltyPublication) -> None:
    text = "\n".join(str(getattr(row, name)) for name in TEXTS)
    found = rules.leftovers(text, selectors.names_to_hide(row))
    if found:
        message = _("公示内容还含有个人信息：%(found)s。请遮盖后再提交。")
        raise Refused(message % {"found": "、".join(found)}, code="personal")


@transaction.atomic
def approve(
    row: PenaltyPublication,
    *,
    publish_on: dt.date,
    on: dt.date,
    version: int | None = None,
    actor: Actor,
) -> None:
    """The review: published at once, or by the portal on the planned day, within the legal one.

    ``version`` is that of the text which the reviewer read, by default the row's own; Conflict
    when somebody wrote since.
    """
    if not row.stands and publish_on > max(row.due_on, on):
        words = {"day": row.due_on.isoformat()}
        raise Refused(_("计划公示日期不能晚于法定期限 %(day)s。") % words, code="after_due")
    if publish_on < on:
        raise Refused(_("计划公示日期不能早于今天。"), code="past")
    _demand_publishable(row)
    _demand_redacted(row)
    facts = {"publish_on": publish_on}
    workflow.publication.apply("approve", row, actor=actor, facts=facts)
    read = PenaltyPublication.objects.filter(pk=row.pk, version=version or row.version)
    if not read.update(reviewed_by_id=actor.user_id, publish_on=publish_on):
        raise Conflict(_("已被他人修改"))
    row.reviewed_by_id, row.publish_on = actor.user_id, publish_on
    if publish_on <= on:
        publish(row, on=on, actor=actor)


@transaction.atomic
def publish(row: PenaltyPublication, *, on: dt.date, actor: Actor) -> PublicationVersion:
    """Show the reviewed text to the public. The term is counted by law; late says so."""
    if row.reviewed_by_id is None or row.reviewed_by_id == row.drafted_by_id:
        raise Refused(_("未经第二人复核不能公示。"), code="not_reviewed")
    _demand_publishable(row)
    corrects = row.stands
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
    _stop_clocks(row, on, _("已公示。"), actor)
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
    was_public = row.stands
    legal_on = legal_on or on
    if was_public and actor.is_staff:
        _demand_explained(row, reason)
    facts = {"on": on, "legal_on": legal_on}
    workflow.publication.apply("withdraw", row, actor=actor, reason=reason, facts=facts)
    _stop_clocks(row, on, _("不再公示。"), actor)
    if was_public:
        _keep(row, {"withdrawn_on": on})
        late = on > legal_on
        _version(row, Act.WITHDRAW, on=on, legal_on=legal_on, late=late, reason=reason, actor=actor)
    _stop_when_all_gone(row.case, on, actor)


def _demand_explained(row: PenaltyPublication, reason: str) -> None:
    """The public reads the reason: nobody is named in it."""
    found = rules.leftovers(reason, selectors.names_to_hide(row))
    if found:
        message = _("撤回理由会向社会公开，还含有个人信息：%(found)s。请遮盖后再撤回。")
        raise Refused(message % {"found": "、".join(found)}, code="personal")


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
    if left.filter(withdrawn_on=None).exists():
        return
    for clock in Clock.objects.open().of(ref(case)).filter(rule_code="D22"):
        clocks.stop(clock, on=on, reason=_("公示已全部撤回。"), actor=actor)


@transaction.atomic
def follow_change(decision: Decision, *, on: dt.date, actor: Actor) -> None:
    """After a change: what is not in public follows it, what is in public waits for its withdrawal.

    Under review it goes back; then it is written anew, or withdrawn where the decision fell. For
    what is public, a correction under way too, the bureau has three working days (D22).
    """
    rows = PenaltyPublication.objects.filter(decision=decision)
    for row in rows.select_related("case__agency__region", "case__institution__region"):
        row.decision = decision
        if row.state in UNDER_REVIEW:
            move(row, "return", reason=explanation(decision), on=on, actor=actor)
        if row.state != PublicationState.DRAFT or row.stands:
            continue
        if stays_out(decision):
            withdraw(row, reason=explanation(decision), on=on, actor=actor)
        elif not selectors.is_current(row):
            _renew(row, actor)
    _stop_when_all_gone(decision.case, on, actor)


def _renew(row: PenaltyPublication, actor: Actor) -> None:
    """Write the draft anew from the changed decision; its days to publish begin with the change."""
    change = change_of(row.decision)
    values: dict[str, Any] = {
        **selectors.draft_texts(row.decision),
        "breach_class": selectors.class_of(row.decision, row.kind),
        "follows": change,
        "version": row.version + 1,
        **UNREVIEWED,
    }
    changes = {name: [getattr(row, name), values[name]] for name in (*TEXTS, "breach_class")}
    _keep(row, values)
    row.writers.clear()
    record(actor, "penaltypublication.renew", row, changes=changes)
    if change is not None and change.result_on is not None:
        _begin(row, change.result_on, actor)


def explanation(decision: Decision) -> str:
    """Why a publication is withdrawn, for the public."""
    change = change_of(decision)
    if change is None:
        return _("原处罚决定已变更。")
    return _("原处罚决定%(change)s，依法撤回公示。") % {"change": selectors.in_words(change)}


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
        _stop_clocks(row, on, reason, actor)
    if name == "return":
        _keep(row, {"publish_on": None, "reviewed_by": None})
    if name == "correct":
        _keep(row, UNREVIEWED)
        row.writers.clear()


@transaction.atomic
def redraft(row: PenaltyPublication, *, actor: Actor) -> None:
    """Prepare anew what a changed decision says."""
    workflow.publication.apply("redraft", row, actor=actor)
    _renew(row, actor)


def publish_due(day: dt.date, *, actor: Actor) -> int:
    """Publish what was planned for a day that has come, once, however late; how many.

    What a change has overtaken waits for `follow_change`, which may come later than this job.
    """
    rows = PenaltyPublication.objects.filter(state=PublicationState.APPROVED, publish_on__lte=day)
    done = 0
    for key in rows.order_by("publish_on", "pk").values_list("pk", flat=True):
        with transaction.atomic():
            locked = rows.select_for_update(of=("self",), skip_locked=True)
            row = locked.select_related("case__agency", "decision__case").filter(pk=key).first()
            if row is not None and selectors.is_current(row):
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
