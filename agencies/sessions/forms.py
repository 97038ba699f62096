"""Forms of signing in and of one's own password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.accounts.models import User
from agencies.accounts.services import password_faults


class SignInForm(forms.Form):
    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=gettext_lazy("密码"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip().lower()


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("动态口令"),
        help_text=gettext_lazy("手机上显示的 6 位数字；手机不在身边时可输入一个备用码。"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}
        ),
    )


class NewPasswordForm(forms.Form):
    """A new password, typed twice; pasting is welcome."""

    password = forms.CharField(
        label=gettext_lazy("新密码"),
        help_text=gettext_lazy(
            "至少 12 个字符，含大写字母、小写字母、数字、其他符号中的三种；"
            "不用常见词、地名、用户名；不与最近 5 次相同。可以粘贴，可用密码管理工具。"
        ),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("再次输入新密码"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        faults = password_faults(self.user, password)
        if faults:
            raise forms.ValidationError(faults)
        return password

    def clean_again(self) -> str:
        again = str(self.cleaned_data["again"])
        first = self.data.get(self.add_prefix("password"))
        if first != again:
            raise forms.ValidationError(_("两次输入的密码不一致。"))
        return again


class ChangePasswordForm(NewPasswordForm):
    """One's own password: the present one first."""

    present = forms.CharField(
        label=gettext_lazy("当前密码"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("present", "password", "again")

    def clean_present(self) -> str:
        present = str(self.cleaned_data["present"])
        if not self.user.check_password(present):
            raise forms.ValidationError(_("当前密码不正确。"))
        return present
