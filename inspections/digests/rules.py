"""DRAW-1 §2: canonical JSON, frames, hashes and keyed numbers. Pure; docs/draw.md explains it."""

from __future__ import annotations

import hashlib
import json
import struct
import unicodedata
from typing import Any, NoReturn, Protocol, Self

MOST = 2**53 - 1  # beyond it the numbers of JavaScript lose their last digit
LONGEST = len(f"-{MOST}")
BLOCK = 64  # bytes that either function takes at a time
WORD = 0xFFFFFFFF
UNWRITABLE = {"Cc", "Cs"}  # control characters, halves of surrogate pairs
ALGS = ("sha256", "sm3")


class Malformed(ValueError):
    """Input that DRAW-1 refuses, never repairs.

    ``code`` is the English sentence with its gaps in braces and names the reason for good;
    ``words`` fill them. Doors say it in the language of the reader (draws.choices.said).
    """

    def __init__(self, code: str, **words: object) -> None:
        super().__init__(code.format(**words))
        self.code, self.words = code, words


# --- Canonical JSON --------------------------------------------------------------------------


def canon(value: object) -> bytes:
    """The only bytes that stand for a value (§2), or Malformed."""
    try:
        _check(value)
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    except RecursionError:
        raise Malformed("the value is nested too deeply") from None
    return text.encode()


