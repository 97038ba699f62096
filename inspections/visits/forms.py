"""What people enter when they approve a visit or tell the institution of it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ApprovalForm(forms.Form):
    """A leader's approval."""

    opinion = forms.CharField(
        label=_("审批意见"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NoticeForm(forms.Form):
    """The day on which the notice went out."""

    on = forms.DateField(label=_("通知日期"))
