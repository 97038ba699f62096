"""What people enter when they match a row or vote."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from institutions.models import Institution
from sharing.employments.choices import Vote


class MatchForm(forms.Form):
    """Which registered institution a reported name means."""

    institution = forms.ModelChoiceField(
        label=_("名录库机构"), queryset=Institution.objects.current(), widget=forms.HiddenInput
    )
    reason = forms.CharField(
        label=_("认定理由"),
        required=False,
        max_length=300,
        help_text=_("名单中的信用代码与名录库不一致时必填。"),
    )


class VoteForm(forms.Form):
    """A bureau's opinion on a proposed exclusion."""

    vote = forms.ChoiceField(label=_("意见"), choices=Vote.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea({"rows": 2}))
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, present: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = present
