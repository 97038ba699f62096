"""The English catalogue, made without gettext's programs.

Our screens are written in Chinese inside gettext; English is one complete catalogue. Messages are
read from the Python sources and from the templates, sorted, without line numbers or dates, so
that two branches which add messages merge by themselves.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polib
from django.apps import apps
from django.conf import settings
from django.utils.translation.template import templatize

# function -> positions of context, message, plural
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "_l": (None, 0, None),  # gettext_lazy beside gettext, and the other way round
    "_now": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
_STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_TEMPLATE_CALL = re.compile(
    rf"\b(npgettext|ngettext|pgettext|gettext|_)\(\s*({_STRING}(?:\s*,\s*{_STRING})*)"
    r"(?:\s*,\s*count)?\s*\)"
)
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%(?<!%%)[sd]|\{\w*\}")
HEADER = {
    "Project-Id-Version": "portal",
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
Translation = str | Sequence[str]


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """One text of the sources: its context, the text, and its plural when it has one."""

    text: str
    context: str = ""
    plural: str = ""


def po_path() -> Path:
    return Path(settings.LOCALE_PATHS[0]) / "en" / "LC_MESSAGES" / "django.po"


# --- Reading the sources --------------------------------------------------------------------


def messages() -> list[Message]:
    """Every message of our apps and templates, sorted; a plural wins over the bare text."""
    found: dict[tuple[str, str], Message] = {}
    for message in _all_messages():
        key = (message.text, message.context)
        if key not in found or message.plural:
            found[key] = message
    return sorted(found.values())


def from_python(source: str, name: str) -> Iterator[Message]:
    """Messages of the gettext calls in a module; ValueError for one that is not a literal."""
    for node in ast.walk(ast.parse(source, filename=name)):
        if isinstance(node, ast.Call) and _called(node) in CALLS:
            yield _message(_called(node), [_literal(arg) for arg in node.args], name)


def from_template(source: str, name: str) -> Iterator[Message]:
    """Messages of the translate and blocktranslate tags and of ``_("…")`` in expressions."""
    for found in _TEMPLATE_CALL.finditer(templatize(source, origin=name)):
        texts = [str(ast.literal_eval(text)) for text in re.findall(_STRING, found.group(2))]
        yield _message(found.group(1), texts, name)


def _all_messages() -> Iterator[Message]:
    base = Path(settings.BASE_DIR)
    for config in apps.get_app_configs():
        if Path(config.path).parent == base:
            for path in sorted(Path(config.path).rglob("*.py")):
                yield from from_python(path.read_text(encoding="utf-8"), str(path))
    for path in sorted((base / "templates").rglob("*.html")):
        yield from from_template(path.read_text(encoding="utf-8"), str(path))


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _message(call: str, arguments: Sequence[str | None], name: str) -> Message:
    context, text, plural = CALLS[call]
    try:
        parts = [arguments[at] if at is not None else "" for at in (text, context, plural)]
    except IndexError:
        parts = [None]
    if None in parts:
        raise ValueError(f"{name}: {call}() needs its texts as literals, not as expressions.")
    return Message(*(str(part) for part in parts))


# --- The catalogue --------------------------------------------------------------------------


def load() -> polib.POFile:
    """The catalogue as it is stored; empty when there is none."""
    path = po_path()
    if path.is_file():
        return polib.pofile(str(path), wrapwidth=0)
    return polib.POFile(wrapwidth=0)


def rebuilt(old: polib.POFile, wanted: Iterable[Message]) -> polib.POFile:
    """A catalogue of exactly these messages, with the translations that the old one knows."""
    known = {(entry.msgid, entry.msgctxt or ""): entry for entry in old}
    fresh = polib.POFile(wrapwidth=0)
    fresh.metadata = dict(HEADER)
    for message in wanted:
        fresh.append(_entry(message, known.get((message.text, message.context))))
    return fresh


def _entry(message: Message, before: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(msgid=message.text, msgctxt=message.context or None)
    if message.plural:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = {0: "", 1: ""}
    if before is not None:
        _translate(entry, list(before.msgstr_plural.values()) or before.msgstr)
    if _PLACEHOLDER.search(message.text):
        entry.flags = ["python-format"]
    return entry


def merge(catalogue: polib.POFile, translations: Mapping[str, Translation]) -> list[str]:
    """Take over translations; gives back the messages that the sources do not have."""
    entries: dict[str, list[polib.POEntry]] = {}
    for entry in catalogue:
        entries.setdefault(entry.msgid, []).append(entry)
    for text, translation in translations.items():
        for entry in entries.get(text, []):
            _translate(entry, translation)
    return [text for text in translations if text not in entries]


def _translate(entry: polib.POEntry, translation: Translation) -> None:
    texts = [translation] if isinstance(translation, str) else list(translation)
    if entry.msgid_plural:
        entry.msgstr_plural = {0: texts[0], 1: texts[-1]}
    else:
        entry.msgstr = texts[-1]


def faults(stored: polib.POFile, wanted: Sequence[Message]) -> list[str]:
    """What is wrong with a catalogue, a line each; nothing when it is complete."""
    have = {(entry.msgid, entry.msgctxt or "") for entry in stored}
    need = {(message.text, message.context) for message in wanted}
    lines = [f"not in the catalogue: {text}" for text, _context in sorted(need - have)]
    lines += [f"no longer in the sources: {text}" for text, _context in sorted(have - need)]
    for entry in stored:
        lines += _entry_faults(entry)
    return lines


def _entry_faults(entry: polib.POEntry) -> list[str]:
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not all(texts):
        return [f"no English: {entry.msgid}"]
    wanted = _placeholders(entry.msgid)
    # "1 day" may leave the number out, no other form may.
    wrong = [text for text in texts[-1:] if _placeholders(text) != wanted]
    wrong += [text for text in texts[:-1] if not _placeholders(text) <= wanted]
    return [f"other placeholders: {entry.msgid} → {text}" for text in wrong]


def _placeholders(text: str) -> set[str]:
    return {found.group(0) for found in _PLACEHOLDER.finditer(text)}


def save(catalogue: polib.POFile) -> None:
    po_path().parent.mkdir(parents=True, exist_ok=True)
    _replace(po_path(), str(catalogue).rstrip("\n").encode() + b"\n")


def compile_catalogue() -> bool:
    """Write the .mo file that Django reads; False when there was nothing to do."""
    source, target = po_path(), po_path().with_suffix(".mo")
    if not source.is_file():
        return False
    binary = load().to_binary()
    if target.is_file() and target.read_bytes() == binary:
        return False
    _replace(target, binary)
    return True


def _replace(path: Path, content: bytes) -> None:
    """Whole or not at all: several test processes may write the same file."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(path)
