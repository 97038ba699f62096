"""How Django's forms become our HTML: label above, hint below, errors in words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

CHOSEN = (forms.Select, forms.SelectMultiple)
LISTED = (forms.RadioSelect, forms.CheckboxSelectMultiple)


class OurBoundField(BoundField):
    """Gives each widget its class, and dates the browser's own calendar."""

    def __init__(self, form: Any, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        _native_date(field.widget)

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        widget = widget or self.field.widget
        built = super().build_widget_attrs(attrs, widget)
        if widget.is_hidden:
            return built
        known = f"{widget.attrs.get('class', '')} {built.get('class', '')}".split()
        if self.errors:
            known.append("is-invalid")
        if isinstance(widget, LISTED):
            return built  # the attributes would also land on the list around the choices
        built["class"] = " ".join([_class_of(widget), *known])
        return built

    @property
    def is_ticked(self) -> bool:
        """A single box with its label behind it, unlike all other fields."""
        return isinstance(self.field.widget, forms.CheckboxInput)


class FieldRenderer(TemplatesSetting):
    """Named in settings.FORM_RENDERER."""

    form_template_name = "components/form_fields.html"
    field_template_name = "components/field.html"
    bound_field_class = OurBoundField


def _class_of(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, CHOSEN) else "form-control"


def _native_date(widget: forms.Widget) -> None:
    """Browsers take ISO only. The widget belongs to this form alone: forms copy their fields."""
    if isinstance(widget, forms.DateInput):
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    elif isinstance(widget, forms.DateTimeInput):
        widget.input_type, widget.format = "datetime-local", "%Y-%m-%dT%H:%M"
