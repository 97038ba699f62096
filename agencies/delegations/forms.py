"""Forms of delegation, handover and the end of a post."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from agencies.accounts.models import Post, PostQuerySet
from agencies.delegations.choices import DelegationKind
from agencies.delegations.models import Delegation, Handover


def _name(post: Any) -> str:
    return f"{post.user.name} · {post.title}"


class PostChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # takes none at run time
    """People by name and title."""

    def label_from_instance(self, obj: Any) -> str:
        return _name(obj)


class DelegationForm(forms.ModelForm):  # type: ignore[type-arg]  # takes none at run time
    receiver = PostChoice(label=_("代办人"), queryset=Post.objects.none())
    kinds = forms.MultipleChoiceField(
        label=_("授权事项"), choices=DelegationKind.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Delegation
        fields = ("receiver", "kinds", "amount_limit", "from_on", "to_on", "reason")

    def __init__(self, people: PostQuerySet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        receiver: Any = self.fields["receiver"]
        receiver.queryset = people


class HandoverForm(forms.ModelForm):  # type: ignore[type-arg]  # takes none at run time
    """Who takes over, until which day the giver's post lasts, and why."""

    receiver = PostChoice(label=_("接收人"), queryset=Post.objects.none())

    class Meta:
        model = Handover
        fields = ("receiver", "last_day", "reason")

    def __init__(self, people: PostQuerySet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        receiver: Any = self.fields["receiver"]
        receiver.queryset = people


class EndPostForm(forms.Form):
    """The end of a post; a receiver when it leaves open work."""

    on = forms.DateField(
        label=_("最后任职日"),
        help_text=_("选今天或更早的日期，立即生效。"),
        widget=forms.DateInput,
    )
    receiver = PostChoice(label=_("接收人"), queryset=Post.objects.none(), required=False)
    reason = forms.CharField(
        label=_("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, people: PostQuerySet, *args: Any, needs_receiver: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.needs_receiver = needs_receiver
        receiver: Any = self.fields["receiver"]
        receiver.queryset = people
        if not needs_receiver:
            del self.fields["receiver"]

    def clean_receiver(self) -> Any:
        receiver = self.cleaned_data["receiver"]
        if self.needs_receiver and receiver is None:
            raise forms.ValidationError(_now("该岗位有未办结事项，请选择接收人。"))
        return receiver
