"""Codes, certificate numbers and names, as GB 32100 and the regulation have them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from institutions.registry.choices import uscc_message
from institutions.registry.rules import (
    USCC_ALPHABET,
    UsccFault,
    core_of_name,
    decode_certificate,
    expected_valid_to,
    make_uscc,
    normalise_name,
    org_code_check_digit,
    pinyin_key,
    read_uscc,
)

RIGHT = [
    "91310113MA1TEX706G",
    "91310113MA1TEX714B",
    "91310115MA9DEM0K5C",
    "12310113425000014Y",
    "91310000MAXMP1E21N",
]
bodies = st.text(alphabet=USCC_ALPHABET, min_size=8, max_size=8)
divisions = st.from_regex(r"[1-8][0-9]{5}", fullmatch=True)


@pytest.mark.parametrize("code", RIGHT)
def test_right_codes_pass_and_carry_a_right_organisation_code(code: str):
    assert read_uscc(code).ok
    assert org_code_check_digit(code[8:16]) == code[16]


@given(kind=st.sampled_from(["91", "12", "52"]), division=divisions, body=bodies)
def test_a_made_code_is_right_and_any_other_last_character_is_named(kind, division, body):
    code = make_uscc(kind, division, body)
    assert read_uscc(code).ok
    for letter in set(USCC_ALPHABET) - {code[-1]}:
        reading = read_uscc(code[:-1] + letter)
        assert reading.fault == UsccFault.CHECK_DIGIT
        assert reading.suggestion == code


@given(division=divisions, body=bodies, at=st.integers(0, 16), letter=st.sampled_from("0123456789"))
def test_one_wrong_character_never_passes(division, body, at, letter):
    code = make_uscc("91", division, body)
    wrong = code[:at] + letter + code[at + 1 :]
    assert read_uscc(wrong).ok == (wrong == code)


@given(st.text(max_size=40))
def test_any_text_gets_an_answer_and_every_fault_a_sentence(text: str):
    reading = read_uscc(text)
    assert bool(uscc_message(reading)) == (not reading.ok)


@pytest.mark.parametrize(
    ("text", "fault", "at_fault"),
    [
        ("", UsccFault.MISSING, ""),
        ("91310113MA1TEX706", UsccFault.LENGTH, "17"),
        ("91310113MA1TEX7Ö6G", UsccFault.ALPHABET, "Ö"),
        ("9131011AMA1TEX706G", UsccFault.DIVISION, "31011A"),
        ("91310113MA1TEX706H", UsccFault.CHECK_DIGIT, "H"),
    ],
)
def test_each_fault_is_told_apart(text: str, fault: UsccFault, at_fault: str):
    reading = read_uscc(text)
    assert (reading.fault, reading.at_fault) == (fault, at_fault)


def test_full_width_lower_case_and_blanks_are_normalised():
    assert read_uscc(" ９１３１０１１３ma1tex706g　").code == "91310113MA1TEX706G"


def test_letters_that_look_like_digits_are_offered_as_digits():
    assert read_uscc("9131O113MA1TEX7O6G").suggestion == "91310113MA1TEX706G"


def test_a_certificate_number_is_decoded():
    number = decode_certificate("15 2701060345")
    assert number is not None
    assert (number.year, number.authority, number.field) == (2015, "27", "01")
    assert (number.sector, number.serial, number.field_is_usual) == ("06", "0345", False)


@pytest.mark.parametrize(
    "text", ["", "15270106034", "153201060345", "1527010603456", "CMA701060345"]
)
def test_a_number_outside_the_grammar_is_refused(text: str):
    assert decode_certificate(text) is None


@pytest.mark.parametrize(
    ("issued_on", "valid_to"),
    [
        (dt.date(2021, 3, 10), dt.date(2027, 3, 9)),
        (dt.date(2020, 2, 29), dt.date(2026, 2, 28)),
        (dt.date(2024, 1, 1), dt.date(2029, 12, 31)),
    ],
)
def test_a_certificate_runs_six_years(issued_on: dt.date, valid_to: dt.date):
    assert expected_valid_to(issued_on) == valid_to


def test_names_written_differently_compare_equal():
    names = [
        "澄域环境检测(上海)有限公司",
        "澄域環境檢測（上海） 股份有限公司",
        "澄域环境检测【上海】公司",
    ]
    assert len({normalise_name(name) for name in names}) == 1


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("上海澄域环境检测技术有限公司", "澄域"),
        ("上海市浦东新区澄域水质监测所", "澄域水质"),
        ("宝山区环境监测站", "宝山区环境监测站"),
    ],
)
def test_the_core_is_what_sets_a_name_apart(name: str, core: str):
    assert core_of_name(name) == core


@given(st.text(max_size=60))
def test_blanks_never_matter_and_nothing_raises(text: str):
    assert normalise_name(f" {text}　") == normalise_name(text)
    assert core_of_name(f" {text}　") == core_of_name(text)


def test_names_sort_by_pinyin():
    assert sorted(["中", "安", "宝"], key=pinyin_key) == ["安", "宝", "中"]
