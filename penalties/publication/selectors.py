"""Reading publications: terms by law, what the public reads, the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from penalties.cases.choices import Procedure
from penalties.cases.models import Case
from penalties.decisions.models import Challenge, Decision
from penalties.decisions.selectors import change_of, fine_of, stays_out
from penalties.discretion.choices import PartyKind, PenaltyKind
from penalties.publication import rules
from penalties.publication.choices import (
    TONES,
    Act,
    BreachClass,
    PublicationKind,
    PublicationState,
)
from penalties.publication.models import PenaltyPublication, PublicationVersion
from penalties.publication.permissions import REVIEWERS, can_list
from portal.access import PUBLIC, Actor, Role
from portal.clocks import today
from portal.desk import Occasion, WorkItem
from portal.law.models import LawParameter
from portal.law.selectors import amount_on, parameter_on

MOST_ON_A_DESK = 100
MOST_ON_A_PAGE = 20
NEWEST = 3  # on the public start page
MONTHS = {"月": 1, "年": 12}
SHORTEST = {BreachClass.GENERAL: True, BreachClass.SERIOUS: True, BreachClass.MINOR: False}


def penalty_of(decision: Decision) -> rules.Penalty:
    """What a decision imposes, as the rules of terms read it."""
    lines = list(decision.lines.all())
    until = max((line.until for line in lines if line.until), default=None)
    kinds = frozenset(line.kind for line in lines)
    changed = decision.challenges.filter(result="changed").order_by("-result_on", "-pk").first()
    fine = changed.new_fine if changed else None
    return rules.Penalty(kinds, fine_of(decision) if fine is None else fine, until)


def class_of(decision: Decision, kind: str) -> str:
    """The class that chooses the term; the thresholds are those of the decision's day."""
    penalty, day = penalty_of(decision), _day(decision)
    person = decision.case.party == PartyKind.PERSON
    large = amount_on(f"hearing.shanghai.{'person' if person else 'organisation'}", day)
    if by_order_45(decision, kind):
        return rules.market_class(penalty, large=large)
    huge = amount_on("publication.credit.huge", day)
    return rules.credit_class(penalty, large=large, huge=huge)


def term_of(row: PenaltyPublication, published_on: dt.date) -> rules.Term:
    """The term of a publication that begins on a day, from the dated parameters.

    The ecology bureau's site follows the credit terms: no text of its own sets one (mark D).
    """
    decision, breach = row.decision, row.breach_class
    if by_order_45(decision, row.kind):
        code = "publication.market.low" if breach == BreachClass.LOW else "publication.market.other"
        until = penalty_of(decision).until if breach == BreachClass.OTHER else None
        return rules.market_term(
            published_on, months=_months(parameter_on(code, published_on)), until=until
        )
    day = _day(decision)
    base = f"publication.credit.{breach}"
    if not SHORTEST[BreachClass(breach)]:
        longest = _months(parameter_on(base, published_on))
        return rules.credit_term(day, shortest=None, longest=longest)
    return rules.credit_term(
        day,
        shortest=_months(parameter_on(f"{base}.shortest", published_on)),
        longest=_months(parameter_on(f"{base}.longest", published_on)),
    )


def by_order_45(decision: Decision, kind: str) -> bool:
    """Whether 市场监督管理行政处罚信息公示规定 sets the term, and not 信用修复管理办法."""
    return kind == PublicationKind.DISCLOSURE and decision.case.procedure == Procedure.MARKET


def _day(decision: Decision) -> dt.date:
    if decision.decided_on is None:
        raise ValueError("A draft has no term.")
    return decision.decided_on


def _months(parameter: LawParameter) -> int:
    return int(Decimal(parameter.value or 0) * MONTHS[parameter.unit])


