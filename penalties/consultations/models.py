"""联合研判: both bureaus' opinions on who fines one act (PE6, EV7)."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from penalties.cases.models import Case
from penalties.consultations.choices import ConsultationState
from portal.access import Actor


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever sees one of the two cases whole; the other case stays a head to them."""
        cases = Case.objects.visible_to(actor).values("pk")
        return self.filter(Q(case__in=cases) | Q(peer__in=cases))


class Consultation(models.Model):
    """One act, two cases: what each bureau thinks, and which one proceeds with the fine."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="consultations")
    peer = models.ForeignKey(Case, models.PROTECT, related_name="peer_consultations")
    state = models.CharField(
        _("状态"),
        max_length=10,
        choices=ConsultationState,
        default=ConsultationState.ASKED,
        editable=False,
    )
    asked_on = models.DateField(_("提出日期"))
    asked_by = models.ForeignKey("agencies.Post", models.PROTECT, related_name="+")
    proposed_agency = models.ForeignKey(
        "agencies.Agency",
        models.PROTECT,
        related_name="+",
        verbose_name=_("建议由谁处以罚款"),
    )
    own_opinion = models.TextField(_("提出方意见"), max_length=4000)
    peer_opinion = models.TextField(_("对方意见"), max_length=4000, blank=True, default="")
    answered_by = models.ForeignKey("agencies.Post", models.PROTECT, null=True, related_name="+")
    answered_on = models.DateField(_("答复日期"), null=True)
    superior = models.ForeignKey(
        "agencies.Agency",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("共同上级"),
    )
    ruling = models.TextField(_("共同上级决定"), max_length=4000, blank=True, default="")
    fining_agency = models.ForeignKey(
        "agencies.Agency",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("由谁处以罚款"),
    )
    settled_on = models.DateField(_("确定日期"), null=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_on", "-pk"]
        verbose_name = _("联合研判")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "peer"],
                name="one_consultation_of_two_cases",
                violation_error_message=_("两案已有联合研判。"),
            ),
            models.CheckConstraint(
                condition=~Q(case=F("peer")), name="a_consultation_is_of_two_cases"
            ),
        ]

    def __str__(self) -> str:
        return str(_("%(one)s 与 %(other)s 联合研判")) % {
            "one": self.case.number,
            "other": self.peer.number,
        }

    def get_absolute_url(self) -> str:
        return reverse("consultation_detail", args=[self.pk])
