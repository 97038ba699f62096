"""What people enter of a draw that was made above."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from inspections.imports.services import SOURCE, WORKBOOK
from portal.files.forms import UploadField

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ImportForm(forms.Form):
    """Where the result comes from, the workbook, and what the superior sent."""

    platform = forms.CharField(label=_("上级平台名称"), max_length=100)
    superior = forms.CharField(label=_("组织抽取的上级单位"), max_length=100)
    number = forms.CharField(label=_("上级抽取编号"), max_length=60)
    drawn_on = forms.DateField(label=_("上级抽取日期"), widget=DATE)
    for_date = forms.DateField(
        label=_("检查开始日期"),
        widget=DATE,
        help_text=_("按这一天核对检查人员的证件、请假和回避。"),
    )
    workbook = UploadField(
        purpose=WORKBOOK, label=_("抽取结果（按模板填写）"), help_text=_("每家机构一行。")
    )
    source_1 = UploadField(
        purpose=SOURCE,
        label=_("上级平台的来源文件一"),
        help_text=_("上级平台导出的结果、通知或截图；原样保存并记录校验值。"),
    )
    source_2 = UploadField(purpose=SOURCE, label=_("上级平台的来源文件二"), required=False)
    source_3 = UploadField(purpose=SOURCE, label=_("上级平台的来源文件三"), required=False)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_drawn_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["drawn_on"]
        if day > self.today:
            raise forms.ValidationError(_now("抽取日期不能晚于今天。"))
        return day

    def facts(self) -> dict[str, Any]:
        """What the superior says of its draw."""
        names = ("platform", "superior", "number", "drawn_on", "for_date")
        return {name: self.cleaned_data[name] for name in names}

    def sources(self) -> Sequence[Any]:
        names = ("source_1", "source_2", "source_3")
        return [self.cleaned_data[name] for name in names if self.cleaned_data.get(name)]


class WorkbookForm(forms.Form):
    workbook = UploadField(purpose=WORKBOOK, label=_("改正后的抽取结果"))


class SourceForm(forms.Form):
    source = UploadField(purpose=SOURCE, label=_("来源文件"))


class SubmitForm(forms.Form):
    """A reason, where something looks odd."""

    reason = forms.CharField(
        label=_("确认理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明上级单位的说明或核对的情况；理由留痕。"),
    )

    def __init__(self, *args: Any, doubts: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not doubts:
            del self.fields["reason"]
