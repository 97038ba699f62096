#!/usr/bin/env python3
"""Checks an exported audit without the portal: Python 3.9 or newer, nothing else.

    python check_audit.py FILE [--heads heads.json]

FILE is the export (JSON lines); heads.json is the list of daily heads, kept from earlier days or
from another office. The answer is 0 clean, 1 broken (the first bad leaf is named), 2 could not run.

How it is built. An event's text (`body`) is hashed as it stands: SHA-256(0x00 ‖ text). The leaves
of a batch form the tree of RFC 6962 section 2.1: SHA-256(0x01 ‖ left ‖ right). Batches are chained:
SHA-256(0x02 ‖ n ‖ first leaf ‖ last leaf ‖ root ‖ previous hash ‖ sealed at), numbers as 8 bytes,
the instant in microseconds since 1970 UTC. A head is the chain's hash at the end of a day: whoever
kept one can show that nothing before it was changed, removed, added or put in another order.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

FORMAT = "portal-audit/1"
Row = dict[str, Any]
START = bytes(32)  # the previous hash of the first batch


class Broken(Exception):
    """What is wrong, and where."""


class Unreadable(Exception):
    """Not a file that this script can judge."""


class Tree:
    """RFC 6962 root of a row of leaves; holds one hash for each level, not the leaves."""

    def __init__(self) -> None:
        self._peaks: list[tuple[int, bytes]] = []  # (number of leaves, hash), ever smaller

    def add(self, leaf: bytes) -> None:
        size = 1
        while self._peaks and self._peaks[-1][0] == size:
            leaf = node_hash(self._peaks.pop()[1], leaf)
            size *= 2
        self._peaks.append((size, leaf))

    def root(self) -> bytes:
        peaks = [peak for _size, peak in self._peaks]
        if not peaks:
            return hashlib.sha256(b"").digest()
        root = peaks.pop()
        while peaks:
            root = node_hash(peaks.pop(), root)
        return root


def leaf_hash(body: str) -> bytes:
    """RFC 6962 leaf hash of an event's text."""
    return hashlib.sha256(b"\x00" + body.encode()).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962 hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def batch_hash(n: int, first: int, last: int, root: bytes, prev: bytes, sealed_at: int) -> bytes:
    """The link of the chain; ``sealed_at`` in microseconds since 1970 UTC."""
    numbers = b"".join(value.to_bytes(8, "big") for value in (n, first, last))
    return hashlib.sha256(b"\x02" + numbers + root + prev + sealed_at.to_bytes(8, "big")).digest()


def root_from_path(leaf: bytes, index: int, size: int, path: Iterable[bytes]) -> bytes:
    """The root that a leaf and its inclusion path lead to (RFC 6962 section 2.1.1)."""
    node, last = leaf, size - 1
    for other in path:
        if index % 2 or index == last:
            node = node_hash(other, node)
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            node = node_hash(node, other)
        index, last = index // 2, last // 2
    return node


