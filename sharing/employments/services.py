"""The verbs of the merged list: match a row, refresh a district, vote on an exclusion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.models import Agency, Region
from institutions.models import Institution
from institutions.registry.choices import PresenceKind, StandingKind
from institutions.registry.services import end_presence, record_presence, set_standing
from portal.access import Actor, AgencyKind, Role
from portal.access.choices import BUREAUS
from portal.audit import record
from portal.errors import Conflict, Refused
from portal.events import ROSTER_MATCHED, announce
from portal.inbox.sentences import sentence
from portal.inbox.services import send
from portal.refs import ref
from sharing.employments.models import Employment
from sharing.employments.selectors import Merged, alike, merged
from sharing.restrictions.selectors import banned
from sharing.rosters.choices import Medium
from sharing.rosters.models import Period, Roster, RosterRow

VOTE_FIELD = {AgencyKind.MARKET: "market_vote", AgencyKind.ECOLOGY: "ecology_vote"}


@transaction.atomic
def match_row(row: RosterRow, *, institution: Institution, reason: str, actor: Actor) -> int:
    """Say which institution a reported name means, for every row that names it; how many.

    A code that differs from the registry's needs a reason: the registry's counts (EV8).
    """
    if row.uscc != institution.uscc and not reason.strip():
        raise Refused(_("名单中的信用代码与名录库不一致，请写明认定为同一机构的理由。"))
    rows = alike(row)
    keys = [each.pk for each in rows]
    matched = RosterRow.objects.filter(pk__in=keys, institution=None).update(
        institution=institution
    )
    if not matched:
        raise Conflict(_("已由他人核对"))
    facts = {
        "rows": keys,
        "reported": [row.institution_name, row.uscc],
        "institution": ref(institution),
    }
    record(actor, "roster.match", row.version.roster, reason=reason, facts=facts)
    for roster_id in sorted({each.version.roster_id for each in rows}):
        announce(ROSTER_MATCHED, roster_id, actor=actor)
    return matched


@transaction.atomic
def refresh(period: Period, region: Region, *, actor: Actor) -> None:
    """Write the merged list of a district and period anew from the rows in force."""
    Region.objects.select_for_update().get(pk=region.pk)
    lines = merged(period, region)
    known = {e.institution_id: e for e in Employment.objects.filter(period=period, region=region)}
    for key, line in lines.items():
        _write(period, region, key, line, known.pop(key, None))
    gone = Employment.objects.filter(pk__in=[each.pk for each in known.values()])
    gone.filter(market_vote="", ecology_vote="").delete()
    gone.update(row_count=0, agency_count=0, agencies_text="", media=[])


def _write(
    period: Period, region: Region, institution_id: int, line: Merged, old: Employment | None
) -> None:
    values = {
        "row_count": line.rows,
        "agency_count": len(line.agencies),
        "agencies_text": "、".join(sorted(line.agencies)),
        "media": [each for each in Medium.values if each in line.media],
        "contract_from": min(line.starts, default=None),
        "contract_to": max(line.ends, default=None),
        "reporter_says_no": line.says_no,
    }
    if old:  # never the votes: one may be given while this runs
        Employment.objects.filter(pk=old.pk).update(**values)
    else:
        Employment.objects.create(
            period=period, region=region, institution_id=institution_id, **values
        )


def mark_presences(roster: Roster, *, actor: Actor) -> None:
    """Put the institutions of a roster in the district's scope, and take out those it dropped."""
    rows = RosterRow.objects.in_force().filter(version__roster=roster, institution__isnull=False)
    named = set(rows.values_list("institution_id", flat=True))
    period, source = roster.period, ref(roster)
    record_presence(
        named,
        region=roster.agency.region,
        kind=PresenceKind.ROSTER,
        source=source,
        from_on=period.covers_from,
        actor=actor,
    )
    end_presence(source, on=period.covers_to, kept=named, actor=actor)
    set_standing(
        named,
        kind=StandingKind.ROSTER,
        value=period.code,
        source=source,
        from_on=period.covers_from,
        actor=actor,
    )
    for media, institutions in _by_media(rows.values_list("institution_id", "media")).items():
        set_standing(
            institutions,
            kind=StandingKind.MEDIA,
            value=media,
            source=source,
            from_on=period.covers_from,
            actor=actor,
        )


