#!/usr/bin/env python3
"""核验双随机抽取记录 / verifies the record of a DRAW-1 draw.

    python3 verify_draw.py RECORD [--annex FILE] [--record-hash HEX]

One line for each step, PASS or FAIL; exit 0 when all pass, 1 otherwise. Python 3.8 or newer, the
standard library only. It shares no code with the portal: two programs check each other. SM3 is
computed here where OpenSSL lacks it, which is slow for large draws.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import re
import struct
import sys
import unicodedata
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import Any

TOP = 2**53 - 1
PARTIES = {"ECO", "MKT", "SUP"}
HEX64 = re.compile("[0-9a-f]{64}")
CLOCK = "([0-9-]{10}T[0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:[.]([0-9]{1,6}))?)?"
TIME = re.compile(CLOCK + "(Z|[+-][0-9]{2}:[0-9]{2})")


class Wrong(Exception):
    """What does not hold, in a sentence."""


def need(holds: Any, otherwise: str) -> None:
    if not holds:
        raise Wrong(otherwise)


def written(value: Any) -> str:
    """The canonical text of a value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        need(abs(value) <= TOP, "an integer is beyond 2^53-1")
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    need(isinstance(value, dict), "null and fractions have no place in a record")
    for key in value:
        need(key and all(ord(letter) < 128 for letter in key), "a key is empty or not ASCII")
    return "{" + ",".join(quoted(key) + ":" + written(value[key]) for key in sorted(value)) + "}"


