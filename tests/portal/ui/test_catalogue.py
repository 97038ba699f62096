"""The English catalogue is read from the sources, keeps translations, and names its gaps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polib
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from portal.ui import catalogue
from portal.ui.catalogue import Message

PYTHON = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext
one = _("名单")
two = gettext_lazy("第一行" "第二行")
three = ngettext("%(n)d 家", "%(n)d 家机构", 2)
four = pgettext("动词", "检查")
"""
TEMPLATE = """
{% translate "保存" %} {{ _("取消") }} {% translate "检查" context "名词" %}
{% blocktranslate with name=x trimmed %}
  你好,{{ name }}
{% endblocktranslate %}
{% blocktranslate count n=rows|length %}一行{% plural %}{{ n }} 行{% endblocktranslate %}
"""


def test_messages_of_python_are_found():
    assert set(catalogue.from_python(PYTHON, "x.py")) == {
        Message("名单"),
        Message("第一行第二行"),
        Message("%(n)d 家", plural="%(n)d 家机构"),
        Message("检查", context="动词"),
    }


def test_a_message_that_is_not_a_literal_is_a_fault():
    with pytest.raises(ValueError, match="literals"):
        list(catalogue.from_python("_(name)", "x.py"))


def test_messages_of_templates_are_found():
    assert set(catalogue.from_template(TEMPLATE, "x.html")) == {
        Message("保存"),
        Message("取消"),
        Message("检查", context="名词"),
        Message("你好,%(name)s"),
        Message("一行", plural="%(n)s 行"),
    }


def test_a_rebuilt_catalogue_keeps_translations_and_drops_what_is_gone():
    old = catalogue.rebuilt(polib.POFile(), [Message("名单"), Message("旧的")])
    assert catalogue.merge(old, {"名单": "Roster", "旧的": "Old", "没有": "None"}) == ["没有"]
    fresh = catalogue.rebuilt(old, [Message("名单"), Message("新的")])
    assert {entry.msgid: entry.msgstr for entry in fresh} == {"名单": "Roster", "新的": ""}


def test_rebuilding_twice_gives_the_same_text():
    wanted = [Message("%(n)d 家", plural="%(n)d 家机构"), Message("名单")]
    once = catalogue.rebuilt(polib.POFile(), wanted)
    assert str(catalogue.rebuilt(once, wanted)) == str(once)


@pytest.mark.parametrize(
    ("translations", "fault"),
    [
        ({}, "no English: 共 %(n)d 家"),
        ({"共 %(n)d 家": "%(m)d in all"}, "other placeholders"),
        ({"共 %(n)d 家": "in all"}, "other placeholders"),
        ({"共 %(n)d 家": "%(n)d in all"}, ""),
    ],
)
def test_gaps_and_changed_placeholders_are_named(translations: dict[str, str], fault: str):
    wanted = [Message("共 %(n)d 家")]
    stored = catalogue.rebuilt(polib.POFile(), wanted)
    catalogue.merge(stored, translations)
    faults = catalogue.faults(stored, wanted)
    assert [fault in line for line in faults] == ([True] if fault else [])


def test_a_message_that_is_missing_or_left_over_is_named():
    stored = catalogue.rebuilt(polib.POFile(), [Message("旧的")])
    catalogue.merge(stored, {"旧的": "Old"})
    assert catalogue.faults(stored, [Message("新的")]) == [
        "not in the catalogue: 新的",
        "no longer in the sources: 旧的",
    ]


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.LOCALE_PATHS = [tmp_path]
    return tmp_path


def test_the_check_fails_until_every_message_has_its_english(folder: Path, tmp_path: Path):
    with pytest.raises(CommandError, match="gaps"):
        call_command("catalogue", check=True)
    words = {message.text: message.text for message in catalogue.messages()}
    merged = tmp_path / "words.json"
    merged.write_text(json.dumps(words), encoding="utf-8")
    call_command("catalogue", merge=[merged])
    call_command("catalogue", check=True)


def test_it_compiles_only_when_something_changed(folder: Path):
    assert not catalogue.compile_catalogue()
    stored = catalogue.rebuilt(polib.POFile(), [Message("名单")])
    catalogue.merge(stored, {"名单": "Roster"})
    catalogue.save(stored)
    assert catalogue.compile_catalogue()
    assert not catalogue.compile_catalogue()
    (entry,) = polib.mofile(str(catalogue.po_path().with_suffix(".mo")))
    assert (entry.msgid, entry.msgstr) == ("名单", "Roster")


def test_a_text_without_english_is_shown_as_it_was_written():
    with translation.override("en"):
        assert translation.gettext("这句话没有译文") == "这句话没有译文"
    with translation.override("zh-hans"):
        assert translation.gettext("This field is required.") != "This field is required."
