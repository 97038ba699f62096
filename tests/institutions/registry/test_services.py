"""The register's verbs: what they keep, refuse and tell."""

import datetime as dt
import json

import pytest

from institutions.models import Institution, Presence, Standing
from institutions.qualifications import services as qualifications
from institutions.registry import services
from institutions.registry.choices import (
    CertificateStatus,
    InstitutionKind,
    InstitutionStatus,
    MatchReason,
    PresenceKind,
    SiteKind,
)
from institutions.registry.selectors import match_institution
from portal.errors import Conflict, Refused
from portal.models import AuditEvent, EventRow
from tests.factories import (
    DISTRICT,
    SIBLING,
    ActorFactory,
    InstitutionFactory,
    city,
    district,
)

pytestmark = pytest.mark.django_db

CODE = "91310113MA1TEX706G"
NAME = "上海澄域环境检测技术有限公司"
DAY = dt.date(2026, 11, 2)
OWN, NEIGHBOUR = f"310000/{DISTRICT}", f"310000/{SIBLING}"


def create(**given):
    facts = {"uscc": CODE, "name": NAME, "kind": InstitutionKind.SOCIAL, "region": district()}
    return services.create_institution(**{**facts, "actor": ActorFactory(), **given})


def in_scope(region_path: str, day: dt.date = DAY) -> list[Institution]:
    return list(Institution.objects.present_in(region_path, day))


def last_line() -> dict:
    return json.loads(AuditEvent.objects.order_by("-id").first().body)


def test_create_keeps_name_scope_and_history():
    institution = create(contact_phone="021-00000000")
    assert institution.name_key.startswith("shang hai")
    assert in_scope(OWN) == [institution]
    assert in_scope("310000") == [institution]
    assert in_scope(NEIGHBOUR) == []
    line = last_line()
    assert (line["verb"], line["changes"]["uscc"]) == ("institution.create", [None, CODE])
    assert line["changes"]["contact_phone"] == ["", "*"]
    assert EventRow.objects.filter(name="institution.changed", record_pk=institution.pk).exists()


def test_create_refuses_a_wrong_code_and_says_the_right_one():
    with pytest.raises(Refused) as refusal:
        create(uscc="91310113MA1TEX706H")
    assert refusal.value.code == "uscc"
    assert refusal.value.details == {"suggestion": CODE}
    assert "末位应为 G" in str(refusal.value)
    assert not Institution.objects.exists()


def test_create_refuses_a_registered_code_with_its_entry():
    known = InstitutionFactory(uscc=CODE)
    with pytest.raises(Refused) as refusal:
        create(reason="不同机构")
    assert (refusal.value.code, refusal.value.details) == ("uscc_taken", {"institution": known.pk})


def test_a_similar_name_asks_for_a_reason_and_keeps_it():
    InstitutionFactory(name="上海澄域检测技术有限公司")
    with pytest.raises(Refused) as refusal:
        create()
    assert refusal.value.code == "similar"
    assert refusal.value.details[0]["name"] == "上海澄域检测技术有限公司"
    institution = create(reason="两家不同的公司,已核营业执照")
    assert institution.pk
    assert last_line()["reason"] == "两家不同的公司,已核营业执照"


def test_a_former_name_counts_as_similar():
    other = InstitutionFactory(name="上海沅衡检测技术有限公司")
    services.rename(
        other,
        name="上海泓朗检测技术有限公司",
        until_on=DAY,
        version=1,
        actor=ActorFactory(),
        reason="更名",
    )
    with pytest.raises(Refused) as refusal:
        create(name="上海沅衡检测技术有限公司")
    assert refusal.value.details[0]["why"] == MatchReason.FORMER_NAME


def test_an_institution_of_elsewhere_comes_into_the_scope_of_who_registers_it():
    institution = create(region=district(SIBLING))
    assert in_scope(OWN) == [institution]
    assert institution.presences.filter(kind=PresenceKind.ACTIVE).count() == 1


