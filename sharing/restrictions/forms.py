"""What a department answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from sharing.restrictions.choices import Answer


class AcknowledgeForm(forms.Form):
    """确认回执."""

    answer = forms.ChoiceField(label=_("回执"), choices=Answer.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=500,
        help_text=_("选择“不适用”的，须写明理由；已限制的，可写明合同编号和处理情况。"),
        widget=forms.Textarea({"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("answer") == Answer.NOT_APPLICABLE and not given.get("reason", "").strip():
            self.add_error("reason", _now("选择“不适用”须写明理由。"))
        return given
