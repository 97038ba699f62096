"""Forms of preparing a draw."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from inspections.draws.choices import Sitting
from institutions.models import Institution


class OpenForm(forms.Form):
    """How the attempt will be made."""

    sitting = forms.ChoiceField(
        label=_("方式"),
        choices=Sitting,
        initial=Sitting.TOGETHER,
        widget=forms.RadioSelect,
        help_text=_(
            "同场：双方在一块屏幕前，几分钟内完成。分头：各自登录，承诺后在截止时间前揭示。"
        ),
    )
    for_date = forms.DateField(
        label=_("检查开始日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("按这一天核对检查人员的证件、请假和回避。"),
    )
    reveal_due_at = forms.DateTimeField(
        label=_("揭示截止时间"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("分头办理时必填；逾期未揭示的一方将写入公开记录。"),
    )
    beacon = forms.CharField(
        label=_("公共随机源"),
        max_length=200,
        required=False,
        help_text=_("可不填。事先公布的公开来源，例如某期彩票开奖号码；须在揭示截止之后公布。"),
    )
    is_rehearsal = forms.BooleanField(
        label=_("演练"), required=False, help_text=_("步骤相同，不通知、不公开、不产生检查任务。")
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        due = found.get("reveal_due_at")
        if found.get("sitting") == Sitting.APART and due is None:
            self.add_error("reveal_due_at", _now("分头办理时须写明揭示截止时间。"))
        return found


def in_pool_choices(names: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Institutions for a select: name and code."""
    return [("", "—"), *((uscc, f"{name}（{uscc}）") for uscc, name in names)]


class ExcludeForm(forms.Form):
    """One institution, out before the freeze."""

    institution = forms.ModelChoiceField(label=_("机构"), queryset=Institution.objects.none())
    reason = forms.CharField(label=_("理由"), max_length=200, help_text=_("理由将公开。"))

    def __init__(self, institutions: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = institutions  # type: ignore[attr-defined]  # a model choice


class StrikeForm(forms.Form):
    """One institution of the frozen pool, ineligible."""

    uscc = forms.ChoiceField(label=_("机构"))
    reason = forms.CharField(label=_("理由"), max_length=200, help_text=_("理由将公开。"))
    evidence = forms.CharField(
        label=_("依据材料"), max_length=200, help_text=_("例如登记机关公告的文号和日期。")
    )

    def __init__(self, names: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uscc"].choices = in_pool_choices(names)  # type: ignore[attr-defined]  # a choice
