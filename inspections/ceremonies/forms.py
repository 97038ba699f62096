"""Forms of the ceremony. Secrets are made and hashed in the browser, never here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.draws.choices import ReplacementKind
from institutions.models import Institution

HEX = forms.TextInput(attrs={"class": "hash-input", "autocomplete": "off", "spellcheck": "false"})


class CommitForm(forms.Form):
    value = forms.CharField(
        label=_("承诺值"),
        max_length=64,
        widget=HEX,
        help_text=_("由本页在浏览器中生成；随机数只保存在您的电脑上，揭示前请勿示人。"),
    )


class RevealForm(forms.Form):
    secret = forms.CharField(
        label=_("随机数"),
        max_length=100,
        widget=HEX,
        help_text=_("选择承诺时保存的文件，或粘贴其中的 64 位字符。"),
    )


class SecondOfficerForm(forms.Form):
    """The other party's officer, on the first one's screen, for this act alone."""

    username = forms.CharField(
        label=_("第二位人员的用户名"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    code = forms.CharField(
        label=_("动态口令"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
        help_text=_("该账号绑定了动态口令时填写。"),
    )


class ExecuteForm(forms.Form):
    beacon_text = forms.CharField(
        label=_("随机源公布内容"),
        max_length=500,
        required=False,
        help_text=_("与公布的原文逐字一致；没有指定公共随机源时留空。"),
    )


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
