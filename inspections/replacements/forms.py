"""What people enter of a replacement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Inspector
from inspections.draws.choices import ReplacementKind
from institutions.models import Institution


class ReplaceForm(forms.Form):
    """Who is replaced and why; the rule says by whom."""

    kind = forms.ChoiceField(label=_("类别"), choices=ReplacementKind, widget=forms.RadioSelect)
    institution = forms.ModelChoiceField(
        label=_("机构"), queryset=Institution.objects.none(), empty_label=_("请选择")
    )
    slot = forms.ChoiceField(
        label=_("席位"), required=False, help_text=_("检查人员不能到场时选择。")
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=200,
        help_text=_("先记录理由，再由规则算出替换结果；理由将公开。"),
    )

    def __init__(
        self, institutions: Any, slots: list[tuple[str, str]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = institutions  # type: ignore[attr-defined]  # a model choice
        self.fields["slot"].choices = [("", "—"), *slots]  # type: ignore[attr-defined]  # a choice


class ReplacementForm(forms.Form):
    """Who comes instead, as the superior or the approving chief decided."""

    kind = forms.ChoiceField(label=_("类别"), choices=ReplacementKind, widget=forms.RadioSelect)
    institution = forms.ModelChoiceField(
        label=_("机构"), queryset=Institution.objects.none(), empty_label=_("请选择")
    )
    slot = forms.ChoiceField(
        label=_("席位"), required=False, help_text=_("检查人员不能到场时选择。")
    )
    inspector = forms.ModelChoiceField(
        label=_("接替的检查人员"),
        queryset=Inspector.objects.none(),
        required=False,
        empty_label=_("无人接替"),
        help_text=_("检查人员不能到场时选择；无人接替的留空。"),
    )
    successor = forms.ModelChoiceField(
        label=_("递补的机构"),
        queryset=Institution.objects.none(),
        required=False,
        empty_label=_("没有递补"),
        help_text=_("补抽机构时选择；检查组不变。没有递补的留空。"),
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=200,
        help_text=_("写明上级单位的决定或文号，以及替换的原因。"),
    )

    def __init__(
        self, slots: Sequence[tuple[str, str]], rows: dict[str, Any], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slot"].choices = [("", "—"), *slots]  # type: ignore[attr-defined]  # a choice
        for name, queryset in rows.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]  # a model choice