def draft_texts(decision: Decision) -> dict[str, str]:
    """The first draft: the decision's own words, a person's name already masked.

    What a review or a court changed is said in its place, and where it comes from in the note.
    """
    person = decision.case.party == PartyKind.PERSON
    name = decision.party_name
    change = change_of(decision)
    return {
        "party_name": rules.masked(name) if person else name,
        "party_code": decision.party_code,
        "facts": decision.facts[:5000],
        "basis": decision.basis,
        "penalties": "；".join(_penalties(decision, change)),
        "note": _("处罚决定%(change)s。") % {"change": in_words(change)} if change else "",
    }


def _penalties(decision: Decision, change: Challenge | None) -> list[str]:
    fine = change.new_fine if change else None
    lines = list(decision.lines.all())
    if fine is None:
        return [line.text for line in lines]
    others = [line.text for line in lines if line.kind != PenaltyKind.FINE]
    return [_("罚款变更为 %(fine)s 元") % {"fine": f"{fine:,.2f}"}, *others]


def in_words(change: Challenge) -> str:
    """经行政复议变更（文号）: what changed a decision, for the public."""
    words = {
        "channel": change.get_channel_display(),
        "result": change.get_result_display(),
        "document": change.document,
    }
    if not change.document:
        return _("经%(channel)s%(result)s") % words
    return _("经%(channel)s%(result)s（%(document)s）") % words


def rule_of(decision: Decision, kind: str) -> str:
    """D18 for credit; else D21 for ecology, D19 for market.

    For a party of another province the push has its own clocks (D20, D20b; room pushes).
    """
    if kind == PublicationKind.CREDIT:
        return "D18"
    return "D21" if decision.case.procedure == Procedure.ECOLOGY else "D19"


def not_public() -> str:
    """Why a mere warning stays out (regulation §6.1)."""
    return _("仅受警告的行政处罚不予公示（市场监督管理行政处罚信息公示规定）。")


def is_current(row: PenaltyPublication) -> bool:
    """Whether the draft says what the decision has become, and that may be published."""
    change = change_of(row.decision)
    return change is None or (row.follows_id == change.pk and not stays_out(row.decision))


def names_to_hide(row: PenaltyPublication) -> list[str]:
    """People whom the portal knows around the case: none of them may be named in public."""
    case = row.case
    body = case.institution
    named = [case.person_name, body.legal_representative, body.contact_name]
    named += [each.inspector.name for each in case.investigators.select_related("inspector")]
    return [name for name in named if name]


def newest(row: PenaltyPublication) -> PublicationVersion | None:
    """What went out last."""
    found: PublicationVersion | None = row.versions.order_by("-number").first()
    return found


def content_of(row: PenaltyPublication) -> dict[str, Any]:
    """The draft as the public would read it."""
    decision = row.decision
    return {
        "case_number": row.case.number,
        "party_name": row.party_name,
        "party_code": row.party_code,
        "facts": row.facts,
        "basis": row.basis,
        "penalties": row.penalties,
        "note": row.note,
        "decided_on": _day(decision).isoformat(),
        "authority": decision.authority,
    }


@dataclass(frozen=True, slots=True)
class PublicLine:
    """One decision as the public reads it, with its term."""

    pk: int
    kind: str
    content: dict[str, Any]
    decided_on: dt.date
    published_on: dt.date
    ends_on: dt.date
    corrected: str


def public_rows(day: dt.date, text: str = "", institution: Any = None) -> Any:
    """One row for each decision in public: the disclosure before the credit notice."""
    rows = PenaltyPublication.objects.visible_to(PUBLIC).in_public(day)
    if institution is not None:
        rows = rows.filter(case__institution=institution)
    if text:
        rows = rows.filter(Q(party_name__contains=text) | Q(party_code=text.upper()))
    first = rows.order_by("decision_id", "-kind").distinct("decision_id").values("pk")
    chosen = PenaltyPublication.objects.filter(pk__in=first)
    return chosen.prefetch_related("versions").order_by("-published_on", "-pk")


