"""The form field of every upload: its kinds, its limit, and the warning about state secrets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.errors import Refused
from portal.files.purposes import purpose_named
from portal.files.services import check_upload


class UploadInput(forms.FileInput):
    """Renders the warning beside the input, so that no upload can go without it (EV13)."""

    template_name = "components/upload.html"

    def __init__(self, purpose: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.purpose = purpose

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rule = purpose_named(self.purpose)
        context["widget"]["attrs"].setdefault("class", "form-control")
        context["widget"]["attrs"]["accept"] = ",".join(f".{kind}" for kind in rule.kinds)
        context["kinds"] = "、".join(rule.kinds)
        context["megabytes"] = rule.limit // (1024 * 1024)
        return context


class UploadField(forms.FileField):
    """A file for one registered purpose; errors are the same sentences that the service gives."""

    def __init__(self, *, purpose: str, **options: Any) -> None:
        options.setdefault("label", _("文件"))
        options.setdefault("widget", UploadInput(purpose))
        super().__init__(**options)
        self.purpose = purpose

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if upload and upload is not initial:
            try:
                check_upload(upload, self.purpose)
            except Refused as reason:
                raise ValidationError(str(reason), code=reason.code) from reason
        return upload