class Checker:
    """Reads the export line by line and knows, at each line, what must come next."""

    def __init__(self, heads: Iterable[Row]) -> None:
        self.heads = {head["batch"]: head for head in heads}
        self.streams: dict[str, set[int]] = {}
        self.batch: Row | None = None
        self.tree = Tree()
        self.next_leaf: int | None = None
        self.next_batch = 0
        self.prev: bytes | None = None
        self.whole = False
        self.shown = 0
        self.ended = False

    def line(self, row: Row) -> None:
        if self.ended:
            raise Broken("there is more after the last line")
        if "format" in row:
            self._begin(row)
        elif not self.next_batch:
            raise Broken("the file does not begin with its format")
        elif "batch" in row:
            self._close_batch()
            self._open_batch(row["batch"])
        elif "leaf" in row:
            self._leaf(row)
        else:
            end = row["end"]
            self._close_batch()
            self._end(end)

    def _begin(self, row: Row) -> None:
        if row["format"] != FORMAT:
            raise Unreadable(f"this script reads {FORMAT}, not {row['format']}")
        self.next_batch = row["since"]
        self.whole = row["since"] == 1
        if self.whole:
            self.next_leaf, self.prev = 1, START

    def _open_batch(self, batch: Row) -> None:
        n, first = batch["n"], batch["first"]
        if n != self.next_batch:
            raise Broken(f"batch {self.next_batch} is missing")
        if self.next_leaf is not None and first != self.next_leaf:
            raise Broken(f"batch {n} begins at leaf {first}, not {self.next_leaf}")
        prev = bytes.fromhex(batch["prev"])
        if self.prev is not None and prev != self.prev:
            raise Broken(f"batch {n} does not follow batch {n - 1}")
        root = bytes.fromhex(batch["root"])
        link = batch_hash(n, first, batch["last"], root, prev, batch["sealed_at"])
        if link.hex() != batch["hash"]:
            raise Broken(f"the hash of batch {n} is not that of its content")
        self._compare_head(batch)
        self.batch, self.tree = batch, Tree()
        self.next_leaf, self.prev, self.next_batch = first, link, n + 1

    def _compare_head(self, batch: Row) -> None:
        head = self.heads.pop(batch["n"], None)
        if head and (head["hash"], head["leaves"]) != (batch["hash"], batch["last"]):
            raise Broken("batch {} differs from the head of {}".format(batch["n"], head["date"]))

    def _leaf(self, row: Row) -> None:
        number = row["leaf"]
        if self.batch is None or self.next_leaf is None or number != self.next_leaf:
            raise Broken(f"leaf {number}: leaf {self.next_leaf} was expected")
        self.next_leaf += 1
        if "body" not in row:  # not for the reader of this export; its hash still counts
            self.tree.add(bytes.fromhex(row["hash"]))
            return
        self.shown += 1
        leaf = leaf_hash(row["body"])
        if leaf.hex() != row["hash"]:
            event = "leaf {} (event {})".format(number, row["id"])
            raise Broken(event + ": the text is not the one that was hashed")
        self.tree.add(leaf)
        self._number_in_stream(number, row)

    def _number_in_stream(self, number: int, row: Row) -> None:
        body = json.loads(row["body"])
        stream, seq = body["stream"], body["seq"]
        before = self.streams.setdefault(stream, set())
        if seq in before:
            raise Broken(f"leaf {number}: {stream} has number {seq} twice")
        before.add(seq)

    def _no_gap_in_streams(self) -> None:
        """Only a whole export with every text can show that no number of a stream is missing."""
        if not self.whole or self.shown != (self.next_leaf or 1) - 1:
            return
        for stream, numbers in self.streams.items():
            if max(numbers) != len(numbers):
                missing = min(set(range(1, max(numbers))) - numbers)
                raise Broken(f"{stream}: number {missing} is missing")

    def _close_batch(self) -> None:
        if self.batch is None:
            return
        n, last = self.batch["n"], self.batch["last"]
        if self.next_leaf != last + 1:
            raise Broken(f"leaf {self.next_leaf} of batch {n} is missing")
        if self.tree.root().hex() != self.batch["root"]:
            first = self.batch["first"]
            raise Broken(f"leaves {first} to {last}: not those that batch {n} sealed")
        self.batch = None

    def _end(self, end: Row) -> None:
        self.ended = True
        if end["batches"] != self.next_batch - 1:
            raise Broken("the export says {} batches".format(end["batches"]))

    def finish(self) -> None:
        if not self.ended:
            raise Broken("the file is cut off: its last line is missing")
        self._no_gap_in_streams()
        late = [n for n in self.heads if n >= self.next_batch]
        if late:
            head = self.heads[min(late)]
            message = "the head of {} covers {} leaves, up to batch {}: the export ends before"
            raise Broken(message.format(head["date"], head["leaves"], head["batch"]))


def check(lines: Iterable[bytes], heads: Iterable[Row]) -> Checker:
    """The checker after the last line; raises Broken."""
    checker = Checker(heads)
    for number, line in enumerate(lines, 1):
        try:
            checker.line(json.loads(line))
        except (KeyError, TypeError, ValueError) as error:
            raise Broken(f"line {number} is not a line of an export: {error!r}") from error
    checker.finish()
    return checker


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Checks an exported audit without the portal.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--heads", type=Path, help="heads.json, kept from earlier days")
    given = parser.parse_args(arguments)
    try:
        heads = json.loads(given.heads.read_text("utf-8"))["heads"] if given.heads else []
        with given.file.open("rb") as lines:
            checker = check(lines, heads)
    except Broken as fault:
        sys.stdout.write(f"BROKEN: {fault}\n")
        return 1
    except (OSError, ValueError, KeyError, Unreadable) as error:
        sys.stderr.write(f"could not run: {error!r}\n")
        return 2
    leaves = (checker.next_leaf or 1) - 1
    sys.stdout.write(f"CLEAN: up to leaf {leaves}, {checker.shown} with text\n")
    sys.stdout.write(f"head: {(checker.prev or START).hex()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
