"""What holds for every list that any room registers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.models import Model
from django.http import QueryDict

from portal.access import Actor, AgencyKind, Role
from portal.lists import ListDef, registered_lists
from portal.lists.keyset import LAST, cut
from portal.lists.selection import select
from tests.factories import ActorFactory
from tests.portal.lists.checks import assert_list_and_export_agree

pytestmark = pytest.mark.django_db

# Tables of some hundred rows, which PostgreSQL sorts faster than it reads an index.
SMALL = {
    "agency",
    "deadlinerule",
    "expert",
    "inspector",
    "lawparameter",
    "matter",
    "penaltybound",
    "period",
    "post",
    "user",
}


def someone_who_may(defn: ListDef) -> Actor:
    """The first of the usual people who may see the list."""
    for kind in (AgencyKind.MARKET, AgencyKind.ECOLOGY, AgencyKind.WATER, AgencyKind.AUDIT):
        for role in (Role.CHIEF, Role.OFFICER, Role.REPORTER, Role.AUDITOR, *Role):
            actor = ActorFactory(agency__kind=kind, roles=[role])
            if defn.permission(actor):
                return actor
    raise AssertionError(f"Nobody may see the list {defn.name}.")


def queries(defn: ListDef, actor: Actor) -> Iterator[str]:
    """Every sort, every choice of every filter, a search."""
    for column in defn.columns_for(actor):
        if column.sort:
            yield f"sort={column.name}"
            yield f"sort=-{column.name}"
    selection = select(defn, actor, QueryDict())
    if selection.filters is not None:
        for name, field in selection.filters.form.fields.items():
            for value, _label in getattr(field, "choices", ()):
                if str(value):
                    yield f"{name}={value}"
    if defn.search is not None:
        yield "q=检测"


def names() -> list[str]:
    return [defn.name for defn in registered_lists()]


@pytest.fixture(params=names())
def defn(request: pytest.FixtureRequest) -> ListDef:
    return next(one for one in registered_lists() if one.name == request.param)


def test_every_sort_filter_and_search_is_answered(defn: ListDef) -> None:
    actor = someone_who_may(defn)
    for query in ["", *queries(defn, actor)]:
        selection = select(defn, actor, QueryDict(query))
        assert not selection.errors, query
        assert not selection.notices, query
        assert selection.order[-1].lstrip("-") in {"pk", "id"}
        for cursor in ("", LAST):
            page = cut(selection.rows, selection.order, 5, cursor, defn.name)
            assert len(page.rows) <= selection.count


def test_every_list_exports_what_it_shows(defn: ListDef, tmp_path: Path) -> None:
    actor = someone_who_may(defn)
    if defn.may_export(actor):
        assert_list_and_export_agree(defn, actor, tmp_path)


def test_every_sorted_column_has_an_index(defn: ListDef) -> None:
    actor = someone_who_may(defn)
    model = defn.rows(actor).model
    if model._meta.model_name in SMALL:
        return
    sorts = {column.sort for column in defn.columns if column.sort}
    missing = {path for path in sorts if "__" not in path and not is_indexed(model, path)}
    assert not missing, f"{defn.name} sorts by {missing} without an index on {model.__name__}"


def is_indexed(model: type[Model], path: str) -> bool:
    names = {field.name: field for field in model._meta.get_fields()}
    field = names.get(path)
    if getattr(field, "unique", False) or getattr(field, "db_index", False):
        return True
    if not model._meta.managed:  # its table and indexes are hand-written SQL
        return True
    # Fields before it are what the rows are narrowed by, such as the post of one's own exports.
    paths = [field.lstrip("-") for index in model._meta.indexes for field in index.fields]
    return path in paths
