"""What people enter about papers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.clocks import today
from portal.files.forms import UploadField
from portal.papers.models import PaperSeries
from portal.papers.numbers import MOST


class NumberForm(forms.Form):
    on = forms.DateField(
        label=_("成文日期"), help_text=_("文号的年份取自成文日期。"), widget=forms.DateInput
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today


class SealForm(forms.Form):
    seal = forms.CharField(label=_("印章名称"), help_text=_("例如：机关公章。"), max_length=40)
    copies = forms.IntegerField(label=_("用印份数"), min_value=1, max_value=999, initial=1)
    on = forms.DateField(label=_("用印日期"), widget=forms.DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today


class ScanForm(forms.Form):
    file = UploadField(purpose="scan", label=_("用印扫描件"))


class TemplateForm(forms.Form):
    file = UploadField(purpose="paper_template", label=_("Word 模板"))


class SeriesForm(forms.Form):
    """``before`` is the last number that the page showed."""

    pattern = forms.CharField(
        label=_("文号格式"),
        help_text=_("可用 {agency} 机关代字、{series} 文种代字、{year} 年份、{n} 序号。"),
        max_length=60,
    )
    last = forms.IntegerField(
        label=_("已用到"),
        help_text=_("平台从下一号起连续编号；只在年中启用、此前已在平台外编号时往后调整。"),
        min_value=0,
        max_value=MOST,
    )
    reason = forms.CharField(
        label=_("理由"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("往后调整序号时必填。"),
    )
    before = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, counter: PaperSeries, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("pattern", "last"):
            self.fields[name].initial = getattr(counter, name)
        self.fields["before"].initial = counter.last
