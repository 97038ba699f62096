"""The grammar of credit codes and certificate numbers, terms of validity, and names compared."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from enum import StrEnum

from pypinyin import lazy_pinyin
from stdnum.cn import uscc as stdnum_uscc

# --- Unified social credit code, GB 32100-2015 --------------------------------------------------

USCC_LENGTH = 18
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
USCC_SHAPE = re.compile(r"^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$")
ORG_CODE_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714


class UsccFault(StrEnum):
    MISSING = "missing"
    LENGTH = "length"
    ALPHABET = "alphabet"
    DIVISION = "division"
    CHECK_DIGIT = "check_digit"


@dataclass(frozen=True, slots=True)
class UsccReading:
    """A code as normalised, with its first fault, the letters at fault, and a mended code."""

    code: str
    fault: UsccFault | None = None
    at_fault: str = ""
    suggestion: str = ""

    @property
    def ok(self) -> bool:
        return self.fault is None


def normalise_uscc(text: str) -> str:
    """Trim, full width to half width, upper case; blanks and hyphens inside are dropped."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def read_uscc(text: str) -> UsccReading:
    """Check a code in the order a person would: there, length, letters, division, check digit."""
    code = normalise_uscc(text)
    if not code:
        return UsccReading(code, UsccFault.MISSING)
    if len(code) != USCC_LENGTH:
        return UsccReading(code, UsccFault.LENGTH, at_fault=str(len(code)))
    strangers = sorted(set(code) - set(USCC_ALPHABET))
    if strangers:
        return UsccReading(code, UsccFault.ALPHABET, "".join(strangers), _lookalike(code))
    if not USCC_SHAPE.match(code):
        return UsccReading(code, UsccFault.DIVISION, at_fault=code[2:8])
    right = uscc_check_digit(code[:17])
    if code[-1] != right:
        return UsccReading(code, UsccFault.CHECK_DIGIT, code[-1], code[:17] + right)
    return UsccReading(code)


def uscc_check_digit(first_17: str) -> str:
    """The 18th character of GB 32100-2015."""
    return str(stdnum_uscc.calc_check_digit(first_17))


def org_code_check_digit(first_8: str) -> str:
    """The 9th character of the organisation code (GB 11714) inside a credit code."""
    values = (int(letter, 36) for letter in first_8)
    total = sum(value * weight for value, weight in zip(values, ORG_CODE_WEIGHTS, strict=True))
    return {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def make_uscc(kind: str, division: str, first_8: str) -> str:
    """A code with both check digits right, from its kind (such as 91), division and body."""
    first_17 = f"{kind}{division}{first_8}{org_code_check_digit(first_8)}"
    return first_17 + uscc_check_digit(first_17)


def _lookalike(code: str) -> str:
    """The code with I, O, S, Z read as 1, 0, 5, 2, when that alone makes it right."""
    mended = code.translate(str.maketrans("IOSZ", "1052"))
    right = set(mended) <= set(USCC_ALPHABET) and bool(USCC_SHAPE.match(mended))
    return mended if right and uscc_check_digit(mended[:17]) == mended[-1] else ""


# --- CMA certificate number, rules of 国认实 for certificate numbers ----------------------------

CERTIFICATE_SHAPE = re.compile(r"^\d{2}(0\d|1\d|2\d|3[01])\d{2}\d{2}\d{4}$")
ENVIRONMENTAL_FIELDS = frozenset({"12", "13", "20", "21"})
LAST_FIELD, LAST_SECTOR = "21", "34"
CERTIFICATE_YEARS = 6  # 检验检测机构资质认定管理办法 art. 13


@dataclass(frozen=True, slots=True)
class CertificateNumber:
    """``YY AA FF MM NNNN``: year of issue, authority, professional field, sector, serial."""

    number: str
    year: int
    authority: str
    field: str
    sector: str
    serial: str

    @property
    def field_is_usual(self) -> bool:
        """Whether the field is one that environmental monitoring usually has; else a warning."""
        return self.field in ENVIRONMENTAL_FIELDS

    @property
    def codes_are_known(self) -> bool:
        return self.field <= LAST_FIELD and self.sector <= LAST_SECTOR


def normalise_certificate(text: str) -> str:
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text))


