"""Provisions as text and as rows."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.law.citations import Citation, cited_in, written
from portal.law.models import LegalBasis


def test_a_sentence_names_its_provisions():
    text = "上海市检验检测条例第43条、第21条；检验检测机构监督管理办法第27条"
    assert cited_in(text) == [
        Citation("上海市检验检测条例", "43"),
        Citation("上海市检验检测条例", "21"),
        Citation("检验检测机构监督管理办法", "27"),
    ]
    assert cited_in("生态环境法典第1089条第2款") == [Citation("生态环境法典", "1089", "2")]
    assert cited_in("《生态环境监测条例》第43条第4项") == [
        Citation("生态环境监测条例", "43", "", "4")
    ]
    assert cited_in("依据不明") == []


def test_a_provision_is_written_alike_in_every_language():
    assert written(Citation("某条例", "43", "", "4")) == "《某条例》第43条第4项"
    assert written(Citation("某法", "9", "2")) == "《某法》第9条第2款"


@pytest.mark.django_db
def test_a_provision_applies_from_a_day_to_a_day():
    row = LegalBasis.objects.create(
        law="某办法",
        article="1",
        mark="V",
        effective_from=dt.date(2026, 1, 1),
        effective_to=dt.date(2026, 6, 30),
    )
    days = {
        dt.date(2025, 12, 31): False,
        dt.date(2026, 1, 1): True,
        dt.date(2026, 6, 30): True,
        dt.date(2026, 7, 1): False,
    }
    for day, applies in days.items():
        assert row.is_in_force(day) is applies
        assert LegalBasis.objects.in_force(day).filter(pk=row.pk).exists() is applies
