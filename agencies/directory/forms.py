"""Forms of the directory of agencies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc as numbers

from agencies.directory.models import Agency, Region
from agencies.directory.services import EDITABLE
from portal.access import Actor


class AgencyForm(forms.ModelForm):  # type: ignore[type-arg]  # takes none at run time
    """An agency's facts; the regions are those of the administrator."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Agency
        fields = EDITABLE

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        region: Any = self.fields["region"]
        region.queryset = Region.objects.within(actor.region)

    def clean_uscc(self) -> str:
        given = str(self.cleaned_data["uscc"]).strip().upper()
        if given and not numbers.is_valid(given):
            raise forms.ValidationError(_now("统一社会信用代码的校验位不正确，请核对 18 位代码。"))
        return given


class NewAgencyForm(AgencyForm):
    code = forms.SlugField(
        label=_("代号"), help_text=_("小写字母和横线，创建后不能修改。"), max_length=40
    )

    class Meta(AgencyForm.Meta):
        fields = ("code", *EDITABLE)  # type: ignore[assignment]  # one more than the parent's


class EndAgencyForm(forms.Form):
    on = forms.DateField(label=_("停用日期"), widget=forms.DateInput)
    reason = forms.CharField(
        label=_("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )
