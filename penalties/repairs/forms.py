"""What is entered for a repair."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from penalties.cases.forms import day_field, text_field
from portal.files.forms import UploadField
from portal.ui.forms import DayField


class RepairForm(forms.Form):
    """The application; what a regime does not ask for may stay empty."""

    applied_on = day_field(_("申请日期"))
    grounds = text_field(_("申请理由和履行情况"))
    committed_on = DayField(
        label=_("信用承诺日期"), required=False, help_text=_("信用公示的修复须公开作出信用承诺。")
    )
    file = UploadField(purpose="scan", label=_("信用承诺书"), required=False)
    harm_removed = text_field(
        _("消除危害后果情况"),
        3,
        max_length=2000,
        required=False,
        help_text=_("市场监管部门依法公开的处罚提前停止公示时填写。"),
    )
    list_checked_on = DayField(label=_("名录查询日期"), required=False)
    listed = forms.TypedChoiceField(
        label=_("经营异常名录、严重违法失信名单"),
        choices=[("", _("尚未查询")), ("no", _("未列入")), ("yes", _("已列入"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
    )

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        if values.get("listed") is not None and not values.get("list_checked_on"):
            self.add_error("list_checked_on", _("请填写查询日期。"))
        return values


class OpinionForm(forms.Form):
    opinion = text_field(_("审查意见"), max_length=2000)
