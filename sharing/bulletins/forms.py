"""What people enter in a bulletin."""

from typing import ClassVar

from django import forms

from sharing.bulletins.models import Bulletin


class BulletinForm(forms.ModelForm[Bulletin]):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Bulletin
        fields = ("title", "body")
        widgets: ClassVar = {"body": forms.Textarea({"rows": 8})}