def test_edit_of_a_stale_form_is_a_conflict_that_names_the_faster_officer():
    institution, faster, slower = InstitutionFactory(), ActorFactory(), ActorFactory()
    services.edit_institution(institution, version=1, actor=faster, on=DAY, address="示范一路 1 号")
    with pytest.raises(Conflict) as conflict:
        services.edit_institution(institution, version=1, actor=slower, on=DAY, address="其他")
    assert conflict.value.by
    institution.refresh_from_db()
    assert (institution.address, institution.version) == ("示范一路 1 号", 2)
    assert AuditEvent.objects.count() == 1


def test_edit_without_a_change_writes_nothing():
    institution = InstitutionFactory(address="旧址")
    services.edit_institution(institution, version=1, actor=ActorFactory(), on=DAY, address="旧址")
    assert not AuditEvent.objects.exists()


def test_moving_the_registration_moves_the_scope_from_that_day():
    institution = InstitutionFactory()
    services.edit_institution(
        institution, version=1, actor=ActorFactory(), on=DAY, region=district(SIBLING)
    )
    assert in_scope(NEIGHBOUR) == [institution]
    assert in_scope(OWN) == []
    assert in_scope(OWN, DAY - dt.timedelta(days=1)) == [institution]


def test_a_renamed_institution_is_found_by_both_names():
    institution = InstitutionFactory(name="上海沅衡检测技术有限公司")
    services.rename(
        institution, name=NAME, until_on=DAY, version=1, actor=ActorFactory(), reason="工商变更"
    )
    institution.refresh_from_db()
    assert (institution.name, institution.version) == (NAME, 2)
    assert "沅衡" in institution.search_text
    by_old = match_institution("", "上海沅衡检测技术有限公司")
    assert (by_old[0].institution, by_old[0].why) == (institution, MatchReason.FORMER_NAME)
    assert match_institution("", NAME)[0].why == MatchReason.NAME


def test_a_site_brings_its_district_into_scope_until_it_ends():
    institution, actor = InstitutionFactory(), ActorFactory()
    site = services.add_site(
        institution, kind=SiteKind.LABORATORY, region=district(SIBLING), address="二部", actor=actor
    )
    assert in_scope(NEIGHBOUR) == [institution]
    services.end_site(site, to_on=DAY, actor=actor)
    assert in_scope(NEIGHBOUR, DAY + dt.timedelta(days=1)) == []
    with pytest.raises(Conflict):
        services.end_site(site, to_on=DAY, actor=actor)


def test_the_row_shows_the_certificate_in_force_that_ends_last():
    institution, actor = InstitutionFactory(), ActorFactory()
    for number, year in [("200912050001", 2020), ("240912050002", 2024)]:
        certificate = qualifications.add_certificate(
            institution,
            number=number,
            valid_from=dt.date(year, 1, 1),
            valid_to=dt.date(year + 5, 12, 31),
            actor=actor,
        )
    institution.refresh_from_db()
    assert institution.certificate_valid_to == dt.date(2029, 12, 31)
    qualifications.change_certificate(
        certificate,
        version=1,
        valid_from=certificate.valid_from,
        valid_to=certificate.valid_to,
        status=CertificateStatus.ANNULLED,
        actor=actor,
        reason="以欺骗手段取得",
    )
    institution.refresh_from_db()
    assert institution.certificate_number == "200912050001"
    assert institution.certificate_valid_to == dt.date(2025, 12, 31)


def test_the_same_certificate_twice_is_refused():
    institution, actor = InstitutionFactory(certified=True), ActorFactory()
    with pytest.raises(Refused):
        qualifications.add_certificate(
            institution,
            number="240912050001",
            valid_from=DAY,
            valid_to=dt.date(2032, 11, 1),
            actor=actor,
        )


def test_a_deregistered_institution_stays_with_its_reason():
    institution = InstitutionFactory()
    services.change_status(
        institution,
        status=InstitutionStatus.DEREGISTERED,
        version=1,
        actor=ActorFactory(),
        reason="自行申请",
    )
    assert Institution.objects.get().status == InstitutionStatus.DEREGISTERED
    assert last_line()["reason"] == "自行申请"


