"""Forms that several rooms show alike."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from portal.clocks.days import EARLIEST, LATEST


class DayField(forms.DateField):
    """A legal day, in a year that can be meant: periods can be counted from it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        wrong = _("请填写 2000 年至 2100 年之间的日期。")
        self.validators += [
            MinValueValidator(EARLIEST, message=wrong),
            MaxValueValidator(LATEST, message=wrong),
        ]


class ReasonForm(forms.Form):
    """An act that needs its reason; it stands in the audit."""

    reason = forms.CharField(
        label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
