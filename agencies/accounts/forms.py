"""Forms of the administrators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from agencies.accounts.models import Post, User
from agencies.directory.models import Agency
from portal.access import Actor, Role
from portal.ui.forms import ReasonForm

USERNAME = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]{2,59}$",
    _("用户名为 3 至 60 个小写字母、数字、点、横线或下划线，以字母或数字开头。"),
)


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # takes none at run time
    class Meta:
        model = User
        fields = ("name", "phone", "email")


class AccountForm(PersonForm):
    """A person as read at a version."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version


class NewAccountForm(PersonForm):
    username = forms.CharField(
        label=_("用户名"),
        help_text=_("登录用，开立后不能修改。"),
        max_length=60,
        validators=[USERNAME],
    )
    field_order = ("username", "name", "phone", "email")

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip().lower()


class PostForm(forms.ModelForm):  # type: ignore[type-arg]  # takes none at run time
    """A post without roles."""

    class Meta:
        model = Post
        fields = ("agency", "title", "from_on", "to_on")

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agency: Any = self.fields["agency"]
        agency.queryset = Agency.objects.within(actor.region).active()


class RolesForm(ReasonForm):
    """The roles that a post is to have, all of them."""

    roles = forms.MultipleChoiceField(
        label=_("角色"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("roles", "reason", "version")
