"""The house style, held by machine: where things stand, how long they are, what they never do."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.module_loading import import_string

from portal import refs
from portal.access import job_actor
from portal.audit.verbs import label_of
from portal.errors import Refused
from portal.workflow import Move, Workflow, registered_workflows
from tests.sources import (
    PACKAGES,
    SOURCES,
    TEMPLATES,
    TESTS,
    assert_none,
    last_name,
    lines_of,
    text_of,
    tree_of,
)

IN_A_ROOM = {
    *("__init__", "choices", "models", "rules", "workflow", "permissions", "services"),
    *("selectors", "papers", "forms", "filters", "tables", "sheets", "views", "api", "tasks"),
    "urls",
}
IN_AN_APP = {"__init__", "apps", "urls", "models", "events", "demo", "tasks"}
APP_FOLDERS = {"management", "templatetags", "migrations", "static", "seeds"}
BANNED = {"utils", "helpers", "common", "manager", "managers", "signals", "process", "data", "info"}

READS_OF_THE_CLOCK = {
    ("timezone", "now"),
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("time", "time"),
}
# What speaks at once, in the language of whoever asks.
SAYS = {"_", "gettext", "ngettext", "pgettext", "npgettext", "date_format", "day", "moment"}


# --- Where things stand ----------------------------------------------------------------------


@pytest.mark.parametrize("app", settings.PORTAL_APPS)
def test_apps_and_rooms_hold_only_the_files_of_the_house(app: str):
    odd = []
    for path in SOURCES:
        inside = path.parts[1:]
        if path.parts[0] != app or inside[0] in APP_FOLDERS:
            continue
        allowed = IN_AN_APP if len(inside) == 1 else IN_A_ROOM
        stem = "demo" if len(inside) == 1 and path.stem.startswith("demo_") else path.stem
        if len(inside) > 2 or stem not in allowed:
            odd.append(str(path))
    assert_none(odd)


def test_no_name_means_nothing():
    found = []
    for path in [*SOURCES, *TESTS]:
        named = {path.stem, *path.parts[:-1]}
        named |= {
            node.name
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }
        found += [f"{path}: {name}" for name in named & BANNED]
    assert_none(found)


# --- How long they are -----------------------------------------------------------------------


def test_no_file_is_longer_than_400_lines():
    paths = [*SOURCES, *TESTS]
    assert_none(f"{path}: {len(lines_of(path))}" for path in paths if len(lines_of(path)) > 400)


def test_no_function_is_longer_than_40_lines():
    long = [
        f"{path}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1}"
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef)
        and node.end_lineno
        and node.end_lineno - node.lineno >= 40
    ]
    assert_none(long)


def test_no_template_is_longer_than_160_lines():
    assert_none(str(path) for path in TEMPLATES if len(lines_of(path)) > 160)


# --- What they never do ----------------------------------------------------------------------


def test_only_the_clocks_read_the_clock():
    found = []
    for path in SOURCES:
        if {"clocks", "embedded"} & set(path.parts):  # the launcher knows no legal date
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Attribute):
                if (last_name(node.value), node.attr) in READS_OF_THE_CLOCK:
                    found.append(f"{path}:{node.lineno}")
            elif isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
                found.append(f"{path}:{node.value.lineno}")
    assert_none(found, "use portal.clocks")


def test_a_suppression_carries_its_reason():
    bare = re.compile(r"#\s*(noqa: [A-Z0-9, ]+|type: ignore\[[a-z-, ]+\])\s*$|# noqa\s*$")
    found = [
        f"{path}:{number}"
        for path in SOURCES
        for number, line in enumerate(lines_of(path), 1)
        if bare.search(line)
    ]
    assert_none(found)


def test_every_recorded_verb_has_words():
    verbs = {
        node.args[1].value: path
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and last_name(node.func) == "record"
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Constant)
        and isinstance(node.args[1].value, str)
    }
    silent = [f"{path}: {verb}" for verb, path in sorted(verbs.items()) if label_of(verb) == verb]
    assert_none(silent, "register_verbs in apps.py")


def test_the_words_of_a_message_wait_for_their_reader():
    """What is stored is marked with gettext_noop; nobody stores words of the sender's language."""
    found = []
    for path in SOURCES:
        for function in ast.walk(tree_of(path)):
            if isinstance(function, ast.FunctionDef):
                lines = _translated_too_early(function)
                found += [f"{path}:{line} {function.name}" for line in lines]
    assert_none(found, "sentence(gettext_noop(…), name=value) of portal.inbox.sentences")


def _translated_too_early(function: ast.FunctionDef) -> Iterator[int]:
    given = defaultdict(list)
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if last_name(target):  # several at once have no name of their own
                    given[last_name(target)].append(node.value)
    for node in ast.walk(function):
        if not isinstance(node, ast.Call) or last_name(node.func) not in {"sentence", "verbatim"}:
            continue
        values = [*node.args, *(word.value for word in node.keywords)]
        sources = [source for value in values for source in given.get(last_name(value), [value])]
        early = any(SAYS & _called(source) for source in sources)
        marked = given.get(last_name(node.args[0]), node.args[:1])
        is_ours = last_name(node.func) == "sentence"
        if early or (is_ours and not all("gettext_noop" in _called(each) for each in marked)):
            yield node.lineno


