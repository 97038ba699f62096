"""Passwords and roles, table-driven."""

import pytest

from agencies.accounts import rules
from agencies.accounts.services import blocked_words, temporary_password


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("Tidal-Heron-2026", []),
        ("correct Horse battery 9 staple", []),
        ("Ab1-" + "长密码也可以" * 12, []),
        ("Short-1a", ["short"]),
        ("all-lower-case-only", ["kinds"]),
        ("nodigitsbutUpper", ["kinds"]),
        ("Baoshan@2026!", ["common"]),
        ("P@ssw0rd-2026", ["common"]),
        ("Qwertyuiop-12", ["common"]),
        ("Shengtai-Huanjing-1", ["common"]),
        ("Aaaaaaaaaaa1", ["common"]),
        ("water.clerk-Ab9-Tidal", ["name"]),
        ("x" * 300, ["long", "kinds", "common"]),
    ],
)
def test_a_password_breaks_exactly_these_rules(password: str, faults: list[str]):
    found = rules.password_faults(password, username="water.clerk", words=blocked_words())
    assert found == faults


def test_temporary_passwords_keep_the_rules():
    for _n in range(50):
        password = temporary_password()
        assert not rules.password_faults(password, username="someone", words=blocked_words())


@pytest.mark.parametrize(
    ("mine", "others", "excluded"),
    [
        (["officer"], ["chief"], False),
        (["sysadmin"], [], False),
        (["sysadmin"], ["sysadmin"], False),
        (["sysadmin"], ["secadmin"], True),
        (["secadmin"], ["auditadmin"], True),
        (["auditadmin"], ["officer"], True),
        (["officer", "auditor"], ["sysadmin"], True),
        (["sysadmin", "officer"], [], True),
    ],
)
def test_the_three_administrators_exclude_each_other_and_business(
    mine: list[str], others: list[str], excluded: bool
):
    assert rules.excludes(mine, others) is excluded


@pytest.mark.parametrize(
    ("role", "kind", "level", "reports", "fits"),
    [
        ("legal", "ecology", "district", False, True),
        ("legal", "water", "district", False, False),
        ("inspector", "enforcement_team", "district", False, True),
        ("inspector", "monitoring_station", "district", False, False),
        ("monitor", "monitoring_station", "district", False, True),
        ("reporter", "water", "district", True, True),
        ("reporter", "market", "district", False, False),
        ("auditor", "audit", "district", False, True),
        ("auditor", "water", "district", False, False),
        ("auditor", "ecology", "city", False, True),
        ("liaison", "police", "district", False, True),
    ],
)
def test_a_role_is_held_where_the_table_says(
    role: str, kind: str, level: str, reports: bool, fits: bool
):
    faults = rules.role_faults([role], agency_kind=kind, level=level, reports_rosters=reports)
    assert (not faults) is fits
