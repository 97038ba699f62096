"""The record of a penalty as 发改办财金〔2018〕424号 sets it: 30 fields with type and length.

Pure. Texts count in characters; sums are 万元 with six decimals; days are YYYY/MM/DD.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

NO_CODE = "00000000000000000X"  # an organisation that has no unified code
NO_END = "2099/12/31"
ORGANISATION, PERSON, TRADER = "法人及非法人组织", "自然人", "个体工商户"
PARTY_KINDS = (ORGANISATION, PERSON, TRADER)
PAPERS = (
    "身份证",
    "护照号",
    "港澳居民来往内地通行证",
    "台湾居民来往大陆通行证",
    "外国人永久居留身份证",
)
FINE, CONFISCATION = "罚款", "没收违法所得、没收非法财物"
TAKEN_LICENCES = ("暂扣许可证", "吊销许可证")
KINDS = {
    "warning": "警告",
    "criticism": "其他-通报批评",
    "fine": FINE,
    "confiscation": CONFISCATION,
    "suspension": "暂扣许可证",
    "downgrade": "其他-降低资质等级",
    "revocation": "吊销许可证",
    "restriction": "其他-限制开展生产经营活动",
    "stoppage": "责令停产停业",
    "closure": "其他-责令关闭",
    "occupation": "其他-限制从业",
    "other": "其他-其他行政处罚",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: ``kind`` is text, number or day; ``length`` of a text in characters."""

    code: str
    length: int
    required: bool = False
    kind: str = "text"


FIELDS = (
    Field("CF_XDR_MC", 200, required=True),
    Field("CF_XDR_LB", 16, required=True),
    Field("CF_XDR_SHXYM", 18),
    Field("CF_XDR_GSZC", 50),
    Field("CF_XDR_ZZJG", 9),
    Field("CF_XDR_SWDJ", 15),
    Field("CF_XDR_SYDW", 12),
    Field("CF_XDR_SHZZ", 50),
    Field("CF_FRDB", 50),
    Field("CF_FR_ZJLX", 64),
    Field("CF_FR_ZJHM", 64),
    Field("CF_XDR_ZJLX", 64),
    Field("CF_XDR_ZJHM", 64),
    Field("CF_WSH", 128, required=True),
    Field("CF_WFXW", 2000, required=True),
    Field("CF_SY", 5000, required=True),
    Field("CF_YJ", 2048, required=True),
    Field("CF_CFLB", 64, required=True),
    Field("CF_NR", 4000, required=True),
    Field("CF_NR_FK", 20, kind="number"),
    Field("CF_NR_WFFF", 20, kind="number"),
    Field("CF_NR_ZKDX", 200),
    Field("CF_JDRQ", 10, required=True, kind="day"),
    Field("CF_YXQ", 10, required=True, kind="day"),
    Field("CF_GSJZQ", 10, required=True, kind="day"),
    Field("CF_CFJG", 200, required=True),
    Field("CF_CFJGDM", 18, required=True),
    Field("CF_SJLY", 200, required=True),
    Field("CF_SJLYDM", 18, required=True),
    Field("BZ", 512),
)
# What a person may add where the portal does not know it.
ADDED = (
    "CF_FRDB", "CF_FR_ZJLX", "CF_FR_ZJHM", "CF_XDR_ZJLX", "CF_XDR_ZJHM", "CF_NR_ZKDX",
    "CF_CFJGDM", "CF_XDR_GSZC", "CF_XDR_ZZJG", "CF_XDR_SWDJ", "CF_XDR_SYDW", "CF_XDR_SHZZ",
)  # fmt: skip
CODE = re.compile(r"^[0-9A-HJ-NPQRTUWXY]{18}$")
NUMBER = re.compile(r"^\d{1,14}\.\d{6}$")
DAY = re.compile(r"^\d{4}/\d{2}/\d{2}$")


def in_wan(yuan: Decimal) -> str:
    """万元 with six decimals: 2000 yuan are 0.200000."""
    return f"{yuan / 10_000:.6f}"


def written(day: dt.date | None) -> str:
    """YYYY/MM/DD; no end is 2099/12/31."""
    return NO_END if day is None else day.strftime("%Y/%m/%d")


def kinds_in_words(kinds: Iterable[str]) -> str:
    """The penalty kinds in the words of the standard, in the order of the law, joined by ``;``."""
    named = set(kinds)
    return ";".join(words for code, words in KINDS.items() if code in named)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a field cannot stand: its code, and missing, long, number, day, code or word."""

    field: str
    why: str
    limit: int = 0


def faults(record: Mapping[str, str]) -> list[Fault]:
    """Everything that keeps a record from being sent, in the order of the fields."""
    due = _due(record)
    found = []
    for field in FIELDS:
        value = record.get(field.code, "")
        if not value:
            if field.required or field.code in due:
                found.append(Fault(field.code, "missing"))
            continue
        fault = _fault(field, value)
        if fault is not None:
            found.append(fault)
    return found


def _due(record: Mapping[str, str]) -> set[str]:
    """Fields that the rest of the record makes necessary."""
    due: set[str] = set()
    if record.get("CF_XDR_LB") == PERSON:
        due |= {"CF_XDR_ZJLX", "CF_XDR_ZJHM"}
    else:
        due |= {"CF_XDR_SHXYM", "CF_FRDB"}
    kinds = record.get("CF_CFLB", "").split(";")
    if FINE in kinds:
        due.add("CF_NR_FK")
    if CONFISCATION in kinds:
        due.add("CF_NR_WFFF")
    if set(TAKEN_LICENCES) & set(kinds):
        due.add("CF_NR_ZKDX")
    return due


def _fault(field: Field, value: str) -> Fault | None:
    if field.kind == "number":
        return None if NUMBER.match(value) else Fault(field.code, "number")
    if field.kind == "day":
        return None if _is_day(value) else Fault(field.code, "day")
    if len(value) > field.length:
        return Fault(field.code, "long", field.length)
    if field.code in {"CF_XDR_SHXYM", "CF_CFJGDM", "CF_SJLYDM"} and value != NO_CODE:
        return None if CODE.match(value) else Fault(field.code, "code")
    if field.code == "CF_XDR_LB" and value not in PARTY_KINDS:
        return Fault(field.code, "word")
    if field.code in {"CF_FR_ZJLX", "CF_XDR_ZJLX"} and value not in PAPERS:
        return Fault(field.code, "word")
    return None


def _is_day(value: str) -> bool:
    if not DAY.match(value):
        return False
    try:
        dt.date(*(int(part) for part in value.split("/")))
    except ValueError:
        return False
    return True
