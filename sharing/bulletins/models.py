"""Bulletins (通报) that one agency sends to others, and who has acknowledged them."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.access import Actor, Role, within
from sharing.bulletins.choices import BulletinKind, BulletinState


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    def visible_to(self, actor: Actor) -> Self:
        """The issuer's own; an issued one also to those it names, the two bureaus and audit."""
        if not actor.reads_business:
            return self.none()
        own = Q(agency_id=actor.agency_id)
        issued = Q(state=BulletinState.ISSUED)
        named = issued & Q(
            pk__in=BulletinLine.objects.filter(agency=actor.agency_id).values("bulletin")
        )
        if not (actor.is_bureau or actor.has(Role.AUDITOR)):
            return self.filter(own | named)
        return self.filter(own | named | (issued & within(actor.region)))


class Bulletin(models.Model):
    """One bulletin: drafted by a clock or by hand, issued by the chief."""

    kind = models.CharField(_("类别"), max_length=10, choices=BulletinKind)
    agency = models.ForeignKey(
        "agencies.Agency",
        models.PROTECT,
        related_name="bulletins",
        verbose_name=_("发出单位"),
    )
    about = models.CharField(
        max_length=60, help_text="Reference of what the bulletin is about, e.g. a period."
    )
    title = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("正文"), blank=True, default="")
    state = models.CharField(
        _("状态"),
        max_length=10,
        choices=BulletinState,
        default=BulletinState.DRAFT,
        editable=False,
    )
    drafted_at = models.DateTimeField(_("起草时间"))
    issued_at = models.DateTimeField(_("印发时间"), null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        ordering = ["-drafted_at", "pk"]
        verbose_name = _("通报")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "agency", "about"],
                name="one_bulletin_per_kind_and_subject",
                violation_error_message=_("同一事项已有通报。"),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("bulletin_detail", args=[self.pk])


class BulletinLine(models.Model):
    """One agency that the bulletin names, with the legal day it missed."""

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="lines")
    agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("被通报单位")
    )
    about = models.CharField(max_length=60)
    due_on = models.DateField(_("应报日期"))
    acknowledged_at = models.DateTimeField(_("知悉时间"), null=True)
    acknowledged_by = models.ForeignKey(
        "agencies.Post", models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["agency__kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["bulletin", "agency"], name="one_line_per_agency_and_bulletin"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.due_on}"
