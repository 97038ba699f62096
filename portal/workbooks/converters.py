"""Raw cells to values, kind by kind: a converter returns the value, None, Problem or Corrected."""

import dataclasses
import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from portal.workbooks.definitions import Ctx, Field, Problem, choices_of
from portal.workbooks.labels import MARK, normal_label
from portal.workbooks.matching import choice_reader, multi_reader

Converter = Callable[[Any], Any]

_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
_INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad]")
_SUSPECT = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff=]"
)
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d{2}")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_WIDE_FOUND = re.compile("[\uff01-\uff5e\u3000]")
# Text that needs no cleaning and is no sign for blank (N/A, 无), which most cells are.
_PLAIN = re.compile(
    "[0-9A-MO-Za-mo-z\u4e00-\u65df\u65e1-\u9fff]"
    "[^\x00-\x1f\x7f-\xa0\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff=]*"
)
_EMPTY = frozenset({"/", "-", "—", "——", "无", "N/A", "n/a", "\\"})
_DATE = re.compile(
    r"(\d{4})\s*(?:[-/.．]|年)\s*(\d{1,2})\s*(?:[-/.．]|月)\s*(\d{1,2})\s*日?"
    r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r"(?<=\d)[,,](?=\d{3})")
_SAFE_DIGITS = 10**15
_TRUE = frozenset({"是", "y", "yes", "true", "1", "对", "√", "✓", "有"})
_FALSE = frozenset({"否", "n", "no", "false", "0", "错", "×", "x"})


@dataclasses.dataclass(frozen=True, slots=True)
class Corrected:
    """A value we mended ourselves; the uploader is shown what became of the cell."""

    value: Any
    shown: str


def converter(field: Field, ctx: Ctx, *, from_1904: bool = False) -> Converter:
    """The function for the raw cells of one column."""
    by_kind: dict[str, Callable[[], Converter]] = {
        "text": lambda: _text_reader(field),
        "code": lambda: _code_reader(field),
        "integer": lambda: _integer,
        "decimal": lambda: _decimal_reader(field),
        "date": lambda: _date_reader(from_1904),
        "choice": lambda: choice_reader(choices_of(field, ctx)),
        "multi": lambda: multi_reader(choices_of(field, ctx)),
        "boolean": lambda: _boolean,
    }
    inner = by_kind[field.kind]()
    keeps_dashes = field.kind == "text"

    def convert(raw: Any) -> Any:
        if type(raw) is str and _PLAIN.fullmatch(raw) and not raw[-1].isspace():
            return inner(raw)
        cell = cleaned(raw)
        if type(cell) is str and cell in _EMPTY and not keeps_dashes:
            return None
        if cell is None or isinstance(cell, Problem):
            return cell
        if isinstance(cell, Corrected):
            value = inner(cell.value)
            return value if isinstance(value, Problem) else Corrected(value, cell.shown)
        return inner(cell)

    return convert


def cleaned(raw: Any) -> Any:
    """A raw cell without its tag, spaces around it and invisible characters; None when blank."""
    if type(raw) is not str:
        return raw
    if raw[:1] == MARK:
        return _untagged(raw)
    text = raw.strip()
    if not text or not _SUSPECT.search(text):
        return text or None
    return _suspect(text.replace("\r\n", "\n").replace("_x000D_", ""))


def _suspect(text: str) -> Any:
    if text[0] == "=":
        return formula_problem(known=True)
    bad = _CONTROL.search(text)
    if bad:
        return Problem(
            _("其中有看不见的控制字符(U+%(point)04X)。") % {"point": ord(bad[0])},
            "control_character",
            "format",
            _("请删去这个字符后重新填写:%(text)s。") % {"text": _CONTROL.sub("", text)[:80]},
        )
    if _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text).strip()
        return Corrected(text, text) if text else None
    return text