def _by_media(rows: Iterable[tuple[int | None, list[str]]]) -> dict[str, list[int]]:
    """Institutions by the media that a roster names them for, as the registry keeps them."""
    known: dict[int, set[str]] = defaultdict(set)
    for pk, media in rows:
        known[pk or 0].update(media)
    found: dict[str, list[int]] = defaultdict(list)
    for pk, named in known.items():
        found[",".join(sorted(named))].append(pk)
    return found


@transaction.atomic
def follow_merge(duplicate_id: int, *, actor: Actor) -> None:
    """Two entries of the registry were one body: its rows move to the entry that stays.

    What was reported stays as written; the lists of every period that named the duplicate are
    made anew, and the bureaus decide again where both entries had been voted on.
    """
    duplicate = Institution.objects.get(pk=duplicate_id)
    rows = RosterRow.objects.filter(institution=duplicate)
    periods = {
        (row.version.roster.period, row.version.roster.agency.region)
        for row in rows.select_related("version__roster__period", "version__roster__agency__region")
    }
    moved = rows.update(institution=duplicate.merged_into)
    if not moved:
        return
    record(actor, "institution.move_rows", duplicate, facts={"rows": moved})
    for period, region in sorted(periods, key=lambda pair: (pair[0].pk, pair[1].pk)):
        refresh(period, region, actor=actor)


@transaction.atomic
def alert_banned(roster: Roster, *, actor: Actor) -> int:
    """A47: rows inside a purchase ban alert the department and both bureaus; how many rows."""
    rows = list(RosterRow.objects.in_force().filter(version__roster=roster).order_by("number"))
    bans, hit = banned(row.uscc for row in rows), []
    for row in rows:
        start = row.contract_from or roster.period.covers_from
        end = row.contract_to or roster.period.covers_to
        if any(ban.meets(start, end) for ban in bans.get(row.uscc, ())):
            hit.append(row)
    if not hit:
        return 0
    record(actor, "roster.alert_banned", roster, facts={"rows": [row.pk for row in hit]})
    here = Agency.objects.active().in_region(roster.agency.region.path).of_kind(*BUREAUS)
    for agency in {*here, roster.agency}:
        _send_alert(roster, agency, hit, actor)
    return len(hit)


def _send_alert(roster: Roster, agency: Agency, rows: list[RosterRow], actor: Actor) -> None:
    names = "、".join(sorted({row.institution_name for row in rows}))
    send(
        to_agency=agency,
        role=Role.CHIEF,
        title=sentence(
            gettext_noop("禁入机构预警：%(agency)s名单中有限制期内的机构"),
            agency=roster.agency.short_name,
        ),
        body=[
            sentence(
                gettext_noop(
                    "%(agency)s报送的合同期与政府购买禁入期重叠：%(names)s。请核实并处理。"
                ),
                agency=roster.agency.short_name,
                names=names,
            )
        ],
        url=roster.get_absolute_url(),
        subject_ref=ref(roster),
        key=f"banned-{rows[0].version_id}",
        actor=actor,
    )


@transaction.atomic
def vote(employment: Employment, *, vote: str, seen: str, reason: str, actor: Actor) -> None:
    """A bureau's vote on a proposed exclusion; Conflict when it was changed meanwhile."""
    name = VOTE_FIELD[AgencyKind(actor.agency_kind)]
    if not reason.strip():
        raise Refused(_("请写明纳入或不纳入的理由。"), code="reason")
    rows = Employment.objects.filter(pk=employment.pk, **{name: seen})
    if not rows.update(**{name: vote}):
        raise Conflict(_("本局意见已被更新"))
    record(actor, "employment.vote", employment, changes={name: [seen, vote]}, reason=reason)
