"""Cells of closed lists: matched to a choice as a reader would, or told the nearest one."""

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from portal.workbooks.definitions import Choices, Field, Problem
from portal.workbooks.labels import normal_label
from portal.workbooks.sheetnames import in_languages

_BETWEEN = re.compile(r"[、,,;;/|\s]+")


def spellings(label: object) -> set[str]:
    """The label in both languages of the portal, in the form in which labels are compared."""
    return {normal_label(text) for text in in_languages(label)} - {""}


def field_labels(field: Field) -> set[str]:
    """Every header text under which a field is recognised."""
    aliases = {normal_label(alias) for alias in field.aliases}
    return (spellings(field.label) | aliases | {normal_label(field.code)}) - {""}


def _lookup(choices: Choices) -> dict[str, str]:
    found: dict[str, str] = {}
    for value, label in choices:
        for text in {*spellings(label), normal_label(value)}:
            found.setdefault(text, value)
    return found


def _unlisted(text: str, choices: Choices, *, part: bool = False) -> Problem:
    labels = [str(label) for _value, label in choices]
    near = process.extractOne(text, labels, scorer=fuzz.ratio, score_cutoff=50)
    listed = "、".join(labels[:12]) + ("…" if len(labels) > 12 else "")
    if near:
        suggestion = _("是否为“%(near)s”?可填:%(listed)s。") % {"near": near[0], "listed": listed}
    else:
        suggestion = _("请从以下选项中选择:%(listed)s。") % {"listed": listed}
    message = _("其中“%(text)s”不在选项中。") % {"text": text[:40]} if part else _("不在选项中。")
    return Problem(message, "not_in_list", "validity", suggestion)


def _as_text(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def choice_reader(choices: Choices) -> Callable[[Any], Any]:
    """One choice: its value, by label in either language or by the value itself."""
    known = _lookup(choices)

    def read(cell: Any) -> Any:
        text = _as_text(cell)
        value = known.get(normal_label(text))
        return _unlisted(text, choices) if value is None else value

    return read


def multi_reader(choices: Choices) -> Callable[[Any], Any]:
    """Several choices with 、 or another separator between: a tuple of values, in written order."""
    known = _lookup(choices)

    def read(cell: Any) -> Any:
        text = _as_text(cell)
        whole = known.get(normal_label(text))
        if whole is not None:
            return (whole,)
        values: dict[str, None] = {}
        for word in filter(None, _BETWEEN.split(text)):
            value = known.get(normal_label(word))
            if value is None:
                return _unlisted(word, choices, part=word != text)
            values[value] = None
        return tuple(values) or _unlisted(text, choices)

    return read
