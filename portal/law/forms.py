"""Proposals of the legal role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.files.forms import UploadField
from portal.law.models import DeadlineRule, LawParameter

if TYPE_CHECKING:
    RuleModelForm = forms.ModelForm[DeadlineRule]
    ParameterModelForm = forms.ModelForm[LawParameter]
else:
    RuleModelForm = ParameterModelForm = forms.ModelForm


class DateInput(forms.DateInput):
    """The browser's own date field; it needs ISO dates."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class RuleForm(RuleModelForm):
    """The next version of a deadline rule."""

    change_reason = forms.CharField(
        label=_("修改理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明法律变化和文件名称，复核人据此核对。"),
    )

    class Meta:
        model = DeadlineRule
        fields = [
            "name",
            "trigger",
            "step",
            "kind",
            "length",
            "unit",
            "fixed_month",
            "fixed_day",
            "limit",
            "counts_start",
            "rolls",
            "extension_length",
            "basis",
            "basis_words",
            "mark",
            "note",
            "effective_from",
            "effective_to",
        ]
        widgets = {"effective_from": DateInput(), "effective_to": DateInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_from"].required = True


class ParameterForm(ParameterModelForm):
    """The next version of a parameter of the law."""

    change_reason = forms.CharField(
        label=_("修改理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    class Meta:
        model = LawParameter
        fields = [
            "name",
            "kind",
            "value",
            "unit",
            "text",
            "basis",
            "basis_words",
            "mark",
            "effective_from",
            "effective_to",
        ]
        widgets = {"effective_from": DateInput(), "effective_to": DateInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_from"].required = True


class CalendarForm(forms.Form):
    """A year's calendar as a workbook."""

    year = forms.IntegerField(label=_("年度"), min_value=2024, max_value=2100)
    source = forms.CharField(
        label=_("来源文件"),
        max_length=200,
        help_text=_("例如：国务院办公厅关于2027年部分节假日安排的通知及文号。"),
    )
    file = UploadField(purpose="calendar", label=_("日历文件"))
