"""What must not be in a published text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)")
SHORTEST_NAME = 2


def traces(text: str, names: Iterable[str]) -> list[tuple[str, str]]:
    """(kind, what) of personal data and third parties' names in a text (个人信息保护法 art. 6).

    ``names``: people of the visit and of the institution, and clients, as far as they are known.
    """
    known = {name for name in names if len(name) >= SHORTEST_NAME}
    found = [("name", name) for name in sorted(known) if name in text]
    found += [("identity", each) for each in IDENTITY.findall(text)]
    rest = IDENTITY.sub("", text)
    return found + [("phone", each) for each in PHONE.findall(rest)]
