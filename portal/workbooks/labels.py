"""Text of a sheet, compared the way a reader would: without spaces, width, case or stars.

Imports the standard library alone, because the reading child loads it without Django.
"""

import re
import unicodedata

# A cell that JSON has no type for travels as a string behind this mark and a letter:
# d date, t date and time, h time or duration, b boolean, s text that itself begins with the mark,
# f formula (1 or 0: has a value), e error value, m swallowed by a merged cell.
MARK = "\x1f"

_HINT = re.compile(r"[(\[【](?:必填|选填|可选|required|optional)[^)\]】]*[)\]】]")
_NOISE = re.compile(r"[\W_]+")
_PLAIN = re.compile(r"[\u4e00-\u9fff0-9a-z]+")


def normal_label(text: object) -> str:
    """The form in which two column labels are compared; an empty string for a blank cell."""
    if not isinstance(text, str) or text[:1] == MARK:
        return ""
    if _PLAIN.fullmatch(text):
        return text
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NOISE.sub("", _HINT.sub("", folded))


def column_letter(index: int) -> str:
    """Excel's letters of a zero-based column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """The zero-based column of Excel's letters; the opposite of `column_letter`."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1
