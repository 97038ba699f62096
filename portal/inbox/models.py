"""Messages to a post, to everybody who holds a role in an agency, or to an institution."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.access import Actor, Role
from portal.inbox.sentences import said


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those addressed to the active post, or to a role it holds in its agency.

        An institution's users see what was addressed to their institution, and nothing else.
        """
        if actor.is_job:
            return self
        if actor.institution_id is not None:
            return self.filter(to_institution_id=actor.institution_id)
        if not actor.is_staff:
            return self.none()
        own = Q(to_post_id=actor.post_id or 0)
        roles = Q(role="") | Q(role__in=actor.roles)
        return self.filter(own | (Q(to_agency_id=actor.agency_id) & roles))

    def unread_by(self, actor: Actor) -> Self:
        read = MessageReading.objects.by(actor).filter(message=OuterRef("pk"))
        return self.visible_to(actor).filter(~Exists(read))


class Message(models.Model):
    """One message. ``key`` makes sending idempotent for each recipient.

    ``to_institution_id`` is a key without a relation, as an account's: the kernel lies below the
    institutions.
    Its words are stored sentences: each reader has them in the language of their screen.
    """

    to_post = models.ForeignKey(
        settings.POST_MODEL, models.PROTECT, null=True, blank=True, related_name="messages"
    )
    to_agency = models.ForeignKey(
        settings.AGENCY_MODEL, models.PROTECT, null=True, blank=True, related_name="messages"
    )
    to_institution_id = models.BigIntegerField(null=True, blank=True)
    role = models.CharField(max_length=20, choices=Role, blank=True, default="")
    heading = models.JSONField(_("标题"), default=dict)
    paragraphs = models.JSONField(_("内容"), default=list)
    url = models.CharField(max_length=300, blank=True, default="")
    subject_ref = models.CharField(max_length=80, blank=True, default="")
    key = models.CharField(max_length=200)
    must_acknowledge = models.BooleanField(default=False)
    sent_at = models.DateTimeField(_("发送时间"))
    mailed_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = _("消息")
        constraints = [
            models.UniqueConstraint(
                fields=["key", "subject_ref", "to_post", "to_agency", "to_institution_id", "role"],
                nulls_distinct=False,
                name="a_message_goes_once_to_a_recipient",
            ),
            models.CheckConstraint(
                condition=(
                    Q(to_post=None, to_agency=None, to_institution_id__isnull=False)
                    | Q(to_post=None, to_agency__isnull=False, to_institution_id=None)
                    | Q(to_post__isnull=False, to_agency=None, to_institution_id=None)
                ),
                name="a_message_has_one_kind_of_recipient",
            ),
        ]
        indexes = [
            models.Index(fields=["to_agency", "role", "-sent_at"], name="messages_of_a_role"),
            models.Index(fields=["to_post", "-sent_at"], name="messages_of_a_post"),
            models.Index(
                fields=["to_institution_id", "-sent_at"],
                name="messages_of_an_institution",
                condition=Q(to_institution_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("message_detail", args=[self.pk])

    @property
    def title(self) -> str:
        """The heading in the active language."""
        return said([self.heading])

    @property
    def body(self) -> str:
        """The paragraphs in the active language, one a line."""
        return said(self.paragraphs)


class MessageReadingQuerySet(models.QuerySet["MessageReading"]):
    def visible_to(self, actor: Actor) -> Self:
        """Who has read a message is seen by those whom it was sent to."""
        return self.filter(message__in=Message.objects.visible_to(actor))

    def by(self, actor: Actor) -> Self:
        """What the active post has read; of an institution's people, what this one has."""
        if actor.institution_id is not None:
            return self.filter(reader_id=actor.user_id or 0)
        return self.filter(post_id=actor.post_id or 0)


class MessageReading(models.Model):
    """That a post has read a message, and acknowledged it where that is asked for.

    Users of an institution hold no post: ``reader`` is theirs.
    """

    message = models.ForeignKey(Message, models.CASCADE, related_name="readings")
    post = models.ForeignKey(
        settings.POST_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    read_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)

    objects = MessageReadingQuerySet.as_manager()

    class Meta:
        ordering = ["read_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["message", "post"], name="a_post_reads_a_message_once"),
            models.UniqueConstraint(
                fields=["message", "reader"], name="a_person_reads_a_message_once"
            ),
            models.CheckConstraint(
                condition=Q(post=None) ^ Q(reader=None),
                name="a_post_or_a_person_of_an_institution_reads",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post or self.reader} {self.read_at:%Y-%m-%d %H:%M}"
