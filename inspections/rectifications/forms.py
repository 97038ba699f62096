"""What people enter about orders to rectify."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Inspector
from inspections.assignments.forms import CertifiedField, ready_inspectors
from inspections.findings.models import Finding
from inspections.visits.models import Visit
from portal.access import Actor
from portal.files.forms import UploadField

PURPOSE = "rectification"


class OrderForm(forms.Form):
    """Which findings are to be rectified, how and until when."""

    findings = forms.ModelMultipleChoiceField(
        label=_("问题"), queryset=Finding.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    requirement = forms.CharField(
        label=_("整改要求"), max_length=3000, widget=forms.Textarea(attrs={"rows": 5})
    )
    due_on = forms.DateField(
        label=_("整改期限"),
        required=False,
        help_text=_("不填则按默认整改期限（30 日）计算。"),
    )

    def __init__(self, visit: Visit, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Finding.objects.visible_to(actor).filter(visit=visit).standing()
        self.fields["findings"].queryset = rows.select_related("matter")  # type: ignore[attr-defined]  # a model choice field


class SubmissionForm(forms.Form):
    """What was done, with up to three files at a time."""

    text = forms.CharField(
        label=_("整改情况"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6})
    )
    file_1 = UploadField(purpose=PURPOSE, label=_("整改材料一"), required=False)
    file_2 = UploadField(purpose=PURPOSE, label=_("整改材料二"), required=False)
    file_3 = UploadField(purpose=PURPOSE, label=_("整改材料三"), required=False)

    def uploads(self) -> Sequence[Any]:
        names = ("file_1", "file_2", "file_3")
        return [self.cleaned_data[name] for name in names if self.cleaned_data.get(name)]


class ReinspectionForm(forms.Form):
    """When and by whom it is looked at again."""

    planned_from = forms.DateField(label=_("计划检查日期自"))
    planned_to = forms.DateField(label=_("计划检查日期至"))
    inspectors = CertifiedField(
        label=_("检查人员"),
        queryset=Inspector.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("至少两人，执法证在检查当日有效。"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["inspectors"].queryset = ready_inspectors(actor)  # type: ignore[attr-defined]  # a model choice field


class ExtensionForm(forms.Form):
    """Until when, and why."""

    until = forms.DateField(label=_("延至"))
    reason = forms.CharField(
        label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class ExtensionDecisionForm(forms.Form):
    """The chief's answer."""

    grant = forms.TypedChoiceField(
        label=_("决定"),
        choices=[("yes", _("批准延期")), ("no", _("不同意延期"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    opinion = forms.CharField(label=_("意见"), max_length=300, required=False)
