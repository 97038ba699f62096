"""The content of a paper survives its storage unchanged, and refuses what is none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.papers.content import (
    Content,
    Facts,
    Grid,
    Heading,
    Items,
    Signatures,
    Text,
)
from portal.papers.numbers import SHAPE, numbered, pattern_fault, with_brackets
from portal.papers.printing import Sheet, chinese_numeral, printed

words = st.text(max_size=20)
several = st.lists(words, max_size=4).map(tuple)
pairs = st.lists(st.tuples(words, words), max_size=4).map(tuple)
blocks = st.one_of(
    st.builds(Heading, words, st.sampled_from([1, 2])),
    st.builds(Text, words),
    st.builds(Facts, pairs),
    st.builds(Grid, st.tuples(words, words), pairs),
    st.builds(Items, several),
    st.builds(Signatures, several),
)
titles = words.filter(lambda text: text.strip())
contents = st.builds(
    Content, titles, words, st.lists(blocks, max_size=5).map(tuple), several, several, words
)


@given(contents)
def test_a_round_trip_through_json_changes_nothing(content: Content):
    assert Content.from_json(json.loads(json.dumps(content.to_json()))) == content


@pytest.mark.parametrize(
    "stored",
    [
        None,
        {},
        {"title": "甲"},
        {**Content("甲").to_json(), "more": 1},
        {**Content("甲").to_json(), "blocks": [{"kind": "html", "text": "x"}]},
        {**Content("甲").to_json(), "blocks": [{"kind": "text", "text": 3}]},
        {**Content("甲").to_json(), "title": "  "},
        {**Content("甲").to_json(), "closing": "甲"},
    ],
)
def test_what_is_no_content_is_refused(stored):
    with pytest.raises(ValueError, match=r".+"):
        Content.from_json(stored)


def test_a_row_with_too_few_cells_is_refused_where_it_is_made():
    with pytest.raises(ValueError, match="A row of 2 has 1 cells"):
        Content("甲", blocks=(Grid(("一", "二"), (("三",),)),))


def test_headings_are_counted_and_the_second_level_begins_anew():
    content = Content(
        "甲", blocks=(Heading("子"), Heading("丑", 2), Heading("寅"), Heading("卯", 2))
    )
    marks = [block["mark"] for block in printed(content, Sheet("某局"))["blocks"]]
    assert marks == ["一、", "（一）", "二、", "（一）"]


def test_numerals():
    found = [chinese_numeral(n) for n in (1, 9, 10, 11, 19, 20, 21, 99, 100)]
    assert found == ["一", "九", "十", "十一", "十九", "二十", "二十一", "九十九", "100"]


def test_signs_that_print_nothing_are_left_out():
    content = Content("甲\x00乙\u202e丙", blocks=(Text("一\x07\n二\ud800\ufffe"),))
    said = printed(content, Sheet("某局"))
    assert (said["title"], said["blocks"][0]["lines"]) == ("甲乙丙", ["一", "二"])


@pytest.mark.parametrize(
    ("given_text", "meant"),
    [
        ("宝环[2024]5号", "宝环〔2024〕5号"),
        ("宝环【2024】5号", "宝环〔2024〕5号"),
        ("沪环罚（2026）1号", "沪环罚〔2026〕1号"),
        ("沪环（监）〔2026〕1号", "沪环（监）〔2026〕1号"),
    ],
)
def test_brackets_around_the_year_become_those_of_the_standard(given_text: str, meant: str):
    assert with_brackets(given_text) == meant
    assert SHAPE.fullmatch(meant)


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("{agency}{series}〔{year}〕{n}号", ""),
        ("沪环罚〔{year}〕{n}号", ""),
        ("{agency}〔{year}〕第{n}号", "shape"),
        ("{agency}〔{year}〕0{n}号", "shape"),
        ("{agency}{year}{n}号", "year"),
        ("{agency}〔{year}〕{n}", "number"),
        ("{agency.pk}〔{year}〕{n}号", "places"),
        ("{agency}{0}〔{year}〕{n}号", "places"),
        ("{other}〔{year}〕{n}号", "places"),
    ],
)
def test_a_pattern_gives_numbers_of_the_standard_or_is_refused(pattern: str, fault: str):
    assert pattern_fault(pattern) == fault


def test_a_number_in_words():
    text = numbered("{agency}{series}〔{year}〕{n}号", agency="宝环", series="罚", year=2026, n=7)
    assert text == "宝环罚〔2026〕7号"
