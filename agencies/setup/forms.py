"""Forms of the first set-up: the code, the agency, one form for each administrator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from agencies.accounts.forms import USERNAME
from agencies.accounts.models import User
from agencies.directory.models import Agency
from agencies.sessions.forms import NewPasswordForm
from agencies.setup.services import Administrator, check_code


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("初始设置码"),
        help_text=_("安装命令在服务器上显示的一次性代码。"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if not check_code(code):
            raise forms.ValidationError(_now("初始设置码不正确。"))
        return code


class FirstAgencyForm(forms.ModelForm):  # type: ignore[type-arg]  # takes none at run time
    class Meta:
        model = Agency
        fields = ("name", "short_name", "code", "kind", "level", "region")


class AdministratorForm(NewPasswordForm):
    """One administrator, who types the password alone."""

    username = forms.CharField(label=_("用户名"), max_length=60, validators=[USERNAME])
    name = forms.CharField(label=_("姓名"), max_length=60)
    field_order = ("username", "name", "password", "again")

    def __init__(self, role: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(User(), *args, prefix=role, **kwargs)
        self.role = role
        self.order_fields(list(self.field_order))

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"]).strip().lower()
        self.user.username = username  # the password may not contain it
        return username

    def administrator(self) -> Administrator:
        given = self.cleaned_data
        return Administrator(self.role, given["username"], given["name"], given["password"])
