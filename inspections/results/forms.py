"""What people enter about the results of a visit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.results.choices import NOTED_BY_HAND
from inspections.results.models import ResultCode, VisitResult
from inspections.results.rules import open_steps
from portal.access import Actor
from portal.clocks import today


class ResultForm(forms.Form):
    """One code more."""

    code = forms.ModelChoiceField(
        label=_("检查结果"), queryset=ResultCode.objects.none(), empty_label=_("请选择")
    )
    note = forms.CharField(label=_("说明"), max_length=300, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = ResultCode.objects.visible_to(actor).in_force(today())
        self.fields["code"].queryset = rows  # type: ignore[attr-defined]  # a model choice field


class StepForm(forms.Form):
    """A next step taken in another system."""

    step = forms.ChoiceField(label=_("后续处理"))
    reference = forms.CharField(
        label=_("文号或编号"), max_length=60, help_text=_("在其他系统办理的，填写该系统的编号。")
    )
    taken_on = forms.DateField(label=_("办理日期"))
    note = forms.CharField(label=_("说明"), max_length=300, required=False)

    def __init__(self, *args: Any, result: VisitResult, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = {step for group in open_steps(result.code.steps, ()) for step in group}
        by_hand = [each for each in NOTED_BY_HAND if each in asked]
        self.fields["step"].choices = [(each.value, each.label) for each in by_hand]  # type: ignore[attr-defined]  # a choice field


class ReviewForm(forms.Form):
    """The second person's opinion."""

    opinion = forms.CharField(
        label=_("复核意见"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
