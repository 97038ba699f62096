"""What officers enter into the register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Region
from institutions.registry.choices import InstitutionKind, InstitutionStatus, SiteKind, uscc_message
from institutions.registry.models import Institution
from institutions.registry.permissions import can_merge
from institutions.registry.rules import read_uscc
from portal.access import Actor


def uscc_field() -> forms.CharField:
    return forms.CharField(
        label=_("统一社会信用代码"),
        max_length=40,
        help_text=_("18 位；全角、小写和空格会自动更正。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class FactsForm(forms.Form):
    """The facts of an institution besides its code and name."""

    kind = forms.ChoiceField(label=_("机构类别"), choices=InstitutionKind.choices)
    region = forms.ModelChoiceField(label=_("注册区划"), queryset=Region.objects.all())
    address = forms.CharField(label=_("注册地址"), max_length=200, required=False)
    supervising_department = forms.CharField(
        label=_("主管部门"),
        max_length=100,
        required=False,
        help_text=_("部门所属机构和公立站填写。"),
    )
    established_on = forms.DateField(label=_("成立日期"), required=False)
    filing_number = forms.CharField(
        label=_("备案编号"), max_length=60, required=False, help_text=_("未备案的留空。")
    )
    legal_representative = forms.CharField(label=_("法定代表人"), max_length=60, required=False)
    contact_name = forms.CharField(label=_("联系人"), max_length=60, required=False)
    contact_phone = forms.CharField(
        label=_("联系电话"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    remarks = forms.CharField(
        label=_("备注"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("法定代表人、联系方式和备注仅限辖区内两局、审计人员和机构本身查看。"),
    )


class CreateForm(FactsForm):
    """A new institution; the reason is asked for when a similar one is registered."""

    uscc = uscc_field()
    name = forms.CharField(label=_("机构名称"), max_length=200)
    reason = forms.CharField(
        label=_("确属不同机构的理由"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("名录库中有名称相近的机构时必须填写。"),
    )

    field_order = ["uscc", "name"]

    def clean_uscc(self) -> str:
        reading = read_uscc(str(self.cleaned_data["uscc"]))
        if not reading.ok:
            raise forms.ValidationError(uscc_message(reading))
        return reading.code

    def without_reason(self) -> None:
        """Nothing similar was found: the field would only puzzle."""
        del self.fields["reason"]


class EditForm(FactsForm):
    """The facts as they were at a version."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, institution: Institution, sent: Any) -> EditForm:
        names = [*FactsForm.base_fields, "version"]
        return cls(sent, initial={name: getattr(institution, name) for name in names})


class RenameForm(forms.Form):
    """The new name and until when the old one was borne."""

    name = forms.CharField(label=_("新名称"), max_length=200)
    until_on = forms.DateField(label=_("原名称使用至"))
    reason = forms.CharField(
        label=_("依据"), max_length=500, help_text=_("如：市场主体变更登记通知书文号。")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class StatusForm(forms.Form):
    """A change of status with its reason."""

    status = forms.ChoiceField(label=_("状态"), choices=InstitutionStatus.choices)
    reason = forms.CharField(
        label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class MergeForm(forms.Form):
    """Which entry stays, by its code."""

    into = uscc_field()
    reason = forms.CharField(
        label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["into"].label = _("保留机构的统一社会信用代码")

    def clean_into(self) -> Institution:
        reading = read_uscc(str(self.cleaned_data["into"]))
        if not reading.ok:
            raise forms.ValidationError(uscc_message(reading))
        rows = Institution.objects.visible_to(self.actor).filter(uscc=reading.code)
        found = rows.first()
        if found is None:
            raise forms.ValidationError(_("名录库中没有这个代码的机构。"))
        allowed = can_merge(self.actor, found)
        if not allowed:
            raise forms.ValidationError(allowed.why_not)
        return found


class SiteForm(forms.Form):
    """A place of work."""

    kind = forms.ChoiceField(
        label=_("场所类别"), choices=SiteKind.choices, initial=SiteKind.LABORATORY
    )
    region = forms.ModelChoiceField(label=_("行政区划"), queryset=Region.objects.all())
    address = forms.CharField(label=_("地址"), max_length=200)
    from_on = forms.DateField(label=_("启用日期"), required=False)


class SiteEndForm(forms.Form):
    """The last day of a place of work."""

    to_on = forms.DateField(label=_("停用日期"))
