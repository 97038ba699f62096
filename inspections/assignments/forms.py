"""What people enter when they assign a visit and its team."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, Inspector
from inspections.plans.models import CheckItem
from inspections.visits.choices import OPENED_BY_HAND
from inspections.visits.models import Visit
from institutions.models import Institution, Site
from portal.access import Actor
from portal.access.choices import BUREAUS
from portal.clocks import today


class CertifiedField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # no generic at run time
    """Inspectors with their agency and certificate."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} · {obj.agency.short_name} · {obj.certificate_number}"


class CertifiedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # no generic at run time
    """One inspector with agency and certificate."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} · {obj.agency.short_name} · {obj.certificate_number}"


def ready_inspectors(actor: Actor) -> Any:
    """Whom the actor may send today."""
    rows = Inspector.objects.visible_to(actor).ready_on(today())
    return rows.select_related("agency").order_by("agency__kind", "name", "pk")


class FactsForm(forms.Form):
    """Purpose and days, as long as the visit is not submitted."""

    purpose = forms.CharField(label=_("检查目的"), max_length=300)
    planned_from = forms.DateField(label=_("计划检查日期自"))
    planned_to = forms.DateField(label=_("计划检查日期至"))


class VisitEditForm(FactsForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, visit: Visit, sent: Any) -> VisitEditForm:
        names = ("purpose", "planned_from", "planned_to", "version")
        return cls(sent, initial={name: getattr(visit, name) for name in names})


class VisitForm(FactsForm):
    """A visit that no draw made."""

    kind = forms.ChoiceField(
        label=_("检查类别"), choices=[(kind.value, kind.label) for kind in OPENED_BY_HAND]
    )
    cooperating = forms.ModelChoiceField(
        label=_("配合部门"),
        queryset=Agency.objects.none(),
        required=False,
        empty_label=_("无（单部门检查）"),
    )
    site = forms.ModelChoiceField(
        label=_("检查场所"),
        queryset=Site.objects.none(),
        required=False,
        empty_label=_("机构住所"),
    )
    source_ref = forms.CharField(
        label=_("来源编号"),
        max_length=60,
        required=False,
        help_text=_("举报、线索或交办文件的编号。"),
    )
    items = forms.ModelMultipleChoiceField(
        label=_("抽查事项"),
        queryset=CheckItem.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只能检查已公布的事项（国办发〔2024〕54号）。"),
    )
    inspectors = CertifiedField(
        label=_("检查人员"),
        queryset=Inspector.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("每个部门至少两人，执法证在检查当日有效。"),
    )

    field_order = ["kind", "cooperating", "site", "purpose", "planned_from", "planned_to"]

    def __init__(self, institution: Institution, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bureaus = Agency.objects.visible_to(actor).active().of_kind(*BUREAUS)
        choices = {
            "cooperating": bureaus.in_region(actor.region).exclude(pk=actor.agency_id or 0),
            "site": Site.objects.visible_to(actor).filter(institution=institution),
            "items": CheckItem.objects.visible_to(actor).in_force(today()),
            "inspectors": ready_inspectors(actor),
        }
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]  # model choice fields


class MemberForm(forms.Form):
    """One inspector more."""

    inspector = CertifiedChoice(
        label=_("检查人员"), queryset=Inspector.objects.none(), empty_label=_("请选择")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["inspector"].queryset = ready_inspectors(actor)  # type: ignore[attr-defined]  # a model choice field


class ReplacementForm(forms.Form):
    """Who fills a seat anew, and why."""

    by = CertifiedChoice(
        label=_("更换为"), queryset=Inspector.objects.none(), empty_label=_("请选择")
    )
    reason = forms.CharField(
        label=_("更换理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["by"].queryset = ready_inspectors(actor)  # type: ignore[attr-defined]  # a model choice field
