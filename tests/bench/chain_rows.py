"""A city of four districts with many cases and visits, made by SQL from one row of each kind.

Every bureau has its share of both, two officers who handle its cases and investigate others, and
ten visits and cases for each institution. A fifth of the cases is open, with a period that runs.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

DISTRICTS = ("310113", "310114", "310107", "310110")
PLACES = 10  # rows of a kind for each institution
TABLES = (
    "institutions_institution",
    "institutions_presence",
    "inspections_visit",
    "penalties_case",
    "penalties_investigator",
    "portal_clock",
)


def fill(rows: int) -> None:
    """As many cases and as many visits, over the law and the people of a city."""
    from tests.bench.asking import indexes_last

    bureaus = people()
    matter = _law()
    with indexes_last(TABLES):
        _institutions(rows // PLACES)
        _bureaus_table(bureaus)
        _cases(rows, bureaus, matter)
        _visits(rows, bureaus)


def _law() -> Any:
    from agencies.matters.services import seed_matters
    from agencies.models import Matter
    from portal.law.seed import seed_calendar, seed_law

    seed_law()
    seed_calendar()
    seed_matters()
    return Matter.objects.get(code="M11")


def people() -> list[Any]:
    """The officers of the eight bureaus, two of each; and the readers, by their user names."""
    from agencies.models import Inspector
    from portal.access import AgencyKind, Role
    from tests.factories import AgencyFactory, PostFactory, city, district

    top = city()
    officers = []
    for code in DISTRICTS:
        for kind in (AgencyKind.MARKET, AgencyKind.ECOLOGY):
            agency = AgencyFactory(code=f"{kind}-{code}", kind=kind, region=district(code))
            for number in (1, 2):
                name = f"{kind}.{code}.{number}"
                post = PostFactory(agency=agency, user__username=name)
                Inspector.objects.create(
                    agency=agency,
                    user=post.user,
                    name=post.user.name,
                    certificate_number=f"SH-{agency.pk}-{number}",
                    valid_from=dt.date(2020, 1, 1),
                    valid_to=dt.date(2040, 1, 1),
                )
                officers.append(post)
    of_city = {"agency__region": top, "agency__level": "city"}
    PostFactory(agency=officers[0].agency, roles=[Role.CHIEF], user__username="chief")
    PostFactory(agency__kind=AgencyKind.MARKET, user__username="city", **of_city)
    PostFactory(
        agency__kind=AgencyKind.AUDIT, roles=[Role.AUDITOR], user__username="auditor", **of_city
    )
    PostFactory(agency__kind=AgencyKind.WATER, user__username="partner")
    PostFactory(agency=_team(), roles=[Role.INSPECTOR], user__username="team")
    return officers


def _team() -> Any:
    """The enforcement team of the first ecology bureau."""
    from agencies.models import Agency
    from portal.access import AgencyKind
    from tests.factories import AgencyFactory

    bureau = Agency.objects.get(code=f"ecology-{DISTRICTS[0]}")
    known = Agency.objects.filter(superior=bureau).first()
    return known or AgencyFactory(kind=AgencyKind.ENFORCEMENT_TEAM, superior=bureau)


def clone(row: Any, numbered: str, **changed: str) -> None:
    """Copies of ``row``, one for each row of the query ``numbered``; ``changed`` by column."""
    from django.db import connection

    kept = [
        field.column
        for field in row._meta.concrete_fields
        if not field.primary_key or field.column in changed
    ]
    values = [changed.pop(column, f"one.{column}") for column in kept]
    if changed:
        raise ValueError(f"No such columns: {sorted(changed)}")
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(kept)}) SELECT {', '.join(values)}"
            f" FROM {table} AS one CROSS JOIN ({numbered}) AS made WHERE one.id = {row.pk}"
        )


def _cloned(row: Any, numbered: str, **changed: str) -> None:
    """Only the copies stay."""
    clone(row, numbered, **changed)
    type(row)._base_manager.filter(pk=row.pk).delete()


def chance(seed: int, most: int) -> str:
    """A pseudo-random number below ``most`` for each ``n``; the same ones each time."""
    return f"(abs(hashint8extended(n, {seed})) % {most})"


# --- Institutions and bureaus -----------------------------------------------------------------


def _institutions(count: int) -> None:
    """Each has its seat in one district; every tenth a site in the next one."""
    from django.db import connection

    from tests.factories import InstitutionFactory, district

    regions = [district(code).pk for code in DISTRICTS]
    one = InstitutionFactory(name="上海样本检测技术有限公司")
    one.presences.all().delete()
    _cloned(
        one,
        f"SELECT n FROM generate_series(1, {count}) AS n",
        uscc="'91310113MA' || lpad(upper(to_hex(n)), 8, '0')",
        name=f"'上海' || {_brand()} || '检测技术有限公司'",
        search_text=f"'上海' || {_brand()} || '检测技术有限公司'",
        name_key="md5(n::text)",
        region_id=f"(ARRAY{regions})[1 + n % {len(regions)}]",
    )
    with connection.cursor() as cursor:
        for number, every in ((0, 1), (1, 10)):
            cursor.execute(
                f"""
                INSERT INTO institutions_presence
                    (region_path, kind, source, institution_id, region_id)
                SELECT region.path, %s, 'institution:' || one.id, one.id, region.id
                FROM institutions_institution AS one
                JOIN agencies_region AS region
                    ON region.id = (ARRAY{regions})[1 + (one.id + {number}) % {len(regions)}]
                WHERE one.id % {every} = 0
                """.replace("% ", "%% "),
                [("registered", "site")[number]],
            )


def _brand() -> str:
    """Two of 120 characters, so that a pair of them is rare."""
    from tests.bench.bench_lists import LETTERS

    return (
        f"substr('{LETTERS}', 1 + (n * 31 % 120)::int, 1)"
        f" || substr('{LETTERS}', 1 + (n * 31 / 120 % 120)::int, 1)"
    )


def _bureaus_table(officers: list[Any]) -> None:
    """bench_bureau: the eight bureaus by number, each with its people, for the joins below."""
    from django.db import connection

    pairs = list(zip(officers[::2], officers[1::2], strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE bench_bureau (number bigint PRIMARY KEY, agency bigint,"
            " other bigint, kind text, path text, first bigint, second bigint, inspectors bigint[])"
        )
        for number, (first, second) in enumerate(pairs):
            agency = first.agency
            people = [post.user.inspectors.get().pk for post in (first, second)]
            other = pairs[number ^ 1][0].agency_id
            cursor.execute(
                "INSERT INTO bench_bureau VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                [number, agency.pk, other, agency.kind, agency.region.path, first.pk, second.pk,
                 people],
            )  # fmt: skip


def _numbered(rows: int) -> str:
    """n, its bureau, its institution and a day: six years, entered as they went, give or take."""
    return f"""
        SELECT n, bureau.*, place.id AS place, place.name AS place_name, {chance(4, 100)} AS part,
            current_date - 20 - (2000 * ({rows} - n) / {rows} + {chance(3, 30)})::int AS day
        FROM generate_series(1::bigint, {rows}) AS n
        JOIN bench_bureau AS bureau ON bureau.number = {chance(1, 8)}
        JOIN (
            SELECT id, name, row_number() OVER (ORDER BY id) AS at FROM institutions_institution
        ) AS place ON place.at = 1 + n % {rows // PLACES}
    """


# --- Cases ------------------------------------------------------------------------------------

STATES = """
CASE WHEN part < 4 THEN 'verifying' WHEN part < 8 THEN 'investigating'
     WHEN part < 10 THEN 'reviewing' WHEN part < 12 THEN 'legal_review'
     WHEN part < 14 THEN 'noticed' WHEN part < 16 THEN 'deciding' WHEN part < 18 THEN 'served'
     WHEN part < 20 THEN 'performing' WHEN part < 25 THEN 'not_opened'
     WHEN part < 60 THEN 'closed' ELSE 'archived' END
"""


def _cases(rows: int, officers: list[Any], matter: Any) -> None:
    from penalties.models import Case, Investigator
    from tests.factories import InstitutionFactory

    place = InstitutionFactory()
    handler = officers[0]
    day = dt.date(2026, 1, 5)
    one = Case.objects.create(
        number="one", procedure=handler.agency.kind, agency=handler.agency,
        region_path=handler.agency.region.path, institution=place,
        institution_name=place.name, matter=matter, matter_code=matter.code, source="inspection",
        found_on=day, act_on=day, facts="采样记录与原始谱图不符。" * 40, handler=handler,
        registered_at=dt.datetime(2026, 1, 5, tzinfo=dt.UTC),
    )  # fmt: skip
    _cloned(
        one,
        _numbered(rows),
        number="'试案〔2026〕' || n || '号'",
        procedure="made.kind",
        agency_id="made.agency",
        region_path="made.path",
        assisting_id="CASE WHEN n % 50 = 0 THEN made.other END",
        institution_id="made.place",
        institution_name="made.place_name",
        source="(ARRAY['inspection','inspection','report','transfer','superior','own'])"
        f"[1 + {chance(5, 6)}]",
        found_on="made.day",
        act_on="made.day - 10",
        report_numbers="ARRAY['HJ-' || n]",
        handler_id=f"CASE WHEN {chance(6, 2)} = 0 THEN made.first ELSE made.second END",
        state=STATES,
        opened_on="CASE WHEN part >= 4 AND part NOT BETWEEN 20 AND 24 THEN made.day + 7 END",
        decided_on="CASE WHEN part BETWEEN 16 AND 19 OR part >= 25 THEN made.day + 60 END",
        outcome="CASE WHEN part BETWEEN 16 AND 19 OR part >= 25 THEN"
        " CASE WHEN part = 59 THEN 'no_penalty' ELSE 'penalty' END ELSE '' END",
        fine="CASE WHEN part BETWEEN 16 AND 19 OR part >= 25 THEN 1000 * (1 + part) END",
        closed_on="CASE WHEN part >= 25 THEN made.day + 90 END",
    )
    investigator = Investigator.objects.create(
        case=Case.objects.earliest("pk"), inspector=handler.user.inspectors.get(), from_on=day
    )
    _cloned(
        investigator,
        f"""
        SELECT n, bureau.inspectors, made.id AS case_id
        FROM penalties_case AS made JOIN bench_bureau AS bureau ON bureau.agency = made.agency_id
        CROSS JOIN LATERAL (VALUES (made.id)) AS numbered (n)
        WHERE {chance(7, 2)} = 0
        """,
        case_id="made.case_id",
        inspector_id=f"made.inspectors[1 + {chance(8, 2)}]",
    )
    _clocks()


def _clocks() -> None:
    """A stopped period for each case, and one that runs for those that are open."""
    from penalties.models import Case
    from portal.clocks import services as clocks
    from portal.clocks.choices import ClockState

    actor, case = _job(), Case.objects.select_related("agency").earliest("pk")
    for state, where in (
        (ClockState.STOPPED, "true"),
        (ClockState.RUNNING, "state NOT IN ('not_opened', 'closed', 'archived')"),
    ):
        one = clocks.start(
            "D09", case, agency=case.agency, on=dt.date(2026, 3, 2), role="officer", actor=actor
        )
        _cloned(
            one,
            "SELECT id AS n, agency_id AS agency, found_on AS day FROM penalties_case"
            f" WHERE {where}",
            ref="'case:' || n",
            audit_stream="'case:' || n",
            agency_id="made.agency",
            state=f"'{state}'",
            started_on="made.day",
            due_on="made.day + 90",
            legal_due_on="made.day + 90",
        )


def _job() -> Any:
    from portal.access import job_actor

    return job_actor("bench")


# --- Visits -----------------------------------------------------------------------------------

VISIT_STATES = """
CASE WHEN part < 5 THEN 'planned' WHEN part < 8 THEN 'submitted' WHEN part < 10 THEN 'approved'
     WHEN part < 13 THEN 'noticed' WHEN part < 15 THEN 'open' WHEN part < 17 THEN 'signed'
     WHEN part < 19 THEN 'reviewing' WHEN part < 21 THEN 'reviewed' WHEN part < 23 THEN 'cancelled'
     ELSE 'closed' END
"""


def _visits(rows: int, officers: list[Any]) -> None:
    """Two thirds are joint. The visits of one institution are in batches of their own."""
    from inspections.models import Visit
    from tests.factories import BatchFactory, InstitutionFactory, PlanFactory, district

    own, team = officers[0].agency, _team()
    plan = PlanFactory(region=district(), initiating=own, cooperating=None)
    batches = [BatchFactory(plan).pk for _n in range(PLACES)]
    place = InstitutionFactory()
    day = dt.date(2026, 1, 5)
    one = Visit.objects.create(
        kind="double_random", institution=place, institution_name=place.name,
        region_path=own.region.path, initiating=own, purpose="核查报告的真实性", planned_from=day,
        planned_to=day, created_at=dt.datetime(2026, 1, 5, tzinfo=dt.UTC),
    )  # fmt: skip
    _cloned(
        one,
        _numbered(rows),
        kind="(ARRAY['double_random','regular','special','complaint','reinspection'])"
        f"[1 + {chance(9, 5)}]",
        batch_id=f"(ARRAY{batches})[1 + (n - 1) / {rows // PLACES}]",
        institution_id="made.place",
        institution_name="made.place_name",
        region_path="made.path",
        initiating_id="made.agency",
        cooperating_id=f"CASE WHEN {chance(10, 3)} > 0 THEN made.other END",
        teams=f"CASE WHEN made.agency = {team.superior_id} AND {chance(11, 2)} = 0"
        f" THEN ARRAY[made.agency, {team.pk}] ELSE ARRAY[made.agency] END",
        state=VISIT_STATES,
        planned_from="made.day",
        planned_to="made.day + 5",
    )
