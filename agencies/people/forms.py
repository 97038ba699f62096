"""Forms of the directories of people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.people.choices import Speciality
from agencies.people.models import Expert, Inspector
from portal.files.forms import UploadField


class InspectorForm(forms.ModelForm):  # type: ignore[type-arg]  # takes none at run time
    specialities = forms.MultipleChoiceField(
        label=_("专长"),
        choices=Speciality.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Inspector
        fields = (
            "name",
            "certificate_number",
            "valid_from",
            "valid_to",
            "specialities",
            "phone",
            "leave_from",
            "leave_to",
            "recusal_notes",
            "ended_on",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version


class ExpertForm(forms.ModelForm):  # type: ignore[type-arg]  # takes none at run time
    fields_known = forms.MultipleChoiceField(
        label=_("专业领域"), choices=Speciality.choices, widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = ("name", "organisation", "title", "fields_known", "year", "is_joint")

    class Meta:
        model = Expert
        fields = (
            "name",
            "organisation",
            "title",
            "year",
            "is_joint",
            "phone",
            "recusal_notes",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        self.fields["fields_known"].initial = self.instance.fields


class ImportForm(forms.Form):
    file = UploadField(
        purpose="workbook", label=_("人员名单文件"), help_text=_("支持 xlsx、xls、csv。")
    )
