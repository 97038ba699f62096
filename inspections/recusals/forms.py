"""Forms of recusals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.recusals.models import Recusal

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RecusalForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    class Meta:
        model = Recusal
        fields = ("inspector", "institution", "reason", "from_on", "to_on")
        widgets = {"from_on": DAY, "to_on": DAY}
        help_texts = {
            "reason": _("近亲属或利害关系；三年内曾任职；两年内曾提供咨询或评审。"),
            "to_on": _("不填表示长期。"),
        }

    def __init__(self, inspectors: Any, institutions: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["inspector"].queryset = inspectors  # type: ignore[attr-defined]  # a model choice
        self.fields["institution"].queryset = institutions  # type: ignore[attr-defined]  # as above


class EndForm(forms.Form):
    on = forms.DateField(label=_("截止日期"), widget=DAY)