def _called(node: ast.AST) -> set[str]:
    return {last_name(part.func) for part in ast.walk(node) if isinstance(part, ast.Call)}


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("sentence(gettext_noop('甲'), due=due)", []),
        ("words = gettext_noop('甲')\n  sentence(words, n=3)", []),
        ("a, b = pair()\n  sentence(gettext_noop('甲'), n=3)", []),
        ("sentence(_('甲'))", [2]),
        ("words = _('甲')\n  verbatim(words)", [3]),
        ("sentence(gettext_noop('%(due)s'), due=date_format(due))", [2]),
        ("sentence(words)", [2]),
    ],
)
def test_a_text_translated_too_early_is_found(body: str, lines: list[int]):
    [function] = ast.parse(f"def f(due, words):\n  {body}").body
    assert isinstance(function, ast.FunctionDef)
    assert list(_translated_too_early(function)) == lines


def test_templates_isolate_includes_and_hold_no_script():
    found = []
    for path in TEMPLATES:
        text = text_of(path)
        includes = re.findall(r"{%\s*include\s[^%]*%}", text)
        found += [f"{path}: {tag}" for tag in includes if not re.search(r"\sonly\s*%}$", tag)]
        scripts = re.findall(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)[^>]*>", text)
        handlers = re.findall(r"<[^>]*\son[a-z]+\s*=", text)
        found += [f"{path}: {tag}" for tag in [*scripts, *handlers]]
    assert_none(found)


# --- Models, workflows, addresses ------------------------------------------------------------


def our_models() -> list[Any]:
    found = [model for model in apps.get_models() if model._meta.app_label in PACKAGES]
    return [pytest.param(model, id=model._meta.label) for model in found]


@pytest.mark.parametrize("model", our_models())
def test_a_model_is_plain(model: type[models.Model]):
    assert model._meta.ordering, "Meta.ordering"
    for base in model.__mro__[: model.__mro__.index(models.Model)]:
        if base.__module__.partition(".")[0] in PACKAGES:
            assert not {"save", "delete"} & set(vars(base)), "no override of save or delete"
    kinds = {type(field).__name__ for field in model._meta.get_fields()}
    assert not {"GenericForeignKey", "GenericRelation"} & kinds


@pytest.mark.parametrize("name", sorted(refs.registered()))
def test_a_named_record_has_a_door_and_words(name: str):
    model = refs.registered()[name]
    assert hasattr(model._default_manager.get_queryset(), "visible_to")
    assert "verbose_name" in model._meta.original_attrs, "Meta.verbose_name"


def test_no_signals():
    found = [
        f"{path}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("django")
        and (node.module or "").endswith("signals")
    ]
    assert_none(found)


def tables() -> list[Any]:
    return [pytest.param(table, id=table.model.__name__) for table in registered_workflows()]


def pairs() -> list[Any]:
    found = []
    for table in registered_workflows():
        for state in states_of(table):
            for step in table.moves.values():
                if state in step.sources:
                    continue
                name = f"{table.model.__name__}-{state}-{step.name}"
                found.append(pytest.param(table, state, step, id=name))
    return found


def states_of(table: Workflow) -> list[str]:
    field: Any = table.model._meta.get_field("state")
    return [value for value, _label in field.flatchoices]


@pytest.mark.parametrize("table", tables())
def test_a_workflow_is_complete(table: Workflow):
    states = states_of(table)
    field: Any = table.model._meta.get_field("state")
    assert field.editable is False, "nothing but a move sets the state"
    used = {field.default, *table.begins_in}
    for step in table.moves.values():
        assert {*step.sources, step.target} <= set(states), step.name
        assert callable(import_string(f"{table.permissions}.{step.permission}"))
        used.add(step.target)
    assert set(states) - used == set(), "states that no move reaches"


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "state", "step"), pairs())
def test_a_move_is_refused_wherever_the_table_does_not_offer_it(
    table: Workflow, state: str, step: Move
):
    record = table.model(state=state)
    with pytest.raises(Refused) as refusal:
        table.apply(step.name, record, actor=job_actor("test"), reason="x")
    assert refusal.value.code == "wrong_state"


def views_with_names() -> list[Any]:
    found = {}
    for pattern in _patterns(get_resolver().url_patterns):
        module = getattr(pattern.callback, "__module__", "")
        if module.partition(".")[0] in PACKAGES and module.endswith(".views"):
            found[pattern.name] = pattern
    return [pytest.param(pattern, id=str(name)) for name, pattern in found.items()]


def _patterns(patterns: list[Any]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns)
        else:
            yield pattern


@pytest.mark.parametrize("pattern", views_with_names())
def test_an_address_is_named_after_its_view(pattern: URLPattern):
    assert pattern.name == pattern.callback.__name__ or pattern.default_args