def test_merge_moves_everything_and_leaves_a_pointer():
    actor, stays = ActorFactory(), InstitutionFactory(certified=True)
    duplicate = InstitutionFactory(name="上海沅衡检测技术有限公司", certified=True, sibling=True)
    services.add_site(
        duplicate, kind=SiteKind.LABORATORY, region=district(SIBLING), address="二部", actor=actor
    )
    services.merge(duplicate, into=stays, version=1, actor=actor, reason="同一家")
    duplicate.refresh_from_db()
    assert duplicate.merged_into == stays
    assert in_scope(NEIGHBOUR) == [stays]
    assert list(Institution.objects.current()) == [stays]
    assert match_institution(duplicate.uscc, "")[0].institution == stays
    assert match_institution("", "上海沅衡检测技术有限公司")[0].institution == stays
    with pytest.raises(Refused):
        services.merge(stays, into=duplicate, version=1, actor=actor, reason="反向")


def test_an_upper_room_adds_renews_and_ends_scope_in_its_own_stream():
    one, two, actor = (
        InstitutionFactory(sibling=True),
        InstitutionFactory(sibling=True),
        ActorFactory(),
    )
    keys = [one.pk, two.pk]
    for _again in range(2):
        services.record_presence(
            keys,
            region=district(),
            kind=PresenceKind.ROSTER,
            source="roster:1",
            actor=actor,
            from_on=DAY,
        )
    assert Presence.objects.filter(source="roster:1").count() == 2
    assert set(in_scope(OWN)) == {one, two}
    services.end_presence("roster:1", on=DAY, actor=actor, kept=[two.pk])
    assert in_scope(OWN, DAY + dt.timedelta(days=1)) == [two]
    assert AuditEvent.objects.filter(stream="roster:1").count() == 3


def test_a_standing_said_again_ends_the_one_before():
    institution, actor = InstitutionFactory(), ActorFactory()
    later = DAY + dt.timedelta(days=30)
    for value, day in [("proposed", DAY), ("yes", later), ("no", later)]:
        services.set_standing(
            [institution.pk],
            kind="roster",
            value=value,
            source="roster:1",
            from_on=day,
            actor=actor,
        )
    days = Standing.objects.order_by("from_on").values_list("value", "from_on", "to_on")
    assert list(days) == [("proposed", DAY, later - dt.timedelta(days=1)), ("no", later, None)]
    services.end_standing("roster:1", kind="roster", on=later, actor=actor)
    assert Standing.objects.filter(to_on=later).count() == 1


@pytest.mark.parametrize(
    "written",
    ["上海澄城环境检测技术有限公司", "上海程域环境检测技术有限公司", "澄域环境检测(上海)有限公司"],
)
def test_a_name_with_one_wrong_letter_or_another_order_is_still_offered(written: str):
    institution = InstitutionFactory(name=NAME)
    InstitutionFactory.create_batch(20)
    found = match_institution("", written)
    assert found[0].institution == institution
    assert found[0].why == MatchReason.SIMILAR


def test_nothing_is_offered_for_a_strange_name():
    InstitutionFactory.create_batch(5)
    assert match_institution("", "广州某某餐饮管理有限公司") == []
    assert match_institution("", "") == []


def test_matching_reads_a_constant_number_of_times(django_assert_num_queries):
    InstitutionFactory(name=NAME)
    InstitutionFactory.create_batch(30)
    with django_assert_num_queries(6):
        match_institution(CODE, NAME)


def test_the_city_sees_its_districts():
    city()
    institution = InstitutionFactory()
    assert in_scope("310000") == [institution]


def test_two_merges_that_cross_make_no_circle():
    one, other = InstitutionFactory(), InstitutionFactory()
    same = Institution.objects.get(pk=one.pk), Institution.objects.get(pk=other.pk)
    actor = ActorFactory()
    services.merge(one, into=other, version=1, actor=actor, reason="同一家")
    with pytest.raises(Refused, match="未被合并"):
        services.merge(same[1], into=same[0], version=1, actor=actor, reason="同一家")
    assert Institution.objects.current().get() == other


def test_what_was_merged_before_points_to_the_entry_that_stays():
    first, second, third = InstitutionFactory(), InstitutionFactory(), InstitutionFactory()
    actor = ActorFactory()
    services.merge(first, into=second, version=1, actor=actor, reason="同一家")
    services.merge(second, into=third, version=1, actor=actor, reason="同一家")
    assert set(third.duplicates.all()) == {first, second}