def public_line(row: PenaltyPublication) -> PublicLine:
    """From the newest version, never from a draft."""
    versions = sorted(row.versions.all(), key=lambda each: each.number)
    last = versions[-1]
    published = row.published_on or last.on
    return PublicLine(
        pk=row.pk,
        kind=str(row.get_kind_display()),
        content=last.content,
        decided_on=dt.date.fromisoformat(last.content["decided_on"]),
        published_on=published,
        ends_on=last.ends_on,
        corrected=last.reason if last.act == "correct" else "",
    )


def occasions(institution: Any, actor: Actor) -> Iterator[Occasion]:
    """The steps of its cases that are seen whole; for the public its penalties in public."""
    if actor.is_public:
        for row in public_rows(today(), institution=institution)[:MOST_ON_A_PAGE]:
            line, url = public_line(row), reverse("public_penalty", args=[row.pk])
            yield Occasion(line.decided_on, _("行政处罚"), line.content["penalties"], url)
        for gone in withdrawals(today(), institution):
            url = reverse("public_penalty", args=[gone.pk])
            yield Occasion(gone.withdrawn_on, _("处罚公示撤回"), gone.reason, url)
        return
    yield from _publications(institution, actor)
    yield from _challenges(institution, actor)
    rows = Case.objects.visible_to(actor).filter(institution=institution)
    for case in rows.order_by("-pk")[:MOST_ON_A_PAGE]:
        steps = (
            (case.found_on, _("登记线索")),
            (case.opened_on, _("立案")),
            (case.noticed_on, _("处罚告知")),
            (case.decided_on, _("处罚决定")),
            (case.closed_on, _("结案")),
        )
        for on, step in steps:
            if on is not None:
                yield Occasion(on, step, case.number, case.get_absolute_url())


def start_panel(page: object, actor: Actor) -> tuple[str, dict[str, Any]]:
    """The public start page: the newest penalties in public."""
    rows = [public_line(row) for row in public_rows(today())[:NEWEST]]
    return "penalties/publication/part_start.html", {"rows": rows}


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What the public is told of a publication that was taken back; nothing of its content."""

    pk: int
    case_number: str
    authority: str
    withdrawn_on: dt.date
    reason: str


def withdrawals(day: dt.date, institution: Any = None) -> list[Withdrawal]:
    """One for each decision of which nothing is in public any more, the newest first."""
    rows = PenaltyPublication.objects.explained(day)
    if institution is not None:
        rows = rows.filter(case__institution=institution)
    rows = rows.exclude(decision__in=PenaltyPublication.objects.in_public(day).values("decision"))
    first = rows.order_by("decision_id", "-kind").distinct("decision_id").values("pk")
    chosen = PenaltyPublication.objects.filter(pk__in=first).prefetch_related("versions")
    told = [_withdrawal(row) for row in chosen.order_by("-withdrawn_on", "-pk")[:MOST_ON_A_PAGE]]
    return [each for each in told if each is not None]


def withdrawal_of(pk: int, day: dt.date) -> Withdrawal | None:
    """Why this publication is no longer there; None where the public is owed no word."""
    row = PenaltyPublication.objects.explained(day).filter(pk=pk).first()
    return _withdrawal(row) if row else None


def _withdrawal(row: PenaltyPublication) -> Withdrawal | None:
    versions = sorted(row.versions.all(), key=lambda each: each.number)
    last = versions[-1] if versions else None
    if last is None or last.act != Act.WITHDRAW:
        return None
    number, authority = last.content["case_number"], last.content["authority"]
    return Withdrawal(row.pk, number, authority, last.on, last.reason)


def public_panel(institution: Any, actor: Actor) -> tuple[str, dict[str, Any]]:
    """The public page of an institution: its penalties in public, or that there are none."""
    rows = [public_line(row) for row in public_rows(today(), institution=institution)[:20]]
    gone = withdrawals(today(), institution)
    return "penalties/publication/part_institution.html", {"rows": rows, "withdrawn": gone}


def panel(institution: Any, actor: Actor) -> tuple[str, dict[str, Any]] | None:
    """The institution's page: how the publications of its cases stand."""
    if not can_list(actor):
        return None
    rows = PenaltyPublication.objects.visible_to(actor).filter(case__institution=institution)
    shown = [(row, TONES[row.state]) for row in rows.select_related("case")[:MOST_ON_A_PAGE]]
    return ("penalties/publication/part_panel.html", {"rows": shown}) if shown else None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One duty to publish as the case's page shows it: by whom it came out, why it is gone."""

    row: PenaltyPublication
    tone: str
    published_by: str
    reason: str
    is_public: bool


