"""Messages reach a post or a role, once, and reading is each post's own."""

import datetime as dt
import json

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_noop

from portal.access import Actor, ActorKind, Role, job_actor
from portal.inbox import services
from portal.inbox.models import Message, MessageReading
from portal.inbox.selectors import latest, unread_count
from portal.inbox.sentences import label, read_sentence, sentence, verbatim
from tests.factories import (
    ActorFactory,
    AgencyFactory,
    InstitutionFactory,
    PostFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
JOB = job_actor("test")


def to_role(agency, role=Role.REPORTER, key="remind 1", **more):
    words = {"title": verbatim("名单将于3日后到期"), "body": [verbatim("请尽快报送。")]}
    return services.send(to_agency=agency, role=role, key=key, actor=JOB, **{**words, **more})


def test_the_same_key_is_sent_once_to_each_recipient():
    agency, other = AgencyFactory(), AgencyFactory()
    assert to_role(agency) == to_role(agency)
    assert to_role(other) != to_role(agency)
    assert Message.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(to_agency=agency, role=Role.REPORTER, key="remind 1",
                               sent_at=dt.datetime.now(dt.UTC))  # fmt: skip
    with pytest.raises(ValueError, match="post, to an agency or to an institution"):
        services.send(title=verbatim("x"), key="y", actor=JOB)


def test_a_role_is_read_by_each_holder_and_by_nobody_else():
    agency = AgencyFactory()
    first = ActorFactory(agency=agency, roles=[Role.REPORTER])
    second = ActorFactory(agency=agency, roles=[Role.REPORTER])
    officer = ActorFactory(agency=agency, roles=[Role.OFFICER])
    stranger = ActorFactory(roles=[Role.REPORTER])
    message = to_role(agency)
    assert [unread_count(a) for a in (first, second, officer, stranger)] == [1, 1, 0, 0]
    services.mark_read(message, actor=first)
    services.mark_read(message, actor=first)
    assert [unread_count(a) for a in (first, second)] == [0, 1]
    assert [one.unread for one in latest(second, 5)] == [True]
    assert MessageReading.objects.visible_to(second).count() == 1
    assert MessageReading.objects.visible_to(stranger).count() == 0


def test_a_whole_agency_and_a_single_post_can_be_written_to():
    agency = AgencyFactory()
    clerk = ActorFactory(agency=agency, roles=[Role.OFFICER])
    to_role(agency, role="")
    services.send(to_post=clerk.post_id, title=verbatim("仅您可见"), key="k", actor=JOB)
    assert unread_count(clerk) == 2
    assert unread_count(ActorFactory(agency=agency, roles=[Role.CHIEF])) == 1


def test_reading_all_leaves_what_must_be_acknowledged():
    agency = AgencyFactory()
    clerk = ActorFactory(agency=agency, roles=[Role.REPORTER])
    to_role(agency)
    bulletin = to_role(agency, key="late", must_acknowledge=True)
    assert services.mark_all_read(actor=clerk) == 1
    assert unread_count(clerk) == 1
    services.acknowledge(bulletin, actor=clerk)
    assert bulletin.readings.get().acknowledged_at is not None
    assert unread_count(clerk) == 0


def test_pages_show_read_by_post_only_and_count(django_assert_max_num_queries):
    agency = AgencyFactory()
    post = PostFactory(agency=agency, roles=[Role.REPORTER])
    client = Client()
    client.force_login(post.user, backend=BACKEND)
    for number in range(40):
        message = to_role(agency, key=f"remind {number}")
    with django_assert_max_num_queries(12):
        page = client.get(reverse("message_list"))
    assert page.content.decode().count("letter-new") == 30
    detail = client.get(message.get_absolute_url())
    assert "请尽快报送" in detail.content.decode()
    assert not MessageReading.objects.exists()
    read = reverse("message_read", args=[message.pk])
    assert client.post(read, headers={"HX-Request": "true"}).status_code == 204
    assert client.post(read).status_code == 302
    assert MessageReading.objects.count() == 1
    unread = client.get(reverse("message_list") + "?unread=1&page=2").content.decode()
    assert unread.count("letter-new") == 9
    client.post(reverse("message_read_all"))
    assert MessageReading.objects.count() == 40


def test_email_goes_out_once_where_the_setting_is_on(settings, run_events):
    agency = AgencyFactory()
    for address in ("a@example.org", "b@example.org", ""):
        PostFactory(agency=agency, roles=[Role.REPORTER], user__email=address)
    to_role(agency, key="before")
    run_events()
    assert mail.outbox == []
    settings.INBOX_EMAIL = True
    to_role(agency, key="after")
    run_events()
    run_events()
    assert sorted(letter.to[0] for letter in mail.outbox) == ["a@example.org", "b@example.org"]
    assert Message.objects.get(key="after").mailed_at is not None


CALENDAR = gettext_noop("工作日历已公布，期限由 %(before)s 调整为 %(after)s")
MOVED = {"before": dt.date(2026, 3, 2), "after": dt.date(2026, 3, 5)}


def reader(post, language):
    client = Client(headers={"Accept-Language": language})
    client.force_login(post.user, backend=BACKEND)
    return client


@pytest.mark.parametrize("sender", ["en", "zh-hans"])
def test_each_reader_has_a_message_in_their_own_language(sender):
    """Pages and desk; whatever language the sender's screen was in."""
    post = PostFactory(roles=[Role.REPORTER])
    with translation.override(sender):
        message = to_role(
            post.agency,
            title=sentence(CALENDAR, **MOVED),
            body=[sentence(CALENDAR, **MOVED), verbatim("合同期有误")],
        )
    with translation.override("zh-hans"):  # a request leaves its language to what comes after it
        chinese, english = reader(post, "zh-hans"), reader(post, "en")
        for address in (reverse("message_list"), message.get_absolute_url(), reverse("desk")):
            page = chinese.get(address).content.decode()
            assert "期限由 2026年3月2日 调整为 2026年3月5日" in page
            page = english.get(address).content.decode()
            assert "2 Mar 2026" in page
            assert "期限由" not in page
        assert "合同期有误" in english.get(message.get_absolute_url()).content.decode()


def test_the_copy_by_mail_is_chinese_whatever_the_sender_reads(settings, run_events):
    settings.INBOX_EMAIL = True
    post = PostFactory(roles=[Role.REPORTER], user__email="a@example.org")
    with translation.override("en"):
        to_role(post.agency, title=sentence(CALENDAR, **MOVED), body=[verbatim("甲\n乙")])
        run_events()
    [letter] = mail.outbox
    assert letter.subject == "工作日历已公布，期限由 2026年3月2日 调整为 2026年3月5日"
    assert letter.body == "甲\n乙"


def test_the_words_of_a_message_survive_storing():
    at = dt.datetime(2026, 3, 2, 6, 5, tzinfo=dt.UTC)
    told = sentence("%(on)s %(at)s %(n)s 100%%", on=at.date(), at=at, n=3)
    assert read_sentence(json.loads(json.dumps(told.stored()))) == told
    with translation.override("zh-hans"):
        assert str(told) == "2026年3月2日 2026年3月2日 14:05 3 100%"
    kind = sentence("%(kind)s", kind=label(Role.REPORTER.label))
    assert read_sentence(json.loads(json.dumps(kind.stored()))) == kind
    for language, words in (("zh-hans", "名单报送员"), ("en", "Roster reporter")):
        with translation.override(language):
            assert str(kind) == words
            assert label(Role.REPORTER.label) == kind.params["kind"]
    per_cent = verbatim("占 100% 的 %(x)s")
    assert str(read_sentence(per_cent.stored())) == "占 100% 的 %(x)s"


def to_institution(institution, key="order 1", **more):
    words = {"title": verbatim("请在整改期限内提交整改材料"), "url": "/inspections/orders/1/"}
    return services.send(to_institution=institution, key=key, actor=JOB, **{**words, **more})


def of(institution):
    """Somebody of an institution, as the portal knows them."""
    user = UserFactory(institution_id=institution.pk)
    actor = Actor(ActorKind.INSTITUTION, user_id=user.pk, institution_id=institution.pk)
    return user, actor


def test_an_institution_is_written_to_and_nobody_else_reads_it():
    mine, other = InstitutionFactory(), InstitutionFactory()
    (_user, first), (_user, second), (_user, stranger) = of(mine), of(mine), of(other)
    staff = ActorFactory(roles=[Role.OFFICER])
    message = to_institution(mine)
    assert to_institution(mine) == message
    assert [unread_count(each) for each in (first, second, stranger, staff)] == [1, 1, 0, 0]
    services.mark_read(message, actor=first)
    services.mark_read(message, actor=first)
    assert [unread_count(first), unread_count(second)] == [0, 1]  # each of its people reads alone
    assert [one.unread for one in latest(first, 5)] == [False]
    assert services.mark_all_read(actor=second) == 1
    assert MessageReading.objects.visible_to(stranger).count() == 0


def test_a_reading_is_by_a_post_or_by_a_person_of_an_institution():
    institution = InstitutionFactory()
    user, _actor = of(institution)
    message = to_institution(institution)
    post = PostFactory()
    for readers in ({}, {"post": post, "reader": user}):
        with pytest.raises(IntegrityError), transaction.atomic():
            MessageReading.objects.create(message=message, read_at=message.sent_at, **readers)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(to_agency=post.agency)


def test_the_institution_finds_it_on_desk_and_in_the_inbox_and_acknowledges():
    institution = InstitutionFactory()
    user, actor = of(institution)
    message = to_institution(institution, must_acknowledge=True)
    client = Client()
    client.force_login(user, backend=BACKEND)
    for address in (reverse("desk"), reverse("message_list"), message.get_absolute_url()):
        assert "请在整改期限内提交整改材料" in client.get(address).content.decode()
    assert "/inspections/orders/1/" in client.get(message.get_absolute_url()).content.decode()
    assert 'id="count-messages" class="bar-count" hx-swap-oob="true">1' in (
        client.get(reverse("desk_counts")).content.decode()
    )
    client.post(reverse("message_acknowledge", args=[message.pk]))
    assert message.readings.get().reader == user
    assert message.readings.get().acknowledged_at is not None
    assert unread_count(actor) == 0


def test_an_institution_gets_no_copy_by_mail(settings, run_events):
    settings.INBOX_EMAIL = True
    institution = InstitutionFactory()
    UserFactory(institution_id=institution.pk, email="lab@example.org")
    to_institution(institution)
    run_events()
    assert mail.outbox == []