def decode_certificate(text: str) -> CertificateNumber | None:
    """The parts of a certificate number, or None when it is not twelve digits of that grammar."""
    number = normalise_certificate(text)
    if not CERTIFICATE_SHAPE.match(number):
        return None
    return CertificateNumber(
        number, 2000 + int(number[:2]), number[2:4], number[4:6], number[6:8], number[8:]
    )


def expected_valid_to(issued_on: dt.date) -> dt.date:
    """检验检测机构资质认定管理办法 art. 13: six years, so the day before the sixth return."""
    year = issued_on.year + CERTIFICATE_YEARS
    try:
        returned = issued_on.replace(year=year)
    except ValueError:  # 29 February in a common year
        returned = dt.date(year, 3, 1)
    return returned - dt.timedelta(days=1)


# 检验检测机构资质认定管理办法 art. 13: renewal is applied for three months before the end.
RENEWAL_MONTHS = 3


class Validity(StrEnum):
    NONE = "none"
    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of another month, or its last day; months may be negative."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def renewal_due(valid_to: dt.date) -> dt.date:
    """检验检测机构资质认定管理办法 art. 13: the last day to apply for renewal."""
    return months_later(valid_to, -RENEWAL_MONTHS)


def validity(valid_to: dt.date | None, today: dt.date) -> Validity:
    """How a certificate stands on a day by its last day; expiring from three months before."""
    if valid_to is None:
        return Validity.NONE
    if valid_to < today:
        return Validity.EXPIRED
    return Validity.EXPIRING if valid_to <= months_later(today, RENEWAL_MONTHS) else Validity.VALID


# --- Names compared -----------------------------------------------------------------------------

NAME_KEY_LENGTH = 400

COMPANY_FORMS = (
    "股份有限公司",
    "有限责任公司",
    "集团有限公司",
    "有限公司",
    "总公司",
    "分公司",
    "公司",
    "(普通合伙)",
    "(有限合伙)",
    "(特殊普通合伙)",
)
TRADITIONAL = str.maketrans(
    "測檢驗監環術實業務質華東廣資認電氣國聯", "测检验监环术实业务质华东广资认电气国联"
)
PLACES = (
    "上海|北京|天津|重庆|河北|山西|内蒙古|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|"
    "广东|广西|海南|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|"
    "黄浦|徐汇|长宁|静安|普陀|虹口|杨浦|闵行|宝山|嘉定|浦东新区|浦东|金山|松江|青浦|奉贤|崇明"
)
PLACE = re.compile(
    rf"^(?:中国)?(?:(?:{PLACES})(?:省|市|区|自治区)?)+|\((?:{PLACES})(?:省|市|区)?\)"
)
TRADE = re.compile(
    "第三方|生态|环境|环保|检验|检测|监测|测试|分析|测控|计量|认证|技术|科技|工程|服务|咨询|评价|研究院|研究所|研究|"
    "实验室|中心|站|院|所"
)
PUNCTUATION = re.compile(r"[^\w()]|_", re.UNICODE)


def normalise_name(name: str) -> str:
    """A name for comparison: half width, simplified, without blanks, marks and company form."""
    text = unicodedata.normalize("NFKC", name).translate(TRADITIONAL).upper()
    text = text.translate(str.maketrans("〔【［[〕】］]", "(((())))"))
    text = PUNCTUATION.sub("", text)
    for form in COMPANY_FORMS:
        if text.endswith(form) and len(text) > len(form):
            text = text.removesuffix(form)
            break
    return text.replace("()", "")


def core_of_name(name: str) -> str:
    """What sets a name apart: without place, trade and company form; the whole when none is."""
    text = normalise_name(name)
    bare = TRADE.sub("", PLACE.sub("", text)).replace("(", "").replace(")", "")
    return bare if len(bare) >= 2 else text.replace("(", "").replace(")", "")


def pinyin_key(name: str) -> str:
    """The name in pinyin, one blank between characters: its place in an alphabetical list."""
    return " ".join(lazy_pinyin(name)).lower()[:NAME_KEY_LENGTH]


def name_facts(name: str) -> dict[str, str]:
    """What is stored beside a name to compare it by."""
    return {"name_norm": normalise_name(name), "name_core": core_of_name(name)}
