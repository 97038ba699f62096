"""What is added to a credit record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sharing.platforms import rules
from sharing.platforms.choices import FIELD_LABELS

LENGTHS = {field.code: field.length for field in rules.FIELDS}


class CompleteForm(forms.Form):
    """The fields that the portal cannot fill by itself; only the empty ones are asked for."""

    def __init__(self, *args: Any, empty: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in empty:
            label, papers = FIELD_LABELS[code], [(each, each) for each in rules.PAPERS]
            if code.endswith("_ZJLX"):
                choices = [("", _("未填写")), *papers]
                self.fields[code] = forms.ChoiceField(label=label, required=False, choices=choices)
            else:
                self.fields[code] = forms.CharField(
                    label=label, required=False, max_length=LENGTHS[code], help_text=code
                )
