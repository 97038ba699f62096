"""The case on one page: everything that stands about it, and what its file lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from penalties.casefiles import rules
from penalties.casefiles.models import FiledPaper
from penalties.cases import selectors as cases
from penalties.cases.models import Case
from penalties.consultations.selectors import of_case
from penalties.decisions.models import Decision
from penalties.decisions.selectors import ban_of, decision_of
from penalties.performance.rules import Account
from penalties.performance.selectors import account_of, owed
from portal.access import Actor
from portal.clocks import today
from portal.clocks.choices import ClockState
from portal.clocks.models import Clock
from portal.papers.models import Paper, Sealing
from portal.papers.permissions import can_attach_scan, can_number, can_seal
from portal.papers.selectors import FiledPaper as PaperInFile
from portal.papers.selectors import papers_of
from portal.refs import ref
from portal.templatetags.portal_ui import day, yuan

PAPER_KINDS = {
    "opening": gettext_lazy("立案审批表"),
    "notice": gettext_lazy("行政处罚事先告知书"),
    "hearing": gettext_lazy("听证笔录"),
    "legal_review": gettext_lazy("法制审核意见"),
    "discussion": gettext_lazy("集体讨论记录"),
    "decision": gettext_lazy("行政处罚决定书"),
    "receipt": gettext_lazy("送达回证"),
    "correction": gettext_lazy("补正决定书"),
    "reminder": gettext_lazy("催告书"),
    "closing": gettext_lazy("结案审批表"),
    "evidence": gettext_lazy("证据材料"),
    "other": gettext_lazy("其他"),
}


# In which card of the page a kind of paper stands.
STAGES = {
    "penalty_opening": "opening",
    "penalty_notice": "notice",
    "penalty_decision": "decision",
    "penalty_none": "decision",
    "penalty_correction": "decision",
    "penalty_receipt": "decision",
    "penalty_reminder": "performance",
    "penalty_closing": "closing",
}


@dataclass(frozen=True, slots=True)
class Money:
    """What the fine comes to today."""

    account: Account
    owed: Any


def way_of(case: Case) -> rules.Way:
    """What happened to the case, as far as papers follow from it."""
    decided = case.decided_on is not None
    return rules.Way(
        opened=case.opened_on is not None,
        noticed=case.notices.exclude(served_on=None).exists(),
        heard=case.heard_on is not None,
        legally_reviewed=case.reviews.filter(kind="legal").exists(),
        discussed=case.discussions.exists(),
        decided=decided,
        served=case.services.exists(),
        corrected=case.corrections.exists(),
        reminded=case.reminders.exclude(served_on=None).exists(),
        closed=case.closed_on is not None and decided,
    )


def missing_papers(case: Case) -> list[str]:
    """The names of the papers that the file still lacks."""
    filed = set(FiledPaper.objects.filter(case=case).values_list("kind", flat=True))
    filed |= {kind.removeprefix("penalty_") for kind in _numbered(case)}
    if "none" in filed:
        filed.add("decision")
    return [str(PAPER_KINDS[kind]) for kind in rules.missing(way_of(case), frozenset(filed))]


def _numbered(case: Case) -> list[str]:
    """The kinds of the case's papers that have their number."""
    subjects = [f"case:{case.pk}", *(f"prior_notice:{row.pk}" for row in case.notices.all())]
    made = Decision.objects.filter(case=case).values_list("pk", flat=True)
    subjects += [f"decision:{key}" for key in made]
    rows = Paper.objects.filter(subject_ref__in=subjects).exclude(number="")
    return list(rows.values_list("kind", flat=True))


def filed(case: Case) -> list[tuple[FiledPaper, int, int]]:
    """The papers of the file with the pages they run over, volume by volume."""
    found: list[tuple[FiledPaper, int, int]] = []
    for volume in ("main", "secondary"):
        rows = list(FiledPaper.objects.filter(case=case, volume=volume))
        spans = rules.pages([row.page_count for row in rows])
        found += [(row, *span) for row, span in zip(rows, spans, strict=True)]
    return found


