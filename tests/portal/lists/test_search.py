"""Bigrams: the database's function, the index, and the exact containment that decides."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from institutions.models import Institution
from portal.lists.search import BigramSearch, normalised, searchable

pytestmark = pytest.mark.django_db
SEARCH = BigramSearch("search_text")
LETTERS = st.text(alphabet="检测环境有限公司AB1 %_\\'\"", max_size=8)


def bigrams(text: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_bigrams(%s)", [text])
        return set(cursor.fetchone()[0])


def contains(text: str, term: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_bigrams(%s) @> portal_bigrams(%s)", [text, term])
        return bool(cursor.fetchone()[0])


def test_pairs_of_neighbours() -> None:
    assert bigrams("华测检测") == {"华测", "测检", "检测"}
    assert bigrams("测测测") == {"测测"}
    assert bigrams("华") == set()
    assert bigrams("") == set()
    assert bigrams("𠮷野家") == {"𠮷野", "野家"}


def test_no_pair_spans_two_parts() -> None:
    assert bigrams(searchable("华测", "谱尼")) == {"华测", "谱尼"}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=LETTERS, start=st.integers(0, 6), length=st.integers(2, 8))
def test_the_index_never_loses_a_match(text: str, start: int, length: int) -> None:
    """Whatever is contained has all its pairs contained: the index is a safe first sieve."""
    term = text[start : start + length]
    assert contains(text, term)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=LETTERS, term=LETTERS.filter(lambda term: len(normalised(term)) >= 2))
def test_the_search_is_exact_containment(text: str, term: str) -> None:
    """Against Python's own `in`, on one row given by VALUES instead of a table."""
    rows = Institution.objects.none().query.model.objects.all()
    query = SEARCH.filter(rows, term).query
    where, params = query.where.as_sql(query.get_compiler("default"), connection)
    table = f'"{Institution._meta.db_table}"'
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (VALUES (%s)) AS {table} (search_text) WHERE {where}",
            [searchable(text), *params],
        )
        [found] = cursor.fetchone()
    assert bool(found) == (normalised(term) in searchable(text))


def test_terms_and_columns_agree_on_width_and_case() -> None:
    assert normalised(" Sgs(检测)１ ") == "SGS(检测)1"
    assert searchable("Sgs 检测", "", "91310113ma1") == "SGS 检测\n91310113MA1"
