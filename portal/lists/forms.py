"""What list pages post."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.lists.models import ExportFormat

LONGEST_QUERY = 4000


class ViewForm(forms.Form):
    """The name of a view and the query string it stands for."""

    name = forms.CharField(label=_("视图名称"), max_length=40)
    query = forms.CharField(max_length=LONGEST_QUERY, required=False, strip=False)


class ExportForm(forms.Form):
    """Which file, of which filters."""

    format = forms.ChoiceField(label=_("格式"), choices=ExportFormat)
    query = forms.CharField(max_length=LONGEST_QUERY, required=False, strip=False)


def problems(form: forms.Form) -> list[str]:
    """Every error of a form, each naming its field."""
    found: list[str] = []
    for name, errors in form.errors.items():
        field: Any = form.fields.get(name)
        label = field.label if field is not None and field.label else name
        found += [f"{label}：{error}" for error in errors]
    return found
