"""What makes a password, and which roles a post may hold. Pure: words in, faults out."""

from __future__ import annotations

import re
from collections.abc import Collection

SHORTEST = 12  # security.md R4; GB/T 22239-2019 8.1.4.1 asks for complexity and regular change
LONGEST = 256
KINDS = 3  # of lower case, upper case, digits, others
NOT_REUSED = 5
DAYS_VALID = 90
_KINDS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")
_LEET = str.maketrans("@$!013457", "asioieast")
_DECORATION = re.compile(r"[^a-z\u4e00-\u9fff]")
_OWN_LETTERS = 6  # what must remain when known words, digits and signs are taken away

ADMINISTRATORS = frozenset({"sysadmin", "secadmin", "auditadmin"})
BUREAUS = frozenset({"ecology", "market"})
# visibility.md, table of roles: where a role may be held; a role not named here: anywhere.
ROLES_IN = {
    "legal": BUREAUS,
    "inspector": BUREAUS | {"enforcement_team"},
    "monitor": frozenset({"monitoring_station"}),
    "complaints": BUREAUS,
    "credit": BUREAUS | {"credit_office"},
}


def password_faults(password: str, *, username: str, words: Collection[str]) -> list[str]:
    """The rules of security.md R4 that a password breaks: short, long, kinds, name, common."""
    faults = []
    if len(password) < SHORTEST:
        faults.append("short")
    if len(password) > LONGEST:
        faults.append("long")
    if sum(bool(re.search(kind, password)) for kind in _KINDS) < KINDS:
        faults.append("kinds")
    if len(username) >= 4 and username.lower() in password.lower():
        faults.append("name")
    if is_common(password, words):
        faults.append("common")
    return faults


def is_common(password: str, words: Collection[str]) -> bool:
    """Whether it is a known word with digits and signs around it, or a few signs repeated."""
    plain = password.lower()
    if len(set(plain)) < 5:
        return True
    return any(_is_decorated(form, words) for form in (plain, plain.translate(_LEET)))


def _is_decorated(password: str, words: Collection[str]) -> bool:
    letters = _DECORATION.sub("", password)
    rest = letters
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != letters and len(rest) < _OWN_LETTERS


def role_faults(
    roles: Collection[str], *, agency_kind: str, level: str, reports_rosters: bool
) -> list[str]:
    """The roles that this agency cannot give (visibility.md, roles, column "in")."""
    return [
        role
        for role in sorted(roles)
        if not _fits(role, agency_kind, level, reports_rosters=reports_rosters)
    ]


def _fits(role: str, agency_kind: str, level: str, *, reports_rosters: bool) -> bool:
    if role == "reporter":
        return reports_rosters
    if role == "auditor":  # in the audit office, or in a superior agency
        return agency_kind in {"audit", "government"} or level != "district"
    return agency_kind in ROLES_IN.get(role, {agency_kind})


def excludes(mine: Collection[str], others: Collection[str]) -> bool:
    """GB/T 22239-2019 8.1.4 (三员分立): whether one person may not hold both sets of roles.

    An administrator holds this one role and nothing else, in all posts together.
    """
    both = frozenset(mine) | frozenset(others)
    return bool(both & ADMINISTRATORS) and len(both) > 1
