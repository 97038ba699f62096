"""What people enter about rosters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.files.forms import UploadField
from sharing.rosters.models import Roster


class UploadForm(forms.Form):
    """The workbook; the receiver who enters a paper list adds its scan (EV16)."""

    file = UploadField(purpose="workbook", label=_("名单文件"), help_text=_("最多 20,000 行。"))
    scan = UploadField(
        purpose="scan",
        label=_("纸质名单扫描件"),
        required=False,
        help_text=_("代录时必须上传扫描件(PDF 或图片)。"),
    )

    def __init__(self, *args: Any, is_paper: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_paper:
            self.fields["scan"].required = True
        else:
            del self.fields["scan"]


class SubmitForm(forms.Form):
    """The last step: the reason that a late, supplementary or correcting version needs."""

    reason = forms.CharField(
        label=_("理由"), required=False, max_length=500, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs_reason:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]


class NilForm(SubmitForm):
    """零报告: said on purpose, with a tick."""

    confirm = forms.BooleanField(label=_("本部门在本周期没有委托生态环境监测机构承担相关项目。"))
    scan = UploadField(purpose="scan", label=_("纸质零报告扫描件"), required=False)
    base_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    field_order = ("confirm", "reason", "scan")

    def __init__(self, *args: Any, is_paper: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_paper:
            self.fields["scan"].required = True
        else:
            del self.fields["scan"]


class ConfirmForm(forms.Form):
    """One reason for all open outliers of one kind, or for a single cell."""

    code = forms.CharField(max_length=40)
    cell = forms.CharField(max_length=10, required=False)
    reason = forms.CharField(label=_("确认理由"), max_length=300)


def is_paper(roster: Roster, agency_id: int | None) -> bool:
    """Whether the person entering is the receiver, not the reporter."""
    return agency_id != roster.agency_id
