"""The next version of the bounds, as the legal role proposes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from penalties.discretion.choices import PenaltyKind
from penalties.discretion.models import PenaltyBound
from portal.clocks import today
from portal.law.fields import BasesField, offer_bases

if TYPE_CHECKING:
    BoundModelForm = forms.ModelForm[PenaltyBound]
else:
    BoundModelForm = forms.ModelForm

SUMS = (
    "fine_min",
    "fine_max",
    "severe_min",
    "severe_max",
    "fee_times_min",
    "fee_times_max",
    "floor_fee",
    "floor_min",
    "floor_max",
)


class BoundForm(BoundModelForm):
    """All sums in yuan; the printed basis is composed from the chosen provisions."""

    other_kinds = forms.MultipleChoiceField(
        label=_("其他处罚种类"),
        choices=[each for each in PenaltyKind.choices if each[0] != PenaltyKind.FINE],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    bases = BasesField(label=_("规定幅度的条款"))
    duties = BasesField(label=_("违反条款"), required=False)
    change_reason = forms.CharField(
        label=_("修改理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明法律变化和文件名称，复核人据此核对。"),
    )

    class Meta:
        model = PenaltyBound
        fields = [*SUMS, "needs_order", "ban_kind", "ban_years", "mark", "from_on", "to_on"]

    def __init__(self, *args: Any, current: PenaltyBound, **options: Any) -> None:
        names = (*SUMS, "needs_order", "other_kinds", "ban_kind", "ban_years", "mark")
        start: dict[str, Any] = {name: getattr(current, name) for name in names}
        linked = {name: getattr(current, name).values_list("pk", flat=True) for name in LINKS}
        start |= {name: list(keys) for name, keys in linked.items()}
        options["initial"] = start
        super().__init__(*args, **options)
        self.fields["from_on"].required = True
        for name, keys in linked.items():
            day = today()
            offer_bases(self.fields[name], first=set(keys), act_on=day, step_on=day)


LINKS = ("bases", "duties")
