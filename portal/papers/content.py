"""What a paper says: plain values, stored as JSON, rendered to PDF and to Word alike.

Text is text: nothing in it is markup, neither here nor in what is made of it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading: 一、 on level 1, （一） on level 2; the renderer counts."""

    kind: ClassVar[str] = "heading"
    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs, one a line."""

    kind: ClassVar[str] = "text"
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A ruled table of labels and values."""

    kind: ClassVar[str] = "facts"
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table under a header that repeats on every page."""

    kind: ClassVar[str] = "grid"
    header: tuple[str, ...]
    rows: Rows


@dataclass(frozen=True, slots=True)
class Items:
    """A list numbered 1. 2. 3."""

    kind: ClassVar[str] = "items"
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on, each with its label and a date."""

    kind: ClassVar[str] = "signatures"
    labels: tuple[str, ...]


Block = Heading | Text | Facts | Grid | Items | Signatures
KINDS: dict[str, type[Block]] = {
    each.kind: each for each in (Heading, Text, Facts, Grid, Items, Signatures)
}


@dataclass(frozen=True, slots=True)
class Content:
    """A whole paper. An empty ``closing`` is filled with the authority and the paper's date."""

    title: str
    addressee: str = ""
    blocks: tuple[Block, ...] = ()
    closing: tuple[str, ...] = ()
    copies_to: tuple[str, ...] = ()
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain lists and strings, the same after a round trip."""
        facts = {name: value for name, value in _plain(self).items() if name != "blocks"}
        blocks = [{"kind": each.kind, **_plain(each)} for each in self.blocks]
        return {**facts, "blocks": blocks}

    @classmethod
    def from_json(cls, stored: Any) -> Content:
        """The content that `to_json` gave; ValueError for anything else."""
        if not isinstance(stored, dict) or not isinstance(stored.get("blocks"), list):
            raise ValueError("A paper's content is an object with a list of blocks.")
        facts = {**stored, "blocks": tuple(_block(each) for each in stored["blocks"])}
        content: Content = _made(cls, facts)
        return content

    def __post_init__(self) -> None:
        _check_text("title", self.title)
        _check_text("addressee", self.addressee)
        _check_text("note", self.note)
        _check_texts("closing", self.closing)
        _check_texts("copies_to", self.copies_to)
        if not self.title.strip():
            raise ValueError("A paper has a title.")
        for each in self.blocks:
            _CHECKS[each.kind](each)


def _plain(made: Any) -> dict[str, Any]:
    return {name: _listed(value) for name, value in asdict(made).items()}


def _listed(value: Any) -> Any:
    return [_listed(each) for each in value] if isinstance(value, tuple | list) else value


def _frozen(value: Any) -> Any:
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value


def _block(stored: Any) -> Block:
    if not isinstance(stored, dict) or stored.get("kind") not in KINDS:
        raise ValueError(f"Not a block of a paper: {stored!r}")
    facts = {name: value for name, value in stored.items() if name != "kind"}
    made: Block = _made(KINDS[stored["kind"]], facts)
    return made


def _made(kind: Any, facts: dict[str, Any]) -> Any:
    known = {field.name for field in fields(kind)}
    if set(facts) != known:
        raise ValueError(f"{kind.__name__} has {sorted(known)}, not {sorted(facts)}.")
    return kind(**{name: _frozen(value) for name, value in facts.items()})


# --- What the parts must be: a mistake shows where the content is made, not on paper ------------


def _check_text(name: str, value: Any) -> None:
    if not isinstance(value, str):
        raise ValueError(f"{name} is text, not {value!r}.")


def _check_texts(name: str, values: Any) -> None:
    if not isinstance(values, tuple):
        raise ValueError(f"{name} is a tuple, not {values!r}.")
    for value in values:
        _check_text(name, value)


def _check_heading(block: Any) -> None:
    _check_text("heading", block.text)
    if block.level not in {1, 2}:
        raise ValueError(f"A heading has level 1 or 2, not {block.level!r}.")


def _check_rows(rows: Any, width: int) -> None:
    if not isinstance(rows, tuple):
        raise ValueError(f"Rows are a tuple, not {rows!r}.")
    for row in rows:
        _check_texts("row", row)
        if len(row) != width:
            raise ValueError(f"A row of {width} has {len(row)} cells: {row!r}")


def _check_grid(block: Any) -> None:
    _check_texts("header", block.header)
    if not block.header:
        raise ValueError("A grid has at least one column.")
    _check_rows(block.rows, len(block.header))


_CHECKS: dict[str, Any] = {
    "heading": _check_heading,
    "text": lambda block: _check_text("text", block.text),
    "facts": lambda block: _check_rows(block.rows, 2),
    "grid": _check_grid,
    "items": lambda block: _check_texts("items", block.items),
    "signatures": lambda block: _check_texts("labels", block.labels),
}