def case_panel(case: Any, actor: Actor) -> tuple[str, dict[str, Any]] | None:
    """The case's page: where its publications stand."""
    rows = PenaltyPublication.objects.visible_to(actor).filter(case=case)
    shown = rows.select_related("case").prefetch_related("versions__by_post__user")
    lines = [_case_line(row) for row in shown]
    return ("penalties/publication/part_case.html", {"lines": lines}) if lines else None


def _case_line(row: PenaltyPublication) -> CaseLine:
    versions = sorted(row.versions.all(), key=lambda each: each.number)
    out = [each for each in versions if each.act != Act.WITHDRAW]
    post = out[-1].by_post if out else None
    by = _("系统按计划公示") if out and post is None else str(post.user.name) if post else ""
    gone = versions[-1].reason if versions and versions[-1].act == Act.WITHDRAW else ""
    return CaseLine(row, TONES[row.state], by, gone, row.is_public(today()))


def work_items(actor: Actor, day: dt.date) -> Iterator[WorkItem]:
    """Drafts to prepare, drafts of others to review."""
    if not actor.is_bureau or not actor.reads_business:
        return
    own = PenaltyPublication.objects.visible_to(actor).filter(case__agency_id=actor.agency_id or 0)
    own = own.select_related("case").order_by("due_on", "pk")
    if actor.has(Role.OFFICER, Role.CREDIT):
        for row in own.filter(state=PublicationState.DRAFT)[:MOST_ON_A_DESK]:
            yield _item(_("编制处罚公示"), row, _("编制"))
    if actor.has(*REVIEWERS):
        waiting = own.filter(state=PublicationState.REVIEWING)
        others = waiting.exclude(drafted_by=actor.user_id).exclude(writers=actor.user_id)
        for row in others[:MOST_ON_A_DESK]:
            yield _item(_("复核处罚公示"), row, _("复核"))


def _item(title: str, row: PenaltyPublication, action: str) -> WorkItem:
    return WorkItem(
        title, str(row), reverse("penalty_publication_detail", args=[row.pk]), row.due_on, action
    )


def _publications(institution: Any, actor: Actor) -> Iterator[Occasion]:
    """When its penalties came before the public; when they were taken back, and why."""
    rows = PenaltyPublication.objects.visible_to(actor).filter(case__institution=institution)
    rows = rows.filter(published_on__isnull=False).select_related("case")
    for row in rows.prefetch_related("versions").order_by("-pk")[:MOST_ON_A_PAGE]:
        for version in row.versions.all():
            what = _("处罚公示：%(act)s") % {"act": version.get_act_display()}
            words = f"{row.case.number} {row.get_kind_display()} {version.reason}"
            public = reverse("public_penalty", args=[row.pk])
            url = row.get_absolute_url() if actor.is_staff else public
            yield Occasion(version.on, what, words.strip(), url)


def _challenges(institution: Any, actor: Actor) -> Iterator[Occasion]:
    """Complaints against decisions, and what superiors and courts said."""
    rows = Challenge.objects.visible_to(actor).filter(case__institution=institution)
    for row in rows.select_related("case").order_by("-pk")[:MOST_ON_A_PAGE]:
        url, channel = row.case.get_absolute_url(), str(row.get_channel_display())
        yield Occasion(row.filed_on, channel, f"{row.case.number} {row.body}", url)
        if row.result_on is not None:
            what = _("%(channel)s结果：%(result)s")
            words = {"channel": channel, "result": row.get_result_display()}
            yield Occasion(row.result_on, what % words, f"{row.case.number} {row.document}", url)
