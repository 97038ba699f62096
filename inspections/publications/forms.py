"""The editable public text."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class TextForm(forms.Form):
    text = forms.CharField(
        label=_("公示内容"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("不得出现人员姓名、电话、身份证件号码和委托单位名称。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
