"""An old ledger brought into the register, with its file and what became of each row (EV10)."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from institutions.ledgers.choices import LedgerState
from portal.access import Actor, Role, within
from portal.access.choices import ADMIN_ROLES


class LedgerQuerySet(models.QuerySet["Ledger"]):
    def visible_to(self, actor: Actor) -> Self:
        """The bureau that brought it, and auditors of its region."""
        if actor.has(Role.AUDITOR) and actor.region:
            return self.filter(within(actor.region))
        if actor.is_bureau and not actor.has(*ADMIN_ROLES):
            return self.filter(agency_id=actor.agency_id)
        return self.none()


class Ledger(models.Model):
    """One file, imported whole or not at all. ``outcomes`` has a line for each row of it."""

    agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, related_name="+", verbose_name=_("导入单位")
    )
    file = models.ForeignKey(
        "portal.StoredFile", models.PROTECT, related_name="+", verbose_name=_("源文件")
    )
    sha256 = models.CharField(max_length=64, editable=False)
    state = models.CharField(
        _("状态"), max_length=10, choices=LedgerState, default=LedgerState.DRAFT, editable=False
    )
    mapping = models.JSONField(default=dict, help_text="Excel's letter to field code.")
    outcomes = models.JSONField(default=list, help_text="[row, code, name, created or known]")
    created_count = models.PositiveIntegerField(_("新登记"), default=0)
    known_count = models.PositiveIntegerField(_("已有"), default=0)
    created_at = models.DateTimeField(_("上传时间"))
    imported_at = models.DateTimeField(_("导入时间"), null=True)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("历史台账")
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"],
                name="one_import_per_file",
                condition=Q(state=LedgerState.IMPORTED),
                violation_error_message=_("这份文件已经导入过。"),
            )
        ]
        indexes = [models.Index(fields=["created_at", "id"], name="ledgers_by_time")]

    def __str__(self) -> str:
        return self.file.name

    def get_absolute_url(self) -> str:
        return reverse("ledger_detail", args=[self.pk])
