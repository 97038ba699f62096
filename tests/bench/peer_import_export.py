"""The sample roster's checks written for django-import-export, as its guide would have them."""

# mypy: disable-error-code="misc"
# django-import-export is a bench-only dependency without types, so its classes are Any.

import re
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from import_export import fields, resources, widgets
from import_export.formats.base_formats import XLSX
from import_export.instance_loaders import BaseInstanceLoader

from portal.workbooks import Field
from tests.portal.workbooks.sample import FIELDS, NUMBER

BETWEEN = re.compile(r"[、,;]")


class Text(widgets.CharWidget):
    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = str(value).strip() if value is not None else ""
        if not text and self.field.required:
            raise ValueError("没有填写。")
        if len(text) > self.field.max_length:
            raise ValueError("太长。")
        if self.field.code == "uscc" and not NUMBER.fullmatch(text):
            raise ValueError("应为 18 位数字或大写字母。")
        return text or None


class Whole(widgets.IntegerWidget):
    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        try:
            number = super().clean(value, row, **kwargs)
        except ArithmeticError as wrong:
            raise ValueError("不是数字。") from wrong
        return limited(self.field, number)


class Money(widgets.DecimalWidget):
    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        number = super().clean(value, row, **kwargs)
        if number is not None and round(number, 2) != number:
            raise ValueError("小数超过 2 位。")
        return limited(self.field, number)


class Listed(widgets.Widget):
    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.known: dict[str, Any] = {str(label): value for value, label in field.choices}
        if field.kind == "boolean":
            self.known = {"是": True, "否": False}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = str(value).strip() if value is not None else ""
        if not text:
            if self.field.required:
                raise ValueError("没有填写。")
            return None
        words = BETWEEN.split(text) if self.field.kind == "multi" else [text]
        values = tuple(self.known[word] for word in words if word in self.known)
        if len(values) < len(words):
            raise ValueError("不在选项中。")
        return values if self.field.kind == "multi" else values[0]


def limited(field: Field, value: Any) -> Any:
    if value is None:
        return None
    if field.minimum is not None and value < Decimal(str(field.minimum)):
        raise ValueError("小于下限。")
    if field.maximum is not None and value > Decimal(str(field.maximum)):
        raise ValueError("大于上限。")
    return value


def widget(field: Field) -> Any:
    if field.kind == "date":
        return widgets.DateWidget("%Y-%m-%d")
    by_kind = {"integer": Whole, "decimal": Money, "text": Text, "code": Text}
    return by_kind.get(field.kind, Listed)(field)


def record_model() -> Any:
    """What a row becomes: a model, as its users have; nothing is asked of a database.

    Its short name keeps the peer from spending time on a long one.
    """
    kinds = {"integer": models.IntegerField, "boolean": models.BooleanField}
    made: dict[str, Any] = {
        field.code: kinds.get(field.kind, models.TextField)(null=True) for field in FIELDS
    }
    meta = type("Meta", (), {"app_label": "portal", "managed": False})
    made |= {"Meta": meta, "__module__": __name__, "__str__": lambda row: ""}
    return type("BenchRecord", (models.Model,), made)


class Roster(resources.Resource):
    """Its rows become instances of a model, which the dry run compares and does not save."""

    class Meta:
        using_db = "default"
        use_transactions = False
        instance_loader_class = BaseInstanceLoader
        import_id_fields = ()

    def __init__(self) -> None:
        super().__init__()
        self.model = record_model()
        self.seen: set[tuple[Any, Any]] = set()
        self.fields = {
            field.code: fields.Field(
                attribute=field.code, column_name=str(field.label), widget=widget(field)
            )
            for field in FIELDS
        }

    def get_or_init_instance(self, instance_loader: Any, row: Any) -> tuple[Any, bool]:
        return self.model(), True

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        errors = dict(import_validation_errors or {})
        starts, ends = getattr(instance, "starts_on", None), getattr(instance, "ends_on", None)
        if starts and ends and ends < starts:
            errors["ends_on"] = ValidationError("早于合同起。")
        if "uscc" not in errors:
            key = (getattr(instance, "uscc", None), getattr(instance, "contract", None))
            if key in self.seen:
                errors["uscc"] = ValidationError("重复。")
            self.seen.add(key)
        if errors:
            raise ValidationError(errors)


def check(content: bytes, *, bare: bool) -> int:
    """How many issues a dry run finds; `bare` leaves out the row diffs of its preview."""
    dataset = XLSX().create_dataset(content)
    roster = Roster()
    roster._meta.skip_diff = bare
    result = roster.import_data(dataset, dry_run=True, use_transactions=False)
    if result.has_errors():
        raise AssertionError(result.row_errors()[:1], result.base_errors)
    return sum(
        len(messages)
        for row in result.invalid_rows
        for messages in row.field_specific_errors.values()
    )
