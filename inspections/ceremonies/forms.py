"""Forms of the ceremony. Secrets are made and hashed in the browser, never here."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

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
