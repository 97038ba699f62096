"""A CMA certificate as entered by an officer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from institutions.registry.choices import CERTIFICATE_SHAPE_MESSAGE, CertificateStatus
from institutions.registry.rules import decode_certificate


class DaysForm(forms.Form):
    """From and to; the law gives six years (检验检测机构资质认定管理办法 art. 13)."""

    valid_from = forms.DateField(label=_("有效期自"))
    valid_to = forms.DateField(
        label=_("有效期至"), help_text=_("一般为起始日满 6 年的前一日；不同的会提示核对。")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("valid_from"), data.get("valid_to")
        if isinstance(start, dt.date) and isinstance(end, dt.date) and end < start:
            self.add_error("valid_to", _("证书有效期截止日不能早于起始日。"))
        return data


class CertificateForm(DaysForm):
    """A certificate not yet registered."""

    number = forms.CharField(
        label=_("证书编号"),
        max_length=20,
        help_text=_("12 位数字，登记后会逐段解释。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    field_order = ["number"]

    def clean_number(self) -> str:
        number = decode_certificate(str(self.cleaned_data["number"]))
        if number is None:
            raise forms.ValidationError(CERTIFICATE_SHAPE_MESSAGE)
        return number.number


class CertificateChangeForm(DaysForm):
    """Days and status of a registered certificate, with the reason for the change."""

    status = forms.ChoiceField(label=_("状态"), choices=CertificateStatus.choices)
    reason = forms.CharField(
        label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
