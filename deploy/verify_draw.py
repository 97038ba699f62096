#!/usr/bin/env python3
"""核验双随机抽取记录 / verifies the record of a DRAW-1 draw.

    python3 verify_draw.py RECORD [--annex FILE] [--record-hash HEX] [--lang zh|en]

每步一行，PASS 为相符，FAIL 为不符；全部相符退出码为 0，否则为 1。
One line for each step, PASS or FAIL; exit 0 when all pass, 1 otherwise. Python 3.8 or newer, the
standard library only. It shares no code with the portal: two programs check each other. SM3 is
computed here where OpenSSL lacks it, which is slow for large draws.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import os
import re
import struct
import sys
import unicodedata
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import Any

TOP = 2**53 - 1
MOST = 64 * 1024 * 1024  # bytes of a file; a whole province's record is a third of it
PARTIES = {"ECO", "MKT", "SUP"}
HEX64 = re.compile("[0-9a-f]{64}")
CLOCK = "([0-9-]{10}T[0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:[.]([0-9]{1,6}))?)?"
TIME = re.compile(CLOCK + "(Z|[+-][0-9]{2}:[0-9]{2})")


Line = Any  # a pair: an English sentence with gaps, and what fills them
LABELS = {
    "form": "格式",
    "inputs": "输入",
    "pool_hash": "名录校验值",
    "times": "时间顺序",
    "commitments": "承诺和揭示",
    "key": "种子",
    "strata": "抽取机构",
    "teams": "抽取检查人员",
    "replacements": "替换",
    "record_hash": "记录校验值",
}
CHINESE = {
    "an integer is beyond 2^53-1": "整数超过 2^53-1",
    "null and fractions have no place in a record": "记录中不能有空值和小数",
    "a key is empty or not ASCII": "键为空或不是 ASCII 文字",
    "a text holds a control character or half a surrogate pair": "文字中有控制字符或不完整的字符",
    "a text is not in normal form C": "文字不是 Unicode 规范形式 C",
    "nested too deeply": "嵌套过深",
    "the file is larger than 64 MB": "文件超过 64 MB",
    "the file cannot be read: {why}": "文件无法读取：{why}",
    "the file needs more memory than there is": "内存不足，无法读取这份文件",
    "not JSON in UTF-8: {why}": "不是 UTF-8 编码的 JSON：{why}",
    "not in canonical form": "不是规范格式",
    "a time has not its form, or no offset": "时间的格式不对，或没有时区",
    "{text} is no time that exists": "{text} 不是存在的时间",
    "{where} is not an object": "{where} 不是对象",
    "{where} has unknown or missing keys: {keys}": "{where} 有多余或缺少的字段：{keys}",
    "{where} is not a list": "{where} 不是列表",
    "{where} has a wrong form": "{where} 的格式不对",
    "two different annexes are given": "给了两份不同的附件",
    "{name} is not the one of public": "{name} 与公开部分不一致",
    "a stratum stands twice": "层重复",
    "a slot stands twice": "席位重复",
    "an institution stands twice": "机构重复",
    "a struck id stands twice": "剔除的机构重复",
    "an inspector stands twice": "检查人员重复",
    "a conflict stands twice": "回避重复",
    "a stratum is unknown": "有机构的层没有列出",
    "a struck id is not in the pool": "剔除的机构不在名录中",
    "a conflict is strange": "回避中的人员或机构没有列出",
    "annex_hash is not the annex's": "annex_hash 与附件不符",
    "pool_hash is not that of public and annex": "pool_hash 与公开部分和附件不符",
    "a void attempt was not executed": "作废的一次不应有抽取时间",
    "{stage} is before its turn": "{stage} 的时间早于应有的顺序",
    "both reveals were in: this attempt cannot be void": "双方均已揭示，这一次不可能作废",
    "a reveal came too early": "在双方承诺之前就有了揭示",
    "not exactly two have revealed": "双方没有都揭示",
    "{party} does not open its commitment": "{party} 的随机数与其承诺值不符",
    "beacon and announcement differ": "公共随机源的公布内容与事先的预告不一致",
    "the key does not follow from what was frozen and revealed": "种子不是由冻结和揭示的内容算出的",
    "these are not the institutions that the key draws": "这些不是种子应抽中的机构",
    "the teams are not in draw order": "检查组的顺序不对",
    "these are not the teams that the key draws": "这些不是种子应抽中的检查组",
    "an inspector stands twice in a team": "检查组中有人员重复",
    "a replacement is not what the rule answers": "有一次替换不是规则应得的结果",
    "{name} does not stand there": "那个席位上不是 {name}",
    "{name} is in the team already": "{name} 已在检查组中",
    "{name} is not drawn there": "{name} 不是那一层抽中的机构",
    "no reserve is left in {name}": "层 {name} 没有备选机构了",
    "record_hash is not the hash of this record": "record_hash 与这份记录不符",
    "this is not the record whose hash was published": "这不是公布校验值的那份记录",
    "canonical, and every field is known": "格式规范，各字段均在规定之列",
    "with the annex": "含附件",
    "without the annex": "没有附件",
    "{hash}": "{hash}",
    "in order": "先后无误",
    "{opened} of {shown} opened": "承诺值 {shown} 个，{opened} 个已揭示且相符",
    "{count} institutions drawn": "抽中 {count} 家，一致",
    "drawn again": "已用附件重新抽取，一致",
    "order and form only, without the annex": "只核对了顺序和形式；没有附件，未重新抽取",
    "computed again": "已重新计算，一致",
    "form only, without the annex": "只核对了形式；没有附件，未重新计算",
}


class Wrong(Exception):
    """What does not hold: an English sentence with gaps, and what fills them."""

    def __init__(self, sentence: str, **words: Any) -> None:
        super().__init__(sentence.format(**words))
        self.sentence, self.words = sentence, words


def need(holds: Any, otherwise: str, **words: Any) -> None:
    if not holds:
        raise Wrong(otherwise, **words)


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
        with Path(path).open("rb") as file:
            raw = file.read(MOST + 1)
        need(len(raw) <= MOST, "the file is larger than 64 MB")
        value = json.loads(raw.decode("utf-8"))
    except OSError as error:
        raise Wrong("the file cannot be read: {why}", why=error.strerror) from None
    except (ValueError, RecursionError) as error:
        raise Wrong("not JSON in UTF-8: {why}", why=error) from None
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
        raise Wrong("{text} is no time that exists", text=text) from None


def date(text: Any) -> None:
    moment(text + "T00:00Z" if isinstance(text, str) else text)


def fits(value: Any, shape: Any, where: str) -> None:
    """Hold a value against its form: type, pattern, bounds, words, list, object or function."""
    if isinstance(shape, dict):
        need(isinstance(value, dict), "{where} is not an object", where=where)
        known = {key.rstrip("?"): each for key, each in shape.items()}
        odd = set(value) - set(known) | {key for key in shape if key[-1] != "?"} - set(value)
        keys = ", ".join(sorted(odd))[:80]
        need(not odd, "{where} has unknown or missing keys: {keys}", where=where, keys=keys)
        for key, each in value.items():
            fits(each, known[key], where + "." + key)
    elif isinstance(shape, list):
        need(isinstance(value, list), "{where} is not a list", where=where)
        for each in value:
            fits(each, shape[0], where)
    elif isinstance(shape, (tuple, set, re.Pattern)) or shape is str:
        need(simple(value, shape), "{where} has a wrong form", where=where)
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


def once(names: Iterable[Any], twice: str) -> set[Any]:
    listed = list(names)
    need(len(set(listed)) == len(listed), twice)
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

    def step_inputs(self) -> Line:
        told, public, annex = self.told, self.public, self.annex
        for name in HEAD:
            need(told[name] == public[name], "{name} is not the one of public", name=name)
        strata = once((each["name"] for each in public["strata"]), "a stratum stands twice")
        once((each["name"] for each in public["slots"]), "a slot stands twice")
        once(
            (each["id"] for each in public["institutions"] + public["excluded"]),
            "an institution stands twice",
        )
        pool = {each["id"] for each in public["institutions"]}
        need({each["stratum"] for each in public["institutions"]} <= strata, "a stratum is unknown")
        self.struck = once(
            (each["id"] for each in told.get("struck", [])), "a struck id stands twice"
        )
        need(self.struck <= pool, "a struck id is not in the pool")
        if annex is None:
            return "without the annex", {}
        fits(annex, ANNEX, "annex")
        people = once((each["id"] for each in annex["inspectors"]), "an inspector stands twice")
        for each in annex["conflicts"]:
            need(len(each) == 2 and each[0] in people and each[1] in pool, "a conflict is strange")
        once(map(tuple, annex["conflicts"]), "a conflict stands twice")
        return "with the annex", {}

    def step_pool_hash(self) -> Line:
        bound = bytes.fromhex(self.told["annex_hash"])
        if self.annex is not None:
            need(self.h("DRAW1/annex", canon(self.annex)) == bound, "annex_hash is not the annex's")
        self.pool = self.h("DRAW1/pool", self.h("DRAW1/public", canon(self.public)), bound)
        need(self.pool.hex() == self.told["pool_hash"], "pool_hash is not that of public and annex")
        return "{hash}", {"hash": self.pool.hex()}

    def step_times(self) -> Line:
        times = {name: moment(each) for name, each in self.told["times"].items()}
        if self.void:
            need("executed" not in times, "a void attempt was not executed")
            times["void"] = moment(self.told["void"]["time"])
        last = None
        for stage in STAGES:
            here = [each for name, each in times.items() if name.startswith(stage)]
            need(
                not here or last is None or last <= min(here),
                "{stage} is before its turn",
                stage=stage,
            )
            last = max(here) if here else last
        return "in order", {}

    def step_commitments(self) -> Line:
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
            need(
                made.hex() == shown.get(party), "{party} does not open its commitment", party=party
            )
            self.opened += [party, made, secret]
        return "{opened} of {shown} opened", {"opened": len(reveals), "shown": len(shown)}

    def step_key(self) -> Line:
        told, beacon = self.told, self.told["beacon"]
        need(bool(beacon) == bool(self.public["beacon"]), "beacon and announcement differ")
        start = [told["draw_id"], struct.pack(">I", told["attempt"]), self.pool]
        struck = self.h("DRAW1/struck", canon(told["struck"]))
        made = self.h("DRAW1/seed", *start, struck, *self.opened, beacon).hex()
        need(made == told["key"], "the key does not follow from what was frozen and revealed")
        return "{hash}", {"hash": made}

    def step_strata(self) -> Line:
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
        return "{count} institutions drawn", {"count": len(self.picks)}

    def ticket(self, member: Any) -> bytes:
        head = ("DRAW1/inst", member["stratum"], member["id"])
        return min(self.number(*head, struct.pack(">I", j + 1)) for j in range(member["weight"]))

    def step_teams(self) -> Line:
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
        return "drawn again" if self.annex else "order and form only, without the annex", {}

    def shown(self, team: dict[str, str]) -> dict[str, Any]:
        """A team as the record writes it: declared order, nobody twice."""
        need(len(set(team.values())) == len(team), "an inspector stands twice in a team")
        order = [slot["name"] for slot in self.public["slots"]]
        filled = [{"slot": name, "inspector": team[name]} for name in order if name in team]
        return {"slots": filled, "unfilled": [name for name in order if name not in team]}

    def step_replacements(self) -> Line:
        for told in self.told["replacements"]:
            right = self.no_show(told) if told["kind"] == "no_show" else self.supplementary(told)
            need({**told, **right} == told, "a replacement is not what the rule answers")
        return "computed again" if self.annex else "form only, without the annex", {}

    def no_show(self, told: Any) -> Any:
        team, slot, out = self.teams.get(told["institution"], {}), told["slot"], told["out"]
        need(team.get(slot) == out, "{name} does not stand there", name=out)
        del team[slot]
        found = told["in"]
        need(
            found != out and found not in team.values(), "{name} is in the team already", name=found
        )
        if self.annex is not None:
            self.duty.load[out] -= 1
            where = next(each for each in self.public["slots"] if each["name"] == slot)
            found = self.duty.one(where, told["institution"], [out, *team.values()])
        team.update({slot: found} if found else {})
        return {"in": found}

    def supplementary(self, told: Any) -> Any:
        out, stratum = told["out"], told["stratum"]
        need(
            out in self.teams and self.layer[out] == stratum, "{name} is not drawn there", name=out
        )
        need(self.spare[stratum], "no reserve is left in {name}", name=stratum)
        del self.teams[out]
        called = self.spare[stratum].pop(0)
        team = self.teams[called] = seated(told) if self.annex is None else {}
        for slot in self.public["slots"] if self.annex else ():
            found = self.duty.one(slot, called, team.values())
            team.update({slot["name"]: found} if found else {})
        return {"in": called, **self.shown(team)}

    def step_record_hash(self) -> Line:
        body = {key: self.told[key] for key in set(self.told) - {"record_hash", "annex"}}
        made = self.h("DRAW1/record", canon(body)).hex()
        need(made == self.told["record_hash"], "record_hash is not the hash of this record")
        need(self.published in ("", made), "this is not the record whose hash was published")
        return "{hash}", {"hash": made}


def seated(told: Any) -> dict[str, str]:
    return {each["slot"]: each["inspector"] for each in told["slots"]}


def steps(args: argparse.Namespace) -> Iterator[tuple[str, bool, Line]]:
    """The steps in order; the first that fails ends them, as all later ones rest on it."""
    name = "form"
    try:
        told = read(args.record)
        fits(told, VOID if isinstance(told, dict) and "void" in told else DONE, "record")
        case = Case(told, read(args.annex) if args.annex else None, args.record_hash.strip())
        yield name, True, ("canonical, and every field is known", {})
        for name in SHORT if case.void else LONG:
            yield name, True, getattr(case, "step_" + name)()
    except Wrong as refusal:
        yield name, False, (refusal.sentence, refusal.words)
    except MemoryError:
        yield name, False, ("the file needs more memory than there is", {})


def spoken() -> str:
    """As the machine speaks: English where it says so, Chinese otherwise."""
    told = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    return "en" if next(filter(None, told), "").startswith("en") else "zh"


def said(lang: str, name: str, holds: bool, line: Line) -> str:
    sentence, words = line
    mark = "PASS" if holds else "FAIL"
    if lang == "en":
        return f"{mark} {name}: {sentence.format(**words)}\n"
    chinese = CHINESE[sentence].format(**words)
    return f"{mark} {name}（{LABELS[name]}）：{chinese}\n"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("record")
    parser.add_argument("--annex", default="")
    parser.add_argument("--record-hash", default="")
    parser.add_argument("--lang", choices=("zh", "en"), default=spoken())
    args = parser.parse_args()
    failed = False
    for name, holds, line in steps(args):
        failed = failed or not holds
        sys.stdout.buffer.write(said(args.lang, name, holds, line).encode("utf-8", "replace"))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
