"""Choosing provisions in a form: a searchable list of boxes, usable by keyboard and unscripted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from portal.law.models import LegalBasis

if TYPE_CHECKING:
    _Several = forms.ModelMultipleChoiceField[LegalBasis]
else:
    _Several = forms.ModelMultipleChoiceField


@dataclass(frozen=True, slots=True)
class Choice:
    """How a provision stands in the list; ``note`` says when it does not apply to the act."""

    title: str
    number: str
    text: str
    note: str

    def __str__(self) -> str:
        return self.title


class BasisPicker(forms.CheckboxSelectMultiple):
    """Boxes in groups with a field that narrows them."""

    template_name = "law/basis_picker.html"


class BasesField(_Several):
    """法律依据 to choose from; `offer_bases` gives it its rows."""

    widget = BasisPicker

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=LegalBasis.objects.none(), **options)


def offer_bases(field: Any, *, first: Collection[int], act_on: dt.date, step_on: dt.date) -> None:
    """Offer what is in force on the day of the act or of the step, the likely ones on top.

    An act before a law began is judged by the old law unless the new one is lighter
    (生态环境法典 art. 1057): what was not yet law on the day of the act says so.
    """
    rows = LegalBasis.objects.in_force(act_on) | LegalBasis.objects.in_force(step_on)
    field.queryset = rows.order_by("law", "pk")
    likely: list[tuple[int, Choice]] = []
    others: list[tuple[int, Choice]] = []
    for row in field.queryset:
        (likely if row.pk in first else others).append((row.pk, _choice(row, act_on)))
    groups = [(_("本事项和处罚幅度的依据"), likely), (_("其他有效的法律依据"), others)]
    field.choices = [(label, choices) for label, choices in groups if choices]


def _choice(row: LegalBasis, act_on: dt.date) -> Choice:
    note = ""
    if not row.is_in_force(act_on):
        note = _("行为之日不适用（从旧兼从轻时选择）")
    return Choice(str(row), row.number, row.text, note)
