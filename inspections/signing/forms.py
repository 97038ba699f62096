"""What the team enters at the end of its work on site."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.visits.choices import Outcome
from inspections.visits.models import Visit, VisitMember
from portal.access import Actor
from portal.files.forms import UploadField


class RecordForm(forms.Form):
    """现场检查笔录."""

    text = forms.CharField(
        label=_("检查情况"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 10})
    )
    representative = forms.CharField(label=_("现场负责人"), max_length=60)
    representative_title = forms.CharField(label=_("职务"), max_length=60, required=False)
    credentials_shown = forms.BooleanField(label=_("已向现场负责人出示执法证件"), required=False)

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if visit.credentials_shown:
            del self.fields["credentials_shown"]


class OutcomeForm(forms.Form):
    """What is met at a closed door."""

    outcome = forms.ChoiceField(
        label=_("现场情况"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    photo = UploadField(purpose="visit_evidence", label=_("现场照片"))
    note = forms.CharField(label=_("说明"), max_length=300, required=False)


class InstitutionForm(forms.Form):
    """The representative's signature."""

    name = forms.CharField(label=_("签字人"), max_length=60)
    title = forms.CharField(label=_("职务"), max_length=60, required=False)


class RefusalForm(forms.Form):
    """The institution does not sign; two officers say so."""

    note = forms.CharField(
        label=_("拒绝签字的情况"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    witnesses = forms.ModelMultipleChoiceField(
        label=_("注明情况的检查人员"),
        queryset=VisitMember.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, visit: Visit, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = VisitMember.objects.visible_to(actor).present()
        team = rows.filter(visit=visit, inspector__isnull=False)
        self.fields["witnesses"].queryset = team  # type: ignore[attr-defined]  # a model choice field
