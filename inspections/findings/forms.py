"""What the team enters on site."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Matter
from inspections.findings.choices import EvidenceKind, Severity
from inspections.findings.models import ChecklistPoint, Finding
from inspections.visits.models import Visit
from portal.access import Actor
from portal.clocks import today
from portal.files.forms import UploadField

PURPOSE = "visit_evidence"


class ArrivalForm(forms.Form):
    """What is said at the door."""

    code = forms.CharField(
        label=_("检查码"), max_length=40, help_text=_("由市统一执法系统生成，扫码入企。")
    )
    place = forms.CharField(label=_("到场地点"), max_length=200)
    credentials_shown = forms.BooleanField(label=_("已向当事人出示执法证件"), required=False)
    nobody_there = forms.BooleanField(
        label=_("现场无人，无法出示"),
        required=False,
        help_text=_("大门关闭、已搬离等情形；随后请登记现场情况并拍照。"),
    )


class FindingForm(forms.Form):
    """A finding with its matter; the bureau follows from the matter."""

    matter = forms.ModelChoiceField(
        label=_("监管事项"),
        queryset=Matter.objects.none(),
        empty_label=_("请选择"),
        help_text=_("主办部门由监管事项决定。"),
    )
    point = forms.ModelChoiceField(
        label=_("检查项"),
        queryset=ChecklistPoint.objects.none(),
        required=False,
        empty_label=_("不针对某一检查项"),
    )
    facts = forms.CharField(
        label=_("事实"), max_length=3000, widget=forms.Textarea(attrs={"rows": 5})
    )
    basis = forms.CharField(
        label=_("法律依据"),
        max_length=300,
        required=False,
        help_text=_("不填则采用监管事项的法律依据。"),
    )
    severity = forms.ChoiceField(
        label=_("程度"), choices=Severity.choices, initial=Severity.GENERAL
    )

    def __init__(self, visit: Visit, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        matters = Matter.objects.visible_to(actor).in_force(today()).filter(kind="violation")
        points = ChecklistPoint.objects.visible_to(actor).filter(results__visit=visit)
        self.fields["matter"].queryset = matters  # type: ignore[attr-defined]  # a model choice field
        self.fields["point"].queryset = points  # type: ignore[attr-defined]  # a model choice field


class FindingEditForm(FindingForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, finding: Finding, actor: Actor, sent: Any) -> FindingEditForm:
        names = ("matter", "point", "facts", "basis", "severity", "version")
        initial = {name: getattr(finding, name) for name in names}
        return cls(finding.visit, actor, sent, initial=initial)


class EvidenceForm(forms.Form):
    """A photo or file, with what it shows and where it was taken."""

    upload = UploadField(purpose=PURPOSE, label=_("照片或文件"))
    kind = forms.ChoiceField(
        label=_("证据种类"), choices=EvidenceKind.choices, initial=EvidenceKind.PHOTO
    )
    place = forms.CharField(label=_("取得地点"), max_length=200)
    finding = forms.ModelChoiceField(
        label=_("问题"),
        queryset=Finding.objects.none(),
        required=False,
        empty_label=_("不针对某一问题"),
    )
    point = forms.ModelChoiceField(
        label=_("检查项"),
        queryset=ChecklistPoint.objects.none(),
        required=False,
        empty_label=_("不针对某一检查项"),
    )
    note = forms.CharField(label=_("说明"), max_length=300, required=False)

    def __init__(self, visit: Visit, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        findings = Finding.objects.visible_to(actor).filter(visit=visit).standing()
        points = ChecklistPoint.objects.visible_to(actor).filter(results__visit=visit)
        self.fields["finding"].queryset = findings  # type: ignore[attr-defined]  # a model choice field
        self.fields["point"].queryset = points  # type: ignore[attr-defined]  # a model choice field


class LeadForm(forms.Form):
    """The lead by which a finding went on."""

    lead_ref = forms.CharField(
        label=_("线索编号"), max_length=60, help_text=_("转出线索的文号或编号。")
    )
