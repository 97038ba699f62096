"""The declaration of a workbook: columns, checks, key. One for template, reading and marking."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from portal.workbooks.issues import Tier

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

Kind = Literal["text", "code", "integer", "decimal", "date", "choice", "multi", "boolean"]
# Plain values only (no models): what the checks need to know about the world outside the file.
Ctx = Mapping[str, Any]
Number = int | Decimal | dt.date


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """What a check found. `message` says what is wrong, `suggestion` how to mend it.

    The reading adds the row, the column's label and the value in front of the message. `field`
    names the cell in row and file checks; `row` is the Excel row number in file checks; without
    both the problem is one of the whole file.
    """

    message: "_StrOrPromise"
    code: str
    tier: Tier = "validity"
    suggestion: "_StrOrPromise" = ""
    field: str = ""
    row: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One row with its Excel row number. A blank or faulty cell is None."""

    number: int
    values: dict[str, Any]

    def __getitem__(self, code: str) -> Any:
        return self.values[code]


ValueCheck = Callable[[Any, Ctx], Iterable[Problem]]
RowCheck = Callable[[Row, Ctx], Iterable[Problem]]
FileCheck = Callable[[Sequence[Row], Ctx], Iterable[Problem]]
Choices = tuple[tuple[str, "_StrOrPromise"], ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class _FieldOptions:
    kind: Kind = "text"
    required: bool = False
    choices: Choices = ()
    max_length: int = 500
    minimum: Number | None = None
    maximum: Number | None = None
    likely: tuple[Number, Number] | None = None
    places: int = 2
    check: ValueCheck | None = None
    help: "_StrOrPromise" = ""
    example: str = ""
    width: int = 0
    aliases: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Field(_FieldOptions):
    """One column.

    kind: text (numbers become text) · code (text cells only; digits must not be lost) · integer ·
    decimal (`places` digits, Decimal) · date · choice (the value of a pair in `choices`) ·
    multi (tuple of such values, written with 、 between) · boolean.
    `minimum` and `maximum` refuse; outside `likely` the uploader has to confirm.
    `check(value, ctx)` runs once for each *distinct* value of the column, never for a blank one;
    it must depend on nothing else. `ctx["choices"][code]` replaces `choices` (open lists).
    `aliases` are further header texts; the label is recognised in Chinese and English.
    `width` is in characters, 0 means by the label.
    """

    code: str
    label: "_StrOrPromise"


@dataclasses.dataclass(frozen=True)
class SheetDefinition:
    """A workbook of one data sheet.

    name: stable name, written into the template and compared on reading · version: raise it when
    columns change; an older template has to be confirmed · key: field codes that may not repeat
    together · row_checks(row, ctx) · file_checks(rows, ctx): what concerns several rows.
    """

    name: str
    version: str
    fields: tuple[Field, ...]
    row_checks: tuple[RowCheck, ...] = ()
    file_checks: tuple[FileCheck, ...] = ()
    key: tuple[str, ...] = ()
    title: "_StrOrPromise" = ""

    def __post_init__(self) -> None:
        codes = [field.code for field in self.fields]
        if len(set(codes)) != len(codes) or not set(self.key) <= set(codes):
            raise ValueError(f"{self.name}: field codes repeat, or the key names no field")
        if len(codes) > 60:
            raise ValueError(f"{self.name}: more than 60 columns cannot be read")


def choices_of(field: Field, ctx: Ctx) -> Choices:
    """The field's choices, or those the context puts in their place."""
    replaced: Mapping[str, Choices] = ctx.get("choices", {})
    return tuple(replaced.get(field.code, field.choices))
