"""What people enter in a bulletin."""

from django import forms
from django.utils.translation import gettext_lazy as _


class BulletinForm(forms.Form):
    """The words of a draft; ``version`` tells whether somebody else was faster."""

    title = forms.CharField(label=_("标题"), max_length=200)
    body = forms.CharField(
        label=_("正文"), required=False, max_length=5000, widget=forms.Textarea({"rows": 8})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