def _untagged(raw: str) -> Any:
    tag, rest = raw[1:2], raw[2:]
    if tag == "d":
        return dt.date.fromisoformat(rest)
    if tag == "t":
        return dt.datetime.fromisoformat(rest)
    if tag == "b":
        return rest == "1"
    if tag == "f":
        return formula_problem(known=rest[:1] == "1")
    if tag == "e":
        return Problem(
            _("单元格是 Excel 的错误值。"),
            "error_value",
            "format",
            _("请填写实际内容,或清空该单元格。"),
        )
    if tag == "m":
        return Problem(
            _("该单元格被合并到 %(cell)s。") % {"cell": rest},
            "merged_cell",
            "format",
            _("请取消合并,在每一行分别填写。"),
        )
    return cleaned(rest) if tag == "s" else rest


def formula_problem(*, known: bool) -> Problem:
    """A formula is refused: what was computed elsewhere cannot be seen or checked here."""
    if known:
        return Problem(
            _("该单元格是公式。"),
            "formula",
            "format",
            _("请复制后用“选择性粘贴—数值”粘贴回原处,或直接填写结果。"),
        )
    return Problem(
        _("该单元格是公式,且从未计算出结果。"),
        "formula_uncalculated",
        "format",
        _("请用 Excel 或 WPS 打开、重新计算并保存,再粘贴为数值,或直接填写结果。"),
    )


def shown(raw: Any) -> str:
    """A raw cell as its writer would recognise it, at most 200 characters, safe to store."""
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e21:
        return str(int(raw))
    text = str(raw)[:210]
    if text[:1] == MARK:
        text = _shown_tagged(text[1:2], text[2:])
    return _CONTROL.sub("\ufffd", text[:200])


def _shown_tagged(tag: str, rest: str) -> str:
    if tag == "b":
        return "TRUE" if rest == "1" else "FALSE"
    if tag == "f":
        return "" if rest[1:] == "=" else rest[1:]
    if tag == "t":
        return rest.replace("T", " ")
    return "" if tag == "m" else rest


def number_text(number: float) -> str:
    """A number cell as text, without the point that Excel does not show."""
    return str(int(number)) if float(number).is_integer() else format(number, ".15g")


def digits_lost(text: str) -> Problem:
    return Problem(
        _("这个号码被存成了数字,Excel 只保留 15 位,末尾的数字已经丢失。"),
        "digits_lost",
        "format",
        _("请先把该列设为“文本”格式,再对照原件重新填写全部数字。"),
    )


def _too_long(length: int, limit: int) -> Problem:
    return Problem(
        _("共 %(length)d 个字,超过 %(limit)d 个字。") % {"length": length, "limit": limit},
        "too_long",
        "format",
        _("请缩短到 %(limit)d 个字以内。") % {"limit": limit},
    )


def _text_reader(field: Field) -> Converter:
    limit = field.max_length

    def read(cell: Any) -> Any:
        if type(cell) is str:
            return cell if len(cell) <= limit else _too_long(len(cell), limit)
        if isinstance(cell, bool):
            return _("是") if cell else _("否")
        if isinstance(cell, (int, float)):
            return digits_lost(str(cell)) if abs(cell) >= _SAFE_DIGITS else number_text(cell)
        if isinstance(cell, dt.datetime) and cell.time() == dt.time():
            return cell.date().isoformat()
        return str(cell)

    return read


def _code_reader(field: Field) -> Converter:
    limit = field.max_length

    def read(cell: Any) -> Any:
        if type(cell) is not str:
            return _code_not_text(cell)
        if _SCIENTIFIC.fullmatch(cell):
            return digits_lost(cell)
        if len(cell) > limit:
            return _too_long(len(cell), limit)
        if _WIDE_FOUND.search(cell):
            narrow = cell.translate(_WIDE).strip()
            return Corrected(narrow, narrow)
        return cell

    return read


def _code_not_text(cell: Any) -> Problem:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if abs(cell) >= _SAFE_DIGITS:
            return digits_lost(str(cell))
        return Problem(
            _("号码被存成了数字,开头的 0 可能已经丢失。"),
            "code_as_number",
            "format",
            _("请先把该列设为“文本”格式,再重新填写,如 %(text)s。") % {"text": number_text(cell)},
        )
    return Problem(
        _("号码被 Excel 变成了日期或其他类型。"),
        "code_as_number",
        "format",
        _("请先把该列设为“文本”格式,再对照原件重新填写。"),
    )


