"""Doors, and what shapes their rows, reach the database through visible_to alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps

from portal.access import PUBLIC
from tests.sources import SOURCES, assert_none, last_name, tree_of

# Who may do without, and why:
#   "file": reason, or "file::function": reason
UNSCOPED = {
    "inspections/handovers/selectors.py": "of one post, asked by its handover",
    "inspections/visits/selectors.py::draw_of": "of a visit that the caller may see",
    "sharing/rosters/selectors.py::drafts_left_by": "of one post, asked by its handover",
    "agencies/accounts/filters.py": "narrows rows that visible_to already gave",
    "agencies/accounts/selectors.py::_people": "whom the portal itself writes to, never shown",
    "agencies/delegations/selectors.py::roles_of": "a rule asks what a person may hold",
    "agencies/accounts/selectors.py::actor_from_post": "makes the actor",
    "agencies/accounts/selectors.py::actor_from_token": "makes the actor",
    "agencies/accounts/selectors.py::addresses_of_recipients": "whom the portal itself writes to",
    "agencies/accounts/selectors.py::history": "audit of a person whom visible_to gave",
    "agencies/accounts/selectors.py::posts_seen": "of a person that the caller may see",
    "agencies/accounts/tables.py::rows": "joined to people that visible_to gave",
    "agencies/accounts/tasks.py": "a job over every account",
    "agencies/accounts/views.py::account_edit": "a second copy of the person that _seen gave",
    "agencies/accounts/selectors.py::staff_on_duty": "makes the actors, for the kernel's jobs",
    "agencies/delegations/selectors.py::delegation_of": "makes the actor",
    "agencies/delegations/selectors.py::delegations_to": "one's own, at the sign-in",
    "agencies/delegations/selectors.py::signature": "the actor's own name on paper",
    "agencies/delegations/views.py::_own_post": "the actor's own post",
    "agencies/sessions/selectors.py": "one's own sign-in, before there is an actor",
    "agencies/sessions/views.py::account": "one's own second factor",
    "agencies/sessions/views.py::invitation_accept": "found by the secret of the invitation",
    "inspections/plans/selectors.py::_standings": "of institutions that the caller may see",
    "inspections/plans/selectors.py::cap_panel": "the law in force is public",
    "inspections/plans/selectors.py::caps_on": "the law in force is public",
    "inspections/plans/selectors.py::due_of_year": "the law in force is public",
    "inspections/visits/selectors.py::_recused": "keeps a team from a visit, whoever asks",
    "institutions/registry/filters.py::by_roster": "narrows rows that visible_to already gave",
    "institutions/registry/selectors.py::_same_name": "former names are public like the names",
    "inspections/ceremonies/selectors.py::attempts": "of a draw that the caller may see",
    "inspections/draws/selectors.py::_conflicts": "whoever freezes, every recusal counts",
    "inspections/draws/selectors.py::_experts": "whoever freezes, every expert counts",
    "inspections/draws/selectors.py::_inspectors": "whoever freezes, every inspector counts",
    "inspections/draws/selectors.py::next_attempt": "a number, of a batch that the caller may draw",
    "institutions/registry/selectors.py::_similar": "former names are public like the names",
    "institutions/registry/tables.py::_present_in": "joined to institutions that visible_to gave",
    "penalties/casefiles/selectors.py::_numbered": "parts of a case that visible_to gave",
    "penalties/casefiles/selectors.py::filed": "parts of a case that visible_to gave",
    "penalties/casefiles/selectors.py::missing_papers": "parts of a case that visible_to gave",
    "penalties/casefiles/selectors.py::papers_of_case": "sealings of papers that papers_of gave",
    "penalties/cases/selectors.py::heads": "through heads_visible_to",
    "penalties/cases/selectors.py::investigators_of": "of a case that the caller may see",
    "penalties/cases/selectors.py::left_by": "of one post, asked by its handover",
    "penalties/cases/selectors.py::peers_of": "one act, one fine: the law asks; only heads shown",
    "penalties/consultations/selectors.py::between": "the law asks, whoever acts (处罚法 art. 29)",
    "penalties/decisions/forms.py::prepare": "of the case that visible_to gave",
    "penalties/decisions/selectors.py::decision_row": "for the rules of a case's own services",
    "penalties/decisions/selectors.py::document_number": "of a decision that the caller sees",
    "penalties/decisions/selectors.py::paper_of": "for the rules of a case's own services",
    "penalties/discretion/selectors.py::bound_on": "the law of the day, in force for everybody",
    "penalties/inquiries/forms.py::prepare": "the case's own people and bureau",
    "penalties/notices/forms.py::prepare": "the case's own bureau",
    "penalties/notices/selectors.py::drafted_notice": "for the rules of a case's own services",
    "penalties/notices/selectors.py::paper_of": "of a notice that the caller has",
    "penalties/notices/selectors.py::present_notice": "for the rules of a case's own services",
    "penalties/performance/selectors.py": "sums of a case that the caller may see",
    "penalties/publication/selectors.py::public_rows": "among the rows that visible_to gave",
    "penalties/repairs/selectors.py::further_penalties": "the law asks; only their number is shown",
    "penalties/publication/selectors.py::withdrawal_of": "the law tells the public why",
    "penalties/publication/selectors.py::withdrawals": "the law tells the public why",
    "penalties/reviews/forms.py::_heads": "the case's own bureau",
    "penalties/reviews/selectors.py": "what a case's own services must ask",
    "portal/audit/selectors.py": "the room's rows, reached by a checked record or page",
    "portal/clocks/selectors.py::jobs": "the engine's state, for the system administrator's page",
    "portal/clocks/selectors.py::open_clocks": "of one agency, asked by its handover",
    "portal/files/tasks.py": "a job over every waiting file",
    "portal/inbox/selectors.py": "one's own messages, by unread_by(actor) and one's post",
    "portal/law/selectors.py": "the law in force is public",
    "portal/papers/selectors.py::papers_of": "counts the whole file's pages, gives what is seen",
    "portal/tasks.py": "jobs over every delivery",
    "sharing/employments/selectors.py::alike": "of a row that the caller may see",
    "sharing/employments/selectors.py::merged": "the whole district, for the merged list only",
    "sharing/employments/selectors.py::rows_of": "of a merged line that the caller may see",
    "sharing/employments/selectors.py::unmatched_rows": "within rosters that visible_to gave",
    "sharing/restrictions/filters.py::by_waiting": "within rows that visible_to gave",
    "sharing/restrictions/filters.py::by_unanswered": "within rows that visible_to gave",
    "sharing/restrictions/filters.py::by_state": "within rows that visible_to gave",
    "sharing/restrictions/selectors.py::work_items": "the own agency's lines",
    "sharing/restrictions/selectors.py::waiting_count": "the own agency's lines",
    "sharing/restrictions/selectors.py::_public_bans": "of decisions visible_to gave",
    "sharing/restrictions/selectors.py::receivers_of": "whom the job tells, wherever they are",
    "sharing/restrictions/selectors.py::notice_of_clock": "for the effects of clocks, run by a job",
    "sharing/restrictions/selectors.py::own_line": "of a notice that the caller may see",
    "sharing/restrictions/selectors.py::banned": "bans are known to every agency",
    "sharing/rosters/selectors.py::previous_version": "of a roster that the caller may see",
    "sharing/rosters/selectors.py::registered": "former names are public like the names",
    "sharing/rosters/selectors.py::roster_of_clock": "for the effects of clocks, run by a job",
    "sharing/rosters/selectors.py::unmatched_by_version": "of versions that the caller may see",
}
GUARDED = {"views", "api", "tasks", "selectors", "forms", "filters", "tables"}


def test_doors_and_selectors_reach_rows_through_visible_to():
    found = [
        f"{path}:{line} in {function}"
        for path in SOURCES
        if path.stem in GUARDED
        for function, line in _unscoped(tree_of(path))
        if not {str(path), f"{path}::{function}"} & set(UNSCOPED)
    ]
    assert_none(found, "add visible_to(actor), or a reason to UNSCOPED")


def test_the_exceptions_still_exist():
    for key in UNSCOPED:
        path, _sep, function = key.partition("::")
        found = {name for name, _line in _unscoped(tree_of(Path(path)))}
        assert function in found if function else found, key


def _unscoped(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """``X.objects`` whose chain of calls has no visible_to, with the function around it."""
    for function, chain in _chains(tree, "<module>"):
        names = _spine(chain)
        harmless = {"visible_to", "none"} & set(names)
        if not harmless and names[names.index("objects") + 1] not in public_models():
            yield function, chain.lineno


@cache
def public_models() -> set[str]:
    """Models whose ``visible_to`` hides nothing, even from the public: the directory, the law."""
    found = set()
    for model in apps.get_models():
        rows: Any = model._default_manager.get_queryset()
        if hasattr(rows, "visible_to") and not rows.visible_to(PUBLIC).query.where:
            found.add(model.__name__)
    return found


def _chains(node: ast.AST, function: str) -> Iterator[tuple[str, ast.expr]]:
    """The outermost expression of every chain ``a.b(…).c`` that holds ``.objects`` on its spine."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            yield from _chains(child, child.name)
        elif isinstance(child, ast.Call | ast.Attribute) and "objects" in _spine(child):
            yield function, child
            yield from _arguments(child, function)
        else:
            yield from _chains(child, function)


def _spine(node: ast.AST) -> list[str]:
    names = []
    while isinstance(node, ast.Call | ast.Attribute):
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        else:
            node = node.func
    return [*names, last_name(node) if isinstance(node, ast.expr) else ""]


def _arguments(node: ast.AST, function: str) -> Iterator[tuple[str, ast.expr]]:
    while isinstance(node, ast.Call | ast.Attribute):
        if isinstance(node, ast.Call):
            for argument in [*node.args, *node.keywords]:
                yield from _chains(ast.Expression(argument), function)
            node = node.func
        else:
            node = node.value
