"""The 30 fields of 发改办财金〔2018〕424号: types, lengths, and what each other makes necessary."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from sharing.platforms.choices import FIELD_LABELS
from sharing.platforms.rules import FIELDS, Fault, faults, in_wan, kinds_in_words, written

GOOD = {
    "CF_XDR_MC": "上海样本检测技术有限公司",
    "CF_XDR_LB": "法人及非法人组织",
    "CF_XDR_SHXYM": "91310113MA1TEX706G",
    "CF_FRDB": "赵某某",
    "CF_WSH": "沪示环罚〔2026〕1号",
    "CF_WFXW": "不遵守规范标准致数据失真",
    "CF_SY": "报告与原始记录不一致。",
    "CF_YJ": "生态环境监测条例第43条第4项",
    "CF_CFLB": "罚款",
    "CF_NR": "罚款 2000 元",
    "CF_NR_FK": "0.200000",
    "CF_JDRQ": "2026/10/15",
    "CF_YXQ": "2099/12/31",
    "CF_GSJZQ": "2027/01/15",
    "CF_CFJG": "某区生态环境局",
    "CF_CFJGDM": "11310113MB2F00000X",
    "CF_SJLY": "某区生态环境局",
    "CF_SJLYDM": "11310113MB2F00000X",
}


def test_there_are_thirty_fields_each_with_its_label():
    assert len(FIELDS) == 30
    assert [field.code for field in FIELDS] == list(FIELD_LABELS)


def test_a_whole_record_has_no_fault():
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"CF_XDR_MC": ""}, Fault("CF_XDR_MC", "missing")),
        ({"CF_XDR_MC": "长" * 201}, Fault("CF_XDR_MC", "long", 200)),
        ({"CF_XDR_LB": "公司"}, Fault("CF_XDR_LB", "word")),
        ({"CF_XDR_SHXYM": "91310113"}, Fault("CF_XDR_SHXYM", "code")),
        ({"CF_FRDB": ""}, Fault("CF_FRDB", "missing")),
        ({"CF_FR_ZJLX": "驾驶证"}, Fault("CF_FR_ZJLX", "word")),
        ({"CF_SY": "长" * 5001}, Fault("CF_SY", "long", 5000)),
        ({"CF_NR_FK": ""}, Fault("CF_NR_FK", "missing")),
        ({"CF_NR_FK": "2000"}, Fault("CF_NR_FK", "number")),
        ({"CF_CFLB": "没收违法所得、没收非法财物"}, Fault("CF_NR_WFFF", "missing")),
        ({"CF_CFLB": "警告;吊销许可证"}, Fault("CF_NR_ZKDX", "missing")),
        ({"CF_JDRQ": "2026-10-15"}, Fault("CF_JDRQ", "day")),
        ({"CF_JDRQ": "2026/02/30"}, Fault("CF_JDRQ", "day")),
        ({"CF_SJLYDM": ""}, Fault("CF_SJLYDM", "missing")),
        ({"BZ": "长" * 513}, Fault("BZ", "long", 512)),
    ],
)
def test_each_fault_is_named(changed, expected):
    assert faults(GOOD | changed) == [expected]


def test_a_person_needs_its_papers_and_no_representative():
    person = GOOD | {"CF_XDR_LB": "自然人", "CF_XDR_SHXYM": "", "CF_FRDB": ""}
    assert [fault.field for fault in faults(person)] == ["CF_XDR_ZJLX", "CF_XDR_ZJHM"]
    papers = {"CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": "310113199001011234"}
    assert faults(person | papers) == []


def test_an_organisation_without_a_code_has_seventeen_zeros_and_x():
    assert faults(GOOD | {"CF_XDR_SHXYM": "0" * 17 + "X"}) == []


def test_sums_are_ten_thousands_with_six_decimals():
    assert in_wan(Decimal(2000)) == "0.200000"
    assert in_wan(Decimal("123456.78")) == "12.345678"


def test_days_and_kinds():
    assert written(dt.date(2026, 1, 5)) == "2026/01/05"
    assert written(None) == "2099/12/31"
    assert kinds_in_words({"fine", "warning", "occupation"}) == "警告;罚款;其他-限制从业"