def quoted(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        kinds = {unicodedata.category(letter) for letter in text}
        need(not kinds & {"Cc", "Cs"}, "a text holds a control character or half a surrogate pair")
        need(unicodedata.normalize("NFC", text) == text, "a text is not in normal form C")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def canon(value: Any) -> bytes:
    try:
        return written(value).encode("utf-8")
    except RecursionError:
        raise Wrong("nested too deeply") from None


def read(path: str) -> Any:
    """The value of a file that is canonical to the byte; twice a key, 1.0 or -0 never are."""
    try:
        raw = Path(path).read_bytes()
        value = json.loads(raw.decode("utf-8"))
    except OSError as error:
        raise Wrong(f"the file cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise Wrong(f"not JSON in UTF-8: {error}") from None
    need(canon(value) == raw, "not in canonical form")
    return value


def sm3(data: bytes) -> bytes:
    """GB/T 32905-2016, straight from its definition."""

    def left(word: int, by: int) -> int:
        by %= 32
        return (word << by | word >> (32 - by)) & 0xFFFFFFFF

    state = struct.unpack(
        ">8I", bytes.fromhex("7380166f4914b2b9172442d7da8a0600a96f30bc163138aae38dee4db0fb0e4e")
    )
    padded = data + b"\x80" + b"\0" * (-(len(data) + 9) % 64) + struct.pack(">Q", 8 * len(data))
    for start in range(0, len(padded), 64):
        w = list(struct.unpack(">16I", padded[start : start + 64]))
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ left(w[j - 3], 15)
            w.append(x ^ left(x, 15) ^ left(x, 23) ^ left(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            early = j < 16
            t = left(0x79CC4519 if early else 0x7A879D8A, j)
            ss1 = left(left(a, 12) + e + t & 0xFFFFFFFF, 7)
            ff = a ^ b ^ c if early else a & b | a & c | b & c
            gg = e ^ f ^ g if early else e & f | ~e & g
            tt1 = ff + d + (ss1 ^ left(a, 12)) + (w[j] ^ w[j + 4]) & 0xFFFFFFFF
            tt2 = gg + h + ss1 + w[j] & 0xFFFFFFFF
            a, b, c, d = tt1, a, left(b, 9), c
            e, f, g, h = tt2 ^ left(tt2, 9) ^ left(tt2, 17), e, left(f, 19), g
        now = (a, b, c, d, e, f, g, h)
        state = tuple(old ^ now[at] for at, old in enumerate(state))
    return struct.pack(">8I", *state)


def framed(tag: str, *parts: Any) -> bytes:
    bodies = [each if isinstance(each, bytes) else each.encode("utf-8") for each in parts]
    return tag.encode() + b"\0" + b"".join(len(body).to_bytes(8, "big") + body for body in bodies)


def moment(text: Any) -> datetime.datetime:
    found: Any = TIME.fullmatch(text) if isinstance(text, str) else None
    need(found, "a time has not its form, or no offset")
    minute, second, fraction, offset = found.groups("")
    offset = "+00:00" if offset == "Z" else offset
    try:
        return datetime.datetime.fromisoformat(f"{minute}:{second or '00'}.{fraction:0<6}{offset}")
    except ValueError:
        raise Wrong(text + " is no time that exists") from None


def date(text: Any) -> None:
    moment(text + "T00:00Z" if isinstance(text, str) else text)


def fits(value: Any, shape: Any, where: str) -> None:
    """Hold a value against its form: type, pattern, bounds, words, list, object or function."""
    if isinstance(shape, dict):
        need(isinstance(value, dict), where + " is not an object")
        known = {key.rstrip("?"): each for key, each in shape.items()}
        odd = set(value) - set(known) | {key for key in shape if key[-1] != "?"} - set(value)
        need(not odd, where + " has unknown or missing keys: " + ", ".join(sorted(odd))[:80])
        for key, each in value.items():
            fits(each, known[key], where + "." + key)
    elif isinstance(shape, list):
        need(isinstance(value, list), where + " is not a list")
        for each in value:
            fits(each, shape[0], where)
    elif isinstance(shape, (tuple, set, re.Pattern)) or shape is str:
        need(simple(value, shape), where + " has a wrong form")
    else:
        shape(value)


def simple(value: Any, shape: Any) -> bool:
    if isinstance(shape, tuple):
        return type(value) is int and shape[0] <= value <= shape[1]
    if isinstance(shape, set):
        return isinstance(value, str) and value in shape
    return isinstance(value, str) and bool(shape is str or shape.fullmatch(value))


def change(value: Any) -> None:
    """A replacement is of one of two kinds."""
    supplementary = isinstance(value, dict) and value.get("kind") == "supplementary"
    fits(value, SUPPLEMENTARY if supplementary else NO_SHOW, "a replacement")


def form(texts: str, **others: Any) -> dict[str, Any]:
    return {**dict.fromkeys(texts.split(), str), **others}


NATURAL, PAST = (0, TOP), {"time": moment}
LOTS, SEATS = [form("id", ticket=HEX64)], [form("slot inspector")]
SECRETS = {party + "?": HEX64 for party in PARTIES}
NO_SHOW = form("institution slot out in reason", kind={"no_show"}, **PAST)
SUPPLEMENTARY = form("stratum out in reason", kind={"supplementary"}, **PAST)
SUPPLEMENTARY.update({"slots": SEATS, "unfilled": [str]})
HEAD = form("draw_id", ruleset={"DRAW-1"}, alg={"sha256", "sm3"})
PUBLIC = form("authority beacon", for_date=date, **HEAD)
PUBLIC["strata"] = [form("name", ratio_bp=NATURAL, floor=NATURAL)]
PUBLIC["institutions"] = [form("id stratum", weight=(1, 10))]
PUBLIC.update({"excluded": [form("id reason")], "slots": [form("name dept")]})
ANNEX = {"salt": HEX64, "conflicts": [[str]]}
ANNEX["inspectors"] = [form("id dept", max_load=NATURAL, prior_load=NATURAL)]
STAGES = ["frozen", "committed_", "revealed_", "void", "executed", "published"]
TIMES = {each + "?": moment for each in STAGES if each[-1] != "_" and each != "void"}
TIMES.update({step + each + "?": moment for step in STAGES[1:3] for each in PARTIES})
ALWAYS = {**HEAD, "attempt": (1, 2**32 - 1), "public": PUBLIC, "times": TIMES, "annex?": ANNEX}
ALWAYS.update(dict.fromkeys(["annex_hash", "pool_hash", "record_hash"], HEX64))
SHORT = ["inputs", "pool_hash", "times", "commitments", "record_hash"]
LONG = SHORT[:4] + ["key", "strata", "teams", "replacements", "record_hash"]
CEREMONY = {"commitments": SECRETS, "struck": [form("id reason evidence")], "reveals": SECRETS}
VOID = {**ALWAYS, **{key + "?": each for key, each in CEREMONY.items()}}
VOID["void"] = form("reason", party=PARTIES | {""}, time=moment)
DONE = {**ALWAYS, **CEREMONY, **form("beacon", key=HEX64, replacements=[change])}
DONE["strata"] = [form("name", quota=NATURAL, picked=LOTS, reserve=LOTS)]
DONE["teams"] = [form("institution", slots=SEATS, unfilled=[str])]


def once(names: Iterable[Any], what: str) -> set[Any]:
    listed = list(names)
    need(len(set(listed)) == len(listed), what + " stands twice")
    return set(listed)


class Duty:
    """The inspectors, their loads, and the rule that sends them."""

    def __init__(self, annex: Any, number: Callable[..., bytes]) -> None:
        self.number = number
        self.dept = {each["id"]: each["dept"] for each in annex["inspectors"]}
        self.most = {each["id"]: each["max_load"] for each in annex["inspectors"]}
        self.load = {each["id"]: each["prior_load"] for each in annex["inspectors"]}
        self.barred: dict[str, set[str]] = {}
        for who, institution in annex["conflicts"]:
            self.barred.setdefault(institution, set()).add(who)

    def ranked(self, slot: Any, task: str, team: Iterable[str]) -> list[str]:
        """A task's candidates by (F, id)."""
        out = self.barred.get(task, set()) | set(team)
        people = [p for p in self.dept if slot["dept"] in ("*", self.dept[p]) and p not in out]
        return sorted(people, key=lambda p: (self.number("DRAW1/insp", slot["name"], task, p), p))

    def one(self, slot: Any, task: str, team: Iterable[str]) -> str:
        """Who comes in a replacement: rising caps, first pass only."""
        free = [p for p in self.ranked(slot, task, team) if self.load[p] < self.most[p]]
        found = min(free, key=self.load.__getitem__) if free else ""
        if found:
            self.load[found] += 1
        return found

    def fill(self, slot: Any, tasks: list[str], teams: dict[str, dict[str, str]]) -> None:
        """One slot of all tasks."""
        self.order = {task: at for at, task in enumerate(tasks)}
        self.staff = {who for who in self.dept if slot["dept"] in ("*", self.dept[who])}
        self.rank = {task: self.ranked(slot, task, teams[task].values()) for task in tasks}
        self.holds: dict[str, set[str]] = {who: set() for who in self.dept}
        for task in tasks:
            cap = self.cap(task)
            if cap:
                run(self.place(task, cap, set()))
        for who, held in self.holds.items():
            for task in held:
                teams[task][slot["name"]] = who

    def cap(self, task: str) -> int:
        """The first cap that succeeds: 1 + the least load below its maximum within reach, or 0."""
        left, reached, fresh = set(self.staff), [], [task]
        while fresh and left:
            for who in left.intersection(self.rank[fresh.pop()]):
                left.remove(who)
                reached.append(who)
                fresh += self.holds[who]
        return min((self.load[p] + 1 for p in reached if self.load[p] < self.most[p]), default=0)

    def place(self, task: str, cap: int, seen: set[str]) -> Generator[Any, Any, bool]:
        """Place(task, cap, seen) as the rule says it; recursion is `run`'s."""
        turn = sorted(self.rank[task], key=self.load.__getitem__)
        for who in turn:
            if who not in seen and self.load[who] < min(cap, self.most[who]):
                self.move(task, who, 1)
                return True
        for who in turn:
            if who in seen:
                continue
            seen.add(who)
            for other in sorted(self.holds[who], key=self.order.__getitem__):
                self.move(other, who, -1)
                if (yield self.place(other, cap, seen)):
                    self.move(task, who, 1)
                    return True
                self.move(other, who, 1)
        return False

    def move(self, task: str, who: str, by: int) -> None:
        self.holds[who] ^= {task}
        self.load[who] += by


def run(first: Generator[Any, Any, bool]) -> None:
    """Recursion without the machine's stack: a generator yields the call whose answer it wants."""
    stack, answer = [first], None
    while stack:
        try:
            stack.append(stack[-1].send(answer))
            answer = None
        except StopIteration as end:
            stack.pop()
            answer = end.value


class Case:
    """A record with what follows from it; every method `step_` is one step."""

    def __init__(self, told: Any, annex: Any, published: str) -> None:
        self.told, self.public, self.published = told, told["public"], published
        self.annex = annex if annex is not None else told.get("annex")
        need(self.annex == told.get("annex", self.annex), "two different annexes are given")
        self.void = "void" in told
        self.own = self.public["alg"] == "sm3" and "sm3" not in hashlib.algorithms_available
        key = bytes.fromhex(told.get("key", "")).ljust(64, b"\0")
        self.pads = [bytes(byte ^ pad for byte in key) for pad in (0x36, 0x5C)]

    def hash(self, data: bytes) -> bytes:
        return sm3(data) if self.own else hashlib.new(self.public["alg"], data).digest()

    def h(self, tag: str, *parts: Any) -> bytes:
        return self.hash(framed(tag, *parts))

    def number(self, tag: str, *parts: Any) -> bytes:
        return self.hash(self.pads[1] + self.hash(self.pads[0] + framed(tag, *parts)))

    def step_inputs(self) -> str:
        told, public, annex = self.told, self.public, self.annex
        for name in HEAD:
            need(told[name] == public[name], name + " is not the one of public")
        strata = once((each["name"] for each in public["strata"]), "a stratum")
        once((each["name"] for each in public["slots"]), "a slot")
        once((each["id"] for each in public["institutions"] + public["excluded"]), "an institution")
        pool = {each["id"] for each in public["institutions"]}
        need({each["stratum"] for each in public["institutions"]} <= strata, "a stratum is unknown")
        self.struck = once((each["id"] for each in told.get("struck", [])), "a struck id")
        need(self.struck <= pool, "a struck id is not in the pool")
        if annex is None:
            return "without the annex"
        fits(annex, ANNEX, "annex")
        people = once((each["id"] for each in annex["inspectors"]), "an inspector")
        for each in annex["conflicts"]:
            need(len(each) == 2 and each[0] in people and each[1] in pool, "a conflict is strange")
        once(map(tuple, annex["conflicts"]), "a conflict")
        return "with the annex"

    def step_pool_hash(self) -> str:
        bound = bytes.fromhex(self.told["annex_hash"])
        if self.annex is not None:
            need(self.h("DRAW1/annex", canon(self.annex)) == bound, "annex_hash is not the annex's")
        self.pool = self.h("DRAW1/pool", self.h("DRAW1/public", canon(self.public)), bound)
        need(self.pool.hex() == self.told["pool_hash"], "pool_hash is not that of public and annex")
        return self.pool.hex()

    def step_times(self) -> str:
        times = {name: moment(each) for name, each in self.told["times"].items()}
        if self.void:
            need("executed" not in times, "a void attempt was not executed")
            times["void"] = moment(self.told["void"]["time"])
        last = None
        for stage in STAGES:
            here = [each for name, each in times.items() if name.startswith(stage)]
            need(not here or last is None or last <= min(here), stage + " is before its turn")
            last = max(here) if here else last
        return "in order"

    def step_commitments(self) -> str:
        shown, reveals = self.told.get("commitments", {}), self.told.get("reveals", {})
        if self.void:
            need(len(reveals) < 2, "both reveals were in: this attempt cannot be void")
            need(len(shown) <= 2 and not (reveals and len(shown) < 2), "a reveal came too early")
        need(self.void or len(shown) == len(reveals) == 2, "not exactly two have revealed")
        attempt = struct.pack(">I", self.told["attempt"])
        self.opened: list[Any] = []
        for party in sorted(reveals):
            secret = bytes.fromhex(reveals[party])
            made = self.h("DRAW1/commit", self.told["draw_id"], attempt, party, self.pool, secret)
            need(made.hex() == shown.get(party), party + " does not open its commitment")
            self.opened += [party, made, secret]
        return f"{len(reveals)} of {len(shown)} opened"

    def step_key(self) -> str:
        told, beacon = self.told, self.told["beacon"]
        need(bool(beacon) == bool(self.public["beacon"]), "beacon and announcement differ")
        start = [told["draw_id"], struct.pack(">I", told["attempt"]), self.pool]
        struck = self.h("DRAW1/struck", canon(told["struck"]))
        made = self.h("DRAW1/seed", *start, struck, *self.opened, beacon).hex()
        need(made == told["key"], "the key does not follow from what was frozen and revealed")
        return made

    def step_strata(self) -> str:
        self.picks: list[tuple[bytes, str]] = []
        self.spare: dict[str, list[str]] = {}
        self.layer: dict[str, str] = {}
        made: list[dict[str, Any]] = []
        for layer in self.public["strata"]:
            name = layer["name"]
            members = [each for each in self.public["institutions"] if each["stratum"] == name]
            staying = [each for each in members if each["id"] not in self.struck]
            lots = sorted((self.ticket(each), each["id"]) for each in staying)
            ratio = (len(members) * layer["ratio_bp"] + 9999) // 10000
            quota = min(len(members), max(layer["floor"], ratio))
            self.picks += lots[:quota]
            self.spare[name] = [institution for _, institution in lots[quota:]]
            self.layer.update({institution: name for _, institution in lots})
            shown = [{"id": institution, "ticket": ticket.hex()} for ticket, institution in lots]
            made.append({"name": name, "quota": quota, "picked": shown[:quota]})
            made[-1]["reserve"] = shown[quota:]
        need(made == self.told["strata"], "these are not the institutions that the key draws")
        return f"{len(self.picks)} institutions drawn"

    def ticket(self, member: Any) -> bytes:
        head = ("DRAW1/inst", member["stratum"], member["id"])
        return min(self.number(*head, struct.pack(">I", j + 1)) for j in range(member["weight"]))

    def step_teams(self) -> str:
        told, slots = self.told["teams"], self.public["slots"]
        tasks = [institution for _, institution in sorted(self.picks)]
        self.teams: dict[str, dict[str, str]] = {task: {} for task in tasks}
        if self.annex is None:
            need([each["institution"] for each in told] == tasks, "the teams are not in draw order")
            self.teams = {each["institution"]: seated(each) for each in told}
        else:
            self.duty = Duty(self.annex, self.number)
            for slot in slots:
                self.duty.fill(slot, tasks, self.teams)
        made = [{"institution": task, **self.shown(self.teams[task])} for task in tasks]
        need(made == told, "these are not the teams that the key draws")
        return "drawn again" if self.annex else "order and form only, without the annex"

    def shown(self, team: dict[str, str]) -> dict[str, Any]:
        """A team as the record writes it: declared order, nobody twice."""
        need(len(set(team.values())) == len(team), "an inspector stands twice in a team")
        order = [slot["name"] for slot in self.public["slots"]]
        filled = [{"slot": name, "inspector": team[name]} for name in order if name in team]
        return {"slots": filled, "unfilled": [name for name in order if name not in team]}

    def step_replacements(self) -> str:
        for told in self.told["replacements"]:
            right = self.no_show(told) if told["kind"] == "no_show" else self.supplementary(told)
            need({**told, **right} == told, "a replacement is not what the rule answers")
        return "computed again" if self.annex else "form only, without the annex"

    def no_show(self, told: Any) -> Any:
        team, slot, out = self.teams.get(told["institution"], {}), told["slot"], told["out"]
        need(team.get(slot) == out, out + " does not stand there")
        del team[slot]
        found = told["in"]
        need(found != out and found not in team.values(), found + " is in the team already")
        if self.annex is not None:
            self.duty.load[out] -= 1
            where = next(each for each in self.public["slots"] if each["name"] == slot)
            found = self.duty.one(where, told["institution"], [out, *team.values()])
        team.update({slot: found} if found else {})
        return {"in": found}

    def supplementary(self, told: Any) -> Any:
        out, stratum = told["out"], told["stratum"]
        need(out in self.teams and self.layer[out] == stratum, out + " is not drawn there")
        need(self.spare[stratum], "no reserve is left in " + stratum)
        del self.teams[out]
        called = self.spare[stratum].pop(0)
        team = self.teams[called] = seated(told) if self.annex is None else {}
        for slot in self.public["slots"] if self.annex else ():
            found = self.duty.one(slot, called, team.values())
            team.update({slot["name"]: found} if found else {})
        return {"in": called, **self.shown(team)}

    def step_record_hash(self) -> str:
        body = {key: self.told[key] for key in set(self.told) - {"record_hash", "annex"}}
        made = self.h("DRAW1/record", canon(body)).hex()
        need(made == self.told["record_hash"], "record_hash is not the hash of this record")
        need(self.published in ("", made), "this is not the record whose hash was published")
        return made


def seated(told: Any) -> dict[str, str]:
    return {each["slot"]: each["inspector"] for each in told["slots"]}


def steps(args: argparse.Namespace) -> Iterator[tuple[str, bool, str]]:
    """The steps in order; the first that fails ends them, as all later ones rest on it."""
    name = "form"
    try:
        told = read(args.record)
        fits(told, VOID if isinstance(told, dict) and "void" in told else DONE, "record")
        case = Case(told, read(args.annex) if args.annex else None, args.record_hash.strip())
        yield name, True, "canonical, and every field is known"
        for name in SHORT if case.void else LONG:
            yield name, True, getattr(case, "step_" + name)()
    except Wrong as refusal:
        yield name, False, str(refusal)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("record")
    parser.add_argument("--annex", default="")
    parser.add_argument("--record-hash", default="")
    failed = False
    for name, holds, line in steps(parser.parse_args()):
        failed = failed or not holds
        told = "{} {}: {}\n".format("PASS" if holds else "FAIL", name, line)
        sys.stdout.buffer.write(told.encode("utf-8", "replace"))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
