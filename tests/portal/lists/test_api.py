"""The REST side: the page's rows by cursor, strict where the page is lenient."""

from __future__ import annotations

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from agencies.models import Agency
from portal.access import Actor
from tests.portal.lists.conftest import signed_in
from tests.portal.lists.sample import urlpatterns

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portal.lists.sample")]
URL = "/api/v1/sample/"


def test_pages_by_cursor(agencies: list[Agency], browser: Client) -> None:
    names: list[str] = []
    url = f"{URL}?kind=water&kind=market&sort=-name&limit=3"
    while url:
        body = browser.get(url).json()
        assert body["count"] == 8
        names += [row["name"] for row in body["results"]]
        url = body["next"]
    assert names == list(Agency.objects.order_by("-name").values_list("name", flat=True))
    assert body["previous"]


def test_rows_are_typed_and_carry_their_key(agencies: list[Agency], browser: Client) -> None:
    body = browser.get(f"{URL}?q=样本单位01&columns=name,ended_on,letters,fee,phone").json()
    assert body == {
        "next": None,
        "previous": None,
        "count": 1,
        "results": [
            {
                "id": agencies[1].pk,
                "name": "样本单位01",
                "ended_on": "2026-03-02",
                "letters": 6,
                "fee": "12345.50",
                "phone": None,
            }
        ],
    }


def test_hidden_columns_stay_hidden(agencies: list[Agency], partner: Actor) -> None:
    [row] = signed_in(partner).get(f"{URL}?limit=1&columns=name,phone").json()["results"]
    assert set(row) == {"id", "name"}


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("kind=nonsense", "kind"),
        ("ended_on_after=2026-02-30", "ended_on"),
        ("q=样", "query"),
        ("sort=region", "query"),
        ("page=forged", "page"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
    ],
)
def test_what_is_not_understood_is_an_error(
    agencies: list[Agency], browser: Client, query: str, part: str
) -> None:
    answer = browser.get(f"{URL}?{query}")
    assert answer.status_code == 400
    body = answer.json()
    assert body["code"] == "invalid"
    assert body["message"]
    assert list(body["details"]) == [part]


def test_strangers_must_sign_in(client: Client) -> None:
    assert client.get(URL).status_code == 401
    assert client.get(URL).json()["code"] == "not_authenticated"


def test_the_schema_describes_the_list() -> None:
    schema = SchemaGenerator(patterns=urlpatterns[-1:]).get_schema(public=True)
    operation = schema["paths"][URL]["get"]
    named = {parameter["name"] for parameter in operation["parameters"]}
    wanted = {"page", "limit", "columns", "sort", "q", "kind", "ended_on_after", "superior"}
    assert wanted <= named
    row = schema["components"]["schemas"]["SampleAgenciesRow"]["properties"]
    assert row["ended_on"]["format"] == "date"
    assert row["id"]["type"] == "integer"
    page = schema["components"]["schemas"]["SampleAgenciesPage"]["properties"]
    assert set(page) == {"next", "previous", "count", "results"}
