"""Citations of law as text and as values: 生态环境监测条例第43条第1项. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A further article of the law before it (…第43条、第21条) names no law of its own.
CITATION = re.compile(
    r"(?P<law>[^；;、，,第（）\s]*)第(?P<article>\d+)条"
    r"(?:第(?P<paragraph>\d+)款)?(?:第(?P<item>\d+)项)?"
)


@dataclass(frozen=True, slots=True)
class Citation:
    """One provision: law, article, paragraph (款), item (项); empty where none is named."""

    law: str
    article: str = ""
    paragraph: str = ""
    item: str = ""


def cited_in(text: str) -> list[Citation]:
    """The provisions that a sentence names, in its order, each once."""
    return list(dict.fromkeys(_read(text)))


def _read(text: str) -> Iterator[Citation]:
    law = ""
    for found in CITATION.finditer(text):
        law = found["law"].strip("《》和至") or law
        if law:
            yield Citation(law, found["article"], found["paragraph"] or "", found["item"] or "")


def written(citation: Citation) -> str:
    """《生态环境监测条例》第43条第1项: as papers print it, in any language of the page."""
    parts = (citation.article, "条"), (citation.paragraph, "款"), (citation.item, "项")
    return f"《{citation.law}》" + "".join(f"第{value}{unit}" for value, unit in parts if value)
