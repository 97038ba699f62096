"""What is entered to publish a penalty."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ui.forms import DayField


class PublicationForm(forms.Form):
    """The public text; ``version`` tells whether somebody else was faster."""

    party_name = forms.CharField(label=_("当事人"), max_length=400)
    facts = forms.CharField(
        label=_("违法事实"),
        max_length=5000,
        widget=forms.Textarea({"rows": 8}),
        help_text=_("遮盖个人姓名、身份证件号码、电话、住址、商业秘密，不得含有涉密内容。"),
    )
    basis = forms.CharField(
        label=_("处罚依据"), max_length=2048, widget=forms.Textarea({"rows": 3})
    )
    penalties = forms.CharField(
        label=_("处罚内容"), max_length=4000, widget=forms.Textarea({"rows": 3})
    )
    note = forms.CharField(
        label=_("说明"), max_length=500, required=False, help_text=_("更正时写明更正了什么。")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ApproveForm(forms.Form):
    """When the reviewed text comes out; ``version`` is that of the text which was read."""

    publish_on = DayField(label=_("计划公示日期"), widget=forms.DateInput({"type": "date"}))
    version = forms.IntegerField(widget=forms.HiddenInput)
