"""Messages to a post, or to everybody who holds a role in an agency."""

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
        """Those addressed to the active post, or to a role it holds in its agency."""
        if actor.is_job:
            return self
        if not actor.is_staff:
            return self.none()
        own = Q(to_post_id=actor.post_id or 0)
        roles = Q(role="") | Q(role__in=actor.roles)
        return self.filter(own | (Q(to_agency_id=actor.agency_id) & roles))

    def unread_by(self, actor: Actor) -> Self:
        read = MessageReading.objects.filter(message=OuterRef("pk"), post_id=actor.post_id or 0)
        return self.visible_to(actor).filter(~Exists(read))


class Message(models.Model):
    """One message. ``key`` makes sending idempotent for each recipient.

    Its words are stored sentences: each reader has them in the language of their screen.
    """

    to_post = models.ForeignKey(
        settings.POST_MODEL, models.PROTECT, null=True, blank=True, related_name="messages"
    )
    to_agency = models.ForeignKey(
        settings.AGENCY_MODEL, models.PROTECT, null=True, blank=True, related_name="messages"
    )
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
                fields=["key", "subject_ref", "to_post", "to_agency", "role"],
                nulls_distinct=False,
                name="a_message_goes_once_to_a_recipient",
            ),
            models.CheckConstraint(
                condition=Q(to_post__isnull=True) ^ Q(to_agency__isnull=True),
                name="a_message_has_one_kind_of_recipient",
            ),
        ]
        indexes = [
            models.Index(fields=["to_agency", "role", "-sent_at"], name="messages_of_a_role"),
            models.Index(fields=["to_post", "-sent_at"], name="messages_of_a_post"),
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


class MessageReading(models.Model):
    """That a post has read a message, and acknowledged it where that is asked for."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="readings")
    post = models.ForeignKey(settings.POST_MODEL, models.PROTECT, related_name="+")
    read_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)

    objects = MessageReadingQuerySet.as_manager()

    class Meta:
        ordering = ["read_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["message", "post"], name="a_post_reads_a_message_once")
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.read_at:%Y-%m-%d %H:%M}"
