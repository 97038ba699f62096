"""One spelling for every value; frames that cannot be confused; hashes that others compute too."""

from __future__ import annotations

import hashlib
import hmac
from random import Random
from typing import Any

import pytest

from inspections.digests import rules
from inspections.digests.rules import Keyed, Malformed, Sm3, canon, digest, frame, parse

HOSTILE: dict[str, bytes] = {
    "key twice": b'{"a":1,"a":1}',
    "keys unsorted": b'{"b":1,"a":1}',
    "empty key": b'{"":1}',
    "key not ASCII": '{"甲":1}'.encode(),
    "float": b"[1.0]",
    "exponent": b"[1e3]",
    "NaN": b"[NaN]",
    "infinity": b"[-Infinity]",
    "null": b"[null]",
    "minus zero": b"[-0]",
    "leading zero": b"[01]",
    "plus": b"[+1]",
    "2^53": b"[9007199254740992]",
    "-2^53": b"[-9007199254740992]",
    "huge": b"[" + b"9" * 5000 + b"]",
    "raw control character": b'["\x01"]',
    "escaped control character": b'["\\u0001"]',
    "tab": b'["\\t"]',
    "delete": b'["\x7f"]',
    "C1 control character": '["\x85"]'.encode(),
    "escaped letter": b'["\\u0041"]',
    "escaped slash": b'["\\/"]',
    "half a surrogate pair, escaped": b'["\\ud800"]',
    "half a surrogate pair, raw": b'["\xed\xa0\x80"]',
    "a surrogate pair, escaped": b'["\\ud83d\\ude00"]',
    "not NFC": '["e\u0301"]'.encode(),
    "space": b"[1, 2]",
    "line at the end": b"[1]\n",
    "byte order mark": b"\xef\xbb\xbf[1]",
    "UTF-16": "[1]".encode("utf-16"),
    "not UTF-8": b'["\xff"]',
    "overlong UTF-8": b'["\xc0\xaf"]',
    "two values": b"[1][1]",
    "comma": b"[1,]",
    "comment": b"[1]//",
    "nothing": b"",
    "nested beyond reason": b"[" * 200_000 + b"]" * 200_000,
    "objects nested beyond reason": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_json_is_refused_never_repaired(name: str):
    with pytest.raises(Malformed):
        parse(HOSTILE[name])


@pytest.mark.parametrize(
    "value", [None, 1.0, float("nan"), (1,), b"x", {1: 1}, {"": 1}, "\x00", "\ud800", 2**53, {3}]
)
def test_values_without_a_canonical_form_are_refused(value: Any):
    with pytest.raises(Malformed):
        canon([value])


def test_a_nest_of_values_is_refused_not_crashed():
    value: Any = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(Malformed, match="deep"):
        canon(value)


def test_canonical_bytes_are_their_values_only_spelling():
    value = {"b": [True, False, -1, 2**53 - 1, 1 - 2**53], "a": '甲"\\/é😀\u2028', "B": {}}
    raw = canon(value)
    assert (
        raw
        == (
            '{"B":{},"a":"甲\\"\\\\/é😀\u2028","b":[true,false,-1,9007199254740991,-9007199254740991]}'
        ).encode()
    )
    assert parse(raw) == value


def test_frames_of_different_parts_differ():
    parts = [("a", "bc"), ("ab", "c"), ("abc",), ("", "abc"), ("abc", ""), (b"a\0", "bc"), ()]
    assert len({frame("T", *each) for each in parts}) == len(parts)
    assert frame("T", "甲", b"") == b"T\0" + b"\0" * 7 + b"\x03\xe7\x94\xb2" + b"\0" * 8


def test_numbers_are_hmac_of_frames():
    key, parts = bytes(range(32)), ("甲", b"\x00\x01", "")
    expected = hmac.new(key, frame("T", *parts), "sha256").digest()
    assert Keyed("sha256", key).number("T", *parts) == expected


def test_our_sm3_is_the_standards():
    known = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert Sm3(b"abc").digest().hex() == known
    sixteen = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    assert Sm3(b"abcd" * 16).digest().hex() == sixteen


def test_our_sm3_takes_any_cut_of_its_message():
    random = Random(3)
    for size in range(200):
        message, cut = random.randbytes(size), random.randint(0, size)
        whole, cuts = Sm3(message), Sm3(message[:cut])
        twin = cuts.copy()
        cuts.update(message[cut:])
        assert whole.digest() == cuts.digest()
        assert twin.digest() == Sm3(message[:cut]).digest()


def test_without_sm3_in_openssl_our_own_gives_the_same(monkeypatch: pytest.MonkeyPatch):
    message = ("甲", "x" * 100)
    here = digest("sm3", "T", *message), Keyed("sm3", b"k" * 32).number("T", *message)
    real = hashlib.new

    def without_sm3(name: str, *given: Any) -> Any:
        if name == "sm3":
            raise ValueError("unsupported hash type sm3")
        return real(name, *given)

    monkeypatch.setattr(rules.hashlib, "new", without_sm3)
    assert isinstance(rules.new_hash("sm3"), Sm3)
    assert (digest("sm3", "T", *message), Keyed("sm3", b"k" * 32).number("T", *message)) == here


def test_an_unknown_algorithm_is_refused():
    with pytest.raises(Malformed):
        digest("md5", "T")
