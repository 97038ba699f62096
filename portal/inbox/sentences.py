"""What a message says: kept untranslated with its parameters, said in its reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as in_active_language  # takes texts marked elsewhere

Stored = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text of the catalogue with the values of its placeholders, or words as somebody wrote them.

    ``str()`` says it in the active language. Dates stay dates until then, labels untranslated.
    """

    msgid: str = ""
    params: Mapping[str, str | int | dt.date | dt.datetime | Sentence] = field(default_factory=dict)
    text: str = ""

    def __str__(self) -> str:
        if not self.msgid:
            return self.text
        words = in_active_language(self.msgid)
        params = {name: _said(each) for name, each in self.params.items()}
        return words % params if params else words

    def stored(self) -> Stored:
        """As JSON keeps it."""
        if not self.msgid:
            return {"text": self.text}
        params = {name: _kept(each) for name, each in self.params.items()}
        return {"msgid": self.msgid, "params": params}


Value = str | int | dt.date | dt.datetime | Sentence


def sentence(msgid: str, /, **params: Value) -> Sentence:
    """One of our sentences: ``sentence(gettext_noop("%(due)s前报送"), due=period.due_on)``.

    A literal per cent sign is written twice where there are placeholders.
    """
    return Sentence(msgid, params)


def verbatim(text: str) -> Sentence:
    """What a person wrote, or the name of a record: the same in every language."""
    return Sentence(text=text)


def label(words: object) -> Sentence:
    """The label of a choice as a value: ``difference=label(Difference(code).label)``."""
    with translation.override(None):  # a lazy text answers untranslated
        return Sentence(str(words))


def read_sentence(stored: Stored) -> Sentence:
    """Back from JSON."""
    if "msgid" not in stored:
        return verbatim(stored.get("text", ""))
    params = {name: _value(each) for name, each in stored["params"].items()}
    return Sentence(stored["msgid"], params)


def said(lines: Iterable[Stored]) -> str:
    """Stored sentences in the active language, one a line."""
    return "\n".join(str(read_sentence(each)) for each in lines)


def _said(value: Value) -> str | int:
    if isinstance(value, Sentence):
        return str(value)
    if isinstance(value, dt.datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    return date_format(value, "DATE_FORMAT") if isinstance(value, dt.date) else value


def _kept(value: Value) -> str | int | Stored:
    if isinstance(value, Sentence):
        return value.stored()
    if isinstance(value, dt.datetime):
        return {"moment": value.isoformat()}
    return {"day": value.isoformat()} if isinstance(value, dt.date) else value


def _value(kept: Any) -> Value:
    if not isinstance(kept, dict):
        value: str | int = kept
        return value
    if "moment" in kept:
        return dt.datetime.fromisoformat(kept["moment"])
    return dt.date.fromisoformat(kept["day"]) if "day" in kept else read_sentence(kept)
