"""What people enter in a plan, a batch and a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from agencies.people.choices import Speciality
from inspections.plans.choices import PlanKind, StratumName
from inspections.plans.models import Batch, CheckItem, Plan
from inspections.plans.rules import BP_OF_A_PERCENT, EXPERT_SLOT, BatchFacts, Stratum
from institutions.registry.choices import InstitutionKind
from portal.access import Actor
from portal.access.choices import BUREAUS

MEDIA = [pair for pair in Speciality.choices if pair[0] != Speciality.MANAGEMENT]
MOST = 10_000


class PlanFactsForm(forms.Form):
    """What may change as long as a plan is a draft."""

    title = forms.CharField(label=_("计划名称"), max_length=200)
    cooperating = forms.ModelChoiceField(
        label=_("配合部门"),
        queryset=Agency.objects.none(),
        required=False,
        empty_label=_("无（单部门计划）"),
        help_text=_("有配合部门的为联合计划，须两部门分管领导均批准。"),
    )
    basis = forms.CharField(
        label=_("制定依据"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    reasons = forms.CharField(
        label=_("目标和理由"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    items = forms.ModelMultipleChoiceField(
        label=_("抽查事项"),
        queryset=CheckItem.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只能从已公布的随机抽查事项清单中选择。"),
    )

    def __init__(self, actor: Actor, year: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bureaus = Agency.objects.visible_to(actor).active().of_kind(*BUREAUS)
        others = bureaus.in_region(actor.region).exclude(pk=actor.agency_id or 0)
        cooperating, items = self.fields["cooperating"], self.fields["items"]
        cooperating.queryset = others  # type: ignore[attr-defined]  # a model choice field
        rows = CheckItem.objects.visible_to(actor)
        items.queryset = rows.in_force(dt.date(year, 12, 31))  # type: ignore[attr-defined]  # the same


class PlanForm(PlanFactsForm):
    """A new plan."""

    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    kind = forms.ChoiceField(label=_("类别"), choices=PlanKind.choices)

    field_order = ["year", "kind"]


class PlanEditForm(PlanFactsForm):
    """A draft as it was at a version."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, plan: Plan, actor: Actor, sent: Any) -> PlanEditForm:
        names = ("title", "cooperating", "basis", "reasons", "version")
        initial = {name: getattr(plan, name) for name in names}
        initial["items"] = list(plan.items.all())
        return cls(actor, plan.year, sent, initial=initial)


class OpinionForm(forms.Form):
    """A leader's approval."""

    opinion = forms.CharField(
        label=_("审批意见"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@dataclass(frozen=True, slots=True)
class StratumFields:
    """The three fields of one grade, for its line in the form's table."""

    label: str
    drawn: BoundField
    ratio: BoundField
    floor: BoundField


class BatchForm(forms.Form):
    """A batch: scope, days, and for each grade whether, what ratio and at least how many."""

    name = forms.CharField(label=_("批次名称"), max_length=100)
    regions = forms.MultipleChoiceField(
        label=_("行政区划"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不选表示计划的全部区域。"),
    )
    starts_on = forms.DateField(label=_("开始日期"))
    ends_on = forms.DateField(label=_("结束日期"))
    kinds = forms.MultipleChoiceField(
        label=_("机构类别"),
        choices=InstitutionKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不选表示不限。"),
    )
    categories = forms.MultipleChoiceField(
        label=_("监测类别"),
        choices=MEDIA,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不选表示不限。类别以部门报送名单为准，没有报送类别的机构不在所选范围内。"),
    )
    on_roster = forms.BooleanField(label=_("仅限报送名单中的机构"), required=False)
    expert = forms.BooleanField(
        label=_("增加一个专家席位"),
        required=False,
        help_text=_("专家只提供技术支持，不实施检查（国办发〔2024〕54号）。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, plan: Plan, strata: Sequence[Stratum], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        districts = plan.region.children.order_by("path")
        places = [(each.path, str(each)) for each in districts]
        self.fields["regions"].choices = places  # type: ignore[attr-defined]  # a choice field
        if not places:  # a district has none below it
            del self.fields["regions"]
        known = {name: (ratio, floor) for name, ratio, floor in strata}
        for name, label in StratumName.choices:
            ratio, floor = known.get(name, (0, 0))
            self._add_stratum(name, str(label), name in known, ratio, floor)

    def _add_stratum(self, name: str, label: str, drawn: bool, ratio: int, floor: int) -> None:
        percent = Decimal(ratio) / BP_OF_A_PERCENT
        self.fields[f"drawn_{name}"] = forms.BooleanField(
            label=label, required=False, initial=drawn
        )
        self.fields[f"ratio_{name}"] = forms.DecimalField(
            label=_("%(grade)s抽取比例（%%）") % {"grade": label},
            min_value=0,
            max_value=100,
            max_digits=5,
            decimal_places=2,
            required=False,
            initial=percent.normalize() if percent != percent.to_integral() else int(percent),
        )
        self.fields[f"floor_{name}"] = forms.IntegerField(
            label=_("%(grade)s最少抽取家数") % {"grade": label},
            min_value=0,
            max_value=MOST,
            required=False,
            initial=floor,
        )

    @classmethod
    def of(cls, batch: Batch, sent: Any) -> BatchForm:
        names = ("name", "regions", "starts_on", "ends_on", "kinds", "on_roster", "version")
        initial = {name: getattr(batch, name) for name in names}
        initial["categories"] = batch.media
        initial["expert"] = batch.slots.filter(name=EXPERT_SLOT[0]).exists()
        strata = batch.strata.values_list("name", "ratio_bp", "floor")
        return cls(batch.plan, list(strata), sent, initial=initial)

    def strata_fields(self) -> list[StratumFields]:
        return [
            StratumFields(str(label), *(self[f"{part}_{name}"] for part in PARTS))
            for name, label in StratumName.choices
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in StratumName.values:
            ratio = cleaned.get(f"ratio_{name}")
            if cleaned.get(f"drawn_{name}") and ratio is None:
                self.add_error(f"ratio_{name}", _now("请填写抽取比例。"))
        return cleaned

    def facts(self) -> BatchFacts:
        given = self.cleaned_data
        names = ("name", "starts_on", "ends_on", "kinds", "on_roster", "expert")
        strata = [
            (
                name,
                int(given[f"ratio_{name}"] * BP_OF_A_PERCENT),
                given[f"floor_{name}"] or 0,
            )
            for name in StratumName.values
            if given[f"drawn_{name}"]
        ]
        known = {name: given[name] for name in names}
        regions = given.get("regions", [])
        return BatchFacts(strata=strata, regions=regions, media=given["categories"], **known)


PARTS = ("drawn", "ratio", "floor")