def facts(case: Case) -> list[tuple[Any, Any]]:
    """The definition grid of the page."""
    return [
        (_("当事人"), cases.printed_name(case)),
        (_("统一社会信用代码"), case.institution.uscc),
        (_("涉嫌违法事项"), case.matter),
        (_("法律依据"), case.matter.basis),
        (_("处罚幅度"), cases.bounds_in_words(case)),
        (_("案件来源"), case.get_source_display()),
        (_("发现日期"), day(case.found_on)),
        (_("行为日期"), day(case.act_on)),
        (_("行为地点"), case.act_place),
        (_("涉及报告编号"), "，".join(case.report_numbers)),
        (_("检测费用"), yuan(case.fee)),
        (_("违法所得"), yuan(case.illegal_gain)),
        (_("责令改正日期"), day(case.ordered_on)),
        (_("复查未改正日期"), day(case.not_corrected_on)),
        (_("立案日期"), day(case.opened_on)),
        (_("经办人"), case.handler.user.name),
        (_("协办单位"), case.assisting),
        (_("案情"), case.facts),
    ]


def page(case: Case, actor: Actor) -> dict[str, Any]:
    """Everything that the page of a case shows to who sees it whole."""
    clocks = Clock.objects.visible_to(actor).of(ref(case)).select_related("rule")
    decision = decision_of(case, actor)
    papers = papers_of_case(case, decision, actor)
    return {
        "facts": facts(case),
        "warnings": cases.warnings(case),
        "peers": cases.same_act(case, actor),
        "consultations": of_case(case, actor),
        "investigators": case.investigators.select_related("inspector"),
        "evidence": case.evidence.select_related("first_officer", "second_officer", "file"),
        "holds": case.holds.all(),
        "pauses": case.pauses.all(),
        "extensions": case.extensions.select_related("answered_by__user"),
        "reviews": case.reviews.all(),
        "discussions": case.discussions.prefetch_related("members__post__user"),
        "notices": case.notices.all(),
        "defences": case.defences.all(),
        "hearings": case.hearings.select_related("chair__user"),
        "decision": decision,
        "lines": decision.lines.all() if decision else (),
        "ban": ban_of(decision) if decision else None,
        "money": money_of(case, decision),
        "payments": case.payments.all(),
        "instalments": case.instalments.all(),
        "challenges": case.challenges.all(),
        "corrections": case.corrections.all(),
        "pushes": case.pushes.select_related("proof"),
        "court": case.court_applications.all(),
        "running": [clock for clock in clocks if clock.state != ClockState.STOPPED],
        "ended": [clock for clock in clocks if clock.state == ClockState.STOPPED],
        "reminders": case.reminders.all(),
        "papers": papers,
        "stages": by_stage(papers),
        "filed": filed(case),
        "missing": missing_papers(case),
    }


@dataclass(frozen=True, slots=True)
class StagePaper:
    """A paper with how far it has come, and the one act that comes next."""

    filed: PaperInFile
    state: str
    tone: str
    next_label: str
    next_url: str


def papers_of_case(case: Case, decision: Decision | None, actor: Actor) -> list[StagePaper]:
    """The papers of the case, its notices and its decision that the actor sees."""
    subjects = [case, *case.notices.all(), *([decision] if decision else [])]
    found = [filed for subject in subjects for filed in papers_of(subject, actor)]
    keys = [filed.paper.pk for filed in found]
    sealed = set(Sealing.objects.filter(paper__in=keys).values_list("paper_id", flat=True))
    return [_stage_paper(filed, filed.paper.pk in sealed, actor) for filed in found]


def _stage_paper(filed: PaperInFile, is_sealed: bool, actor: Actor) -> StagePaper:
    """草稿, 已编号, 已盖章, 扫描件: and the act that leads to the next of them."""
    paper = filed.paper
    if paper.is_draft:
        state, tone, act = _("草稿"), "warn", ("paper_number", _("编号定稿"))
        allowed = can_number(actor, paper)
    elif paper.scan_id:
        return StagePaper(filed, _("已归扫描件"), "ok", "", "")
    elif is_sealed:
        state, tone, act = _("已盖章"), "ok", ("paper_scan", _("上传用印扫描件"))
        allowed = can_attach_scan(actor, paper)
    else:
        state, tone, act = _("已编号"), "info", ("paper_seal", _("登记用印"))
        allowed = can_seal(actor, paper)
    if not allowed:
        return StagePaper(filed, state, tone, "", "")
    return StagePaper(filed, state, tone, act[1], reverse(act[0], args=[paper.pk]))


def by_stage(papers: list[StagePaper]) -> dict[str, list[StagePaper]]:
    """The papers by the card of the page that they belong to."""
    found: dict[str, list[StagePaper]] = {}
    for each in papers:
        found.setdefault(STAGES[each.filed.paper.kind], []).append(each)
    return found


def money_of(case: Case, decision: Decision | None) -> Money | None:
    """What is owed today, once a decision was served."""
    if decision is None or not case.services.exists():
        return None
    return Money(account_of(case, today()), owed(case, today()))
