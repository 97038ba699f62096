"""The steps of bringing an old ledger."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.files.forms import UploadField
from portal.workbooks import Header, SheetDefinition


class UploadForm(forms.Form):
    """The file as it is; nothing in it has to be renamed."""

    file = UploadField(purpose="workbook", label=_("台账文件"))


class MappingForm(forms.Form):
    """One choice for each column of the file; columns may be left out."""

    def __init__(
        self, defn: SheetDefinition, header: Header, mapping: dict[str, str], sent: Any = None
    ) -> None:
        super().__init__(sent)
        self.defn = defn
        choices = [("", _("不导入")), *((field.code, field.label) for field in defn.fields)]
        for column in header.columns:
            self.fields[column.letter] = forms.ChoiceField(
                label=f"{column.letter} · {column.label}",
                choices=choices,
                required=False,
                initial=mapping.get(column.letter, column.field),
                help_text="、".join(column.samples),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = Counter(code for code in data.values() if code)
        for field in self.defn.fields:
            if field.required and field.code not in chosen:
                self.add_error(None, _("请指定哪一列是“%(label)s”。") % {"label": field.label})
            if chosen[field.code] > 1:
                self.add_error(None, _("“%(label)s”只能对应一列。") % {"label": field.label})
        return data

    def mapping(self) -> dict[str, str]:
        return {letter: code for letter, code in self.cleaned_data.items() if code}


class ImportForm(forms.Form):
    """The last step; a reason where something unusual was found."""

    reason = forms.CharField(
        label=_("确认理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *, needs_reason: bool, sent: Any = None) -> None:
        super().__init__(sent)
        if not needs_reason:
            del self.fields["reason"]