def _not_a_number(code: str = "not_a_number") -> Problem:
    return Problem(_("不是数字。"), code, "format", _("请只填数字,不写单位和文字,如 1234.50。"))


def _number(cell: Any) -> Decimal | Problem:
    """Decimal of a number cell at Excel's 15 digits, or of text with thousands separators."""
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        return _not_a_number()
    if isinstance(cell, str):
        text = _THOUSANDS.sub("", cell.translate(_WIDE)).strip().removesuffix("元")
        text = text.removeprefix("¥").removeprefix("¥").strip()
        if not _NUMBER.fullmatch(text):
            return _not_a_number()
    else:
        text = format(cell, ".15g")
    try:
        number = Decimal(text)
    except InvalidOperation:
        return _not_a_number()
    return number if number.is_finite() and abs(number) < _SAFE_DIGITS else _not_a_number()


def _integer(cell: Any) -> Any:
    if type(cell) is float and cell.is_integer() and abs(cell) < _SAFE_DIGITS:
        return int(cell)
    number = _number(cell)
    if isinstance(number, Problem):
        return number
    if number != number.to_integral_value():
        return Problem(_("应为整数。"), "not_an_integer", "format", _("请填写整数,不带小数。"))
    return int(number)


def _decimal_reader(field: Field) -> Converter:
    places = field.places

    def read(cell: Any) -> Any:
        if type(cell) is float and abs(cell) < _SAFE_DIGITS:
            text = format(cell, ".15g")
            if "e" not in text and len(text.partition(".")[2]) <= places:
                return Decimal(text)
        number = _number(cell)
        if isinstance(number, Problem):
            return number
        exponent = number.normalize().as_tuple().exponent
        if isinstance(exponent, int) and -exponent > places:
            return Problem(
                _("小数超过 %(places)d 位。") % {"places": places},
                "too_many_places",
                "format",
                _("请保留 %(places)d 位小数,如 %(number)s。")
                % {"places": places, "number": round(number, places)},
            )
        return number

    return read


def _date_reader(from_1904: bool) -> Converter:
    epoch = dt.date(1904, 1, 1) if from_1904 else dt.date(1899, 12, 30)

    def read(cell: Any) -> Any:
        if isinstance(cell, dt.datetime):
            return _in_range(cell.date())
        if isinstance(cell, dt.date):
            return _in_range(cell)
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            if 18_000 <= cell <= 80_000:
                day = epoch + dt.timedelta(days=int(cell))
                return Corrected(day, day.isoformat())
            cell = number_text(cell)
        text = str(cell).translate(_WIDE)
        found = _DATE.fullmatch(text) or _DAY.fullmatch(text)
        return _day(int(found[1]), int(found[2]), int(found[3])) if found else _no_date()

    return read


def _no_date() -> Problem:
    return Problem(
        _("不是能识别的日期。"), "not_a_date", "format", _("请写成年-月-日,如 2026-01-31。")
    )


def _day(year: int, month: int, day: int) -> Any:
    try:
        return _in_range(dt.date(year, month, day))
    except ValueError:
        if not (1 <= month <= 12 and 1900 <= year <= 2200 and 28 < day <= 31):
            return _no_date()
    last = (dt.date(year, month, 28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    return Problem(
        _("这一天不存在。"),
        "no_such_date",
        "format",
        _("请改为真实日期,如 %(day)s。") % {"day": last.isoformat()},
    )


def _in_range(day: dt.date) -> Any:
    if 1949 <= day.year <= 2199:
        return day
    return Problem(
        _("年份不合理。"), "date_out_of_range", "validity", _("请核对年份,按年-月-日填写四位年份。")
    )


def _boolean(cell: Any) -> Any:
    if isinstance(cell, bool):
        return cell
    text = number_text(cell) if isinstance(cell, (int, float)) else normal_label(cell) or str(cell)
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    return Problem(_("应为“是”或“否”。"), "not_yes_or_no", "format", _("请填“是”或“否”。"))