def parse(raw: bytes) -> Any:
    """The value of canonical bytes; Malformed when they are not exactly its canonical form."""
    try:
        value = json.loads(
            raw.decode(),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8 at byte {at}", at=error.start) from None
    except json.JSONDecodeError as error:
        raise Malformed("not JSON: {why} at character {at}", why=error.msg, at=error.pos) from None
    except RecursionError:
        raise Malformed("the value is nested too deeply") from None
    expected = canon(value)
    if expected != raw:
        pairs = enumerate(zip(expected, raw, strict=False))
        at = next((at for at, (a, b) in pairs if a != b), min(len(expected), len(raw)))
        raise Malformed("not in canonical form from byte {at}", at=at)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("a key stands twice in one object")
    return found


def _integer(text: str) -> int:
    if len(text) > LONGEST:
        raise Malformed("an integer is beyond 2^53−1")
    return int(text)


def _refuse_number(text: str) -> NoReturn:
    raise Malformed("{value} is not an integer", value=text[:20])


def _check(value: object) -> None:
    match value:
        case str():
            _check_text(value)
        case int():  # and the two booleans
            _check_integer(value)
        case list():
            for item in value:
                _check(item)
        case dict():
            for key, item in value.items():
                _check_key(key)
                _check(item)
        case _:
            raise Malformed(
                "a value of type {type} has no canonical form", type=type(value).__name__
            )


def _check_integer(value: int) -> None:
    if not -MOST <= value <= MOST:
        raise Malformed("an integer is beyond 2^53−1")


def _check_key(key: object) -> None:
    if not (isinstance(key, str) and key and key.isascii()):
        raise Malformed("a key is not a non-empty ASCII text")
    _check_text(key)


def _check_text(text: str) -> None:
    if text.isascii() and text.isprintable():
        return
    if any(unicodedata.category(character) in UNWRITABLE for character in text):
        raise Malformed("a text holds a control character or half of a surrogate pair")
    if not unicodedata.is_normalized("NFC", text):
        raise Malformed("a text is not in Unicode normal form C")


# --- Frames and hashes -----------------------------------------------------------------------


class Hash(Protocol):
    """What hashlib's objects do, as far as it is used here."""

    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...
    def copy(self) -> Self: ...


def new_hash(alg: str) -> Any:
    """A fresh hash; SM3 by our own code where OpenSSL lacks it."""
    if alg not in ALGS:
        raise Malformed("the algorithm {alg} is unknown", alg=alg[:20])
    try:
        return hashlib.new(alg)
    except ValueError:
        return Sm3()


def u32(number: int) -> bytes:
    return struct.pack(">I", number)


def part(value: str | bytes) -> bytes:
    """One part of a frame: its length in eight bytes, then itself."""
    body = value.encode() if isinstance(value, str) else value
    return struct.pack(">Q", len(body)) + body


def frame(tag: str, *parts: str | bytes) -> bytes:
    """Parts put together so that no two different lists give the same bytes."""
    return tag.encode("ascii") + b"\0" + b"".join(part(each) for each in parts)


def digest(alg: str, tag: str, *parts: str | bytes) -> bytes:
    """H(tag, …): the hash of a frame."""
    found = new_hash(alg)
    found.update(frame(tag, *parts))
    answer: bytes = found.digest()
    return answer


class Keyed:
    """F(key, …): HMAC whose two first blocks are hashed once for a whole draw.

    Answers are bytes: their order is the order of the big-endian numbers of the rule.
    """

    def __init__(self, alg: str, key: bytes) -> None:
        padded = key.ljust(BLOCK, b"\0")  # a key is one digest long, never longer than a block
        self._inner, self._outer = new_hash(alg), new_hash(alg)
        self._inner.update(bytes(byte ^ 0x36 for byte in padded))
        self._outer.update(bytes(byte ^ 0x5C for byte in padded))

    def number(self, tag: str, *parts: str | bytes) -> bytes:
        return self.numbers(frame(tag, *parts), [b""])[0]

    def numbers(self, start: bytes, ends: list[bytes]) -> list[bytes]:
        """The numbers of several messages that begin alike; the shared start is hashed once."""
        shared = self._inner.copy()
        shared.update(start)
        found = []
        for end in ends:
            inner, outer = shared.copy(), self._outer.copy()
            inner.update(end)
            outer.update(inner.digest())
            found.append(outer.digest())
        return found


# --- SM3 (GB/T 32905-2016) -------------------------------------------------------------------


def _turn(word: int, by: int) -> int:
    return ((word << by) | (word >> (32 - by))) & WORD


START = (
    *(0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600),
    *(0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E),
)
TURNED = tuple(_turn(0x79CC4519 if j < 16 else 0x7A879D8A, j % 32) for j in range(64))


class Sm3:
    """SM3 by the standard's own steps: right everywhere, a few hundred times slower than C."""

    def __init__(self, data: bytes = b"") -> None:
        self._state: tuple[int, ...] = START
        self._rest, self._length = b"", 0
        self.update(data)

    def copy(self) -> Self:
        twin = type(self)()
        twin._state, twin._rest, twin._length = self._state, self._rest, self._length
        return twin

    def update(self, data: bytes, /) -> None:
        self._length += len(data)
        waiting = self._rest + data
        whole = len(waiting) - len(waiting) % BLOCK
        for at in range(0, whole, BLOCK):
            self._state = _compress(self._state, waiting[at : at + BLOCK])
        self._rest = waiting[whole:]

    def digest(self) -> bytes:
        last = self.copy()
        zeros = (BLOCK - 9 - self._length) % BLOCK
        last.update(b"\x80" + bytes(zeros) + struct.pack(">Q", self._length * 8))
        return struct.pack(">8I", *last._state)


def _expand(block: bytes) -> list[int]:
    words = list(struct.unpack(">16I", block))
    for j in range(16, 68):
        mixed = words[j - 16] ^ words[j - 9] ^ _turn(words[j - 3], 15)
        mixed ^= _turn(mixed, 15) ^ _turn(mixed, 23)
        words.append(mixed ^ _turn(words[j - 13], 7) ^ words[j - 6])
    return words


def _compress(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    words = _expand(block)
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        turned = _turn(a, 12)
        one = _turn((turned + e + TURNED[j]) & WORD, 7)
        two = one ^ turned
        if j < 16:
            first, second = a ^ b ^ c, e ^ f ^ g
        else:
            first, second = (a & b) | (a & c) | (b & c), (e & f) | (~e & g)
        left = (first + d + two + (words[j] ^ words[j + 4])) & WORD
        right = (second + h + one + words[j]) & WORD
        d, c, b, a = c, _turn(b, 9), a, left
        h, g, f = g, _turn(f, 19), e
        e = right ^ _turn(right, 9) ^ _turn(right, 17)
    return tuple(old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True))
