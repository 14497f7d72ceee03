"""Random payloads and random walks over them: well-typed, small, and rich in what the machines could disagree about."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from digiskills_simulator.payload_machine import PayloadMachine

Json = dict[str, Any]

INTEGERS = (0, 1, 2, 3, 5, -1, -7, 100, 2**31, 94906267, 2**53 - 1, -(2**53 - 1))
STRINGS = ("", "a", "an", "Lan", "lan", "Nguyễn", "Nguye\u0302\u0303n", "4711", "đ")  # typed ones need not be in NFC
SYMBOLS = ("fake", "real", "none")
TYPED = (
    "", "0", "7", "1.250.000 đ", "1234567890123", "  Lan   Anh ", "Nguye\u0302\u0303n\u00a0Thị", "\u200b☃a😀b\u0301",
    "•12•", "a-1 b-2", "x" * 80,
    "e\u2603\u0301", "\u0007\u0085tab\tbell", "“q” – ₫", "²³½", "ＡＢＣ１２", "\u0344\u0390", "ﬁ ſ Å", "12 34 56 78 90",
)  # fmt: skip
KINDS = ("amount", "digits", "passcode", "text")


class PayloadMaker:
    """Makes one payload from a stream of random numbers. Names: a0… apps, s0… screens, n0… notices, w0… widgets (four characters)."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        makers = {
            "int": lambda: rng.choice(INTEGERS),
            "bool": lambda: rng.random() < 0.5,
            "str": lambda: "",
            "sym": lambda: rng.choice(SYMBOLS),
        }
        kinds = ["int", "int", "bool", "bool", "str", "sym", *rng.choices(list(makers), k=rng.randrange(4))]
        self.types = {f"v{number}": kind for number, kind in enumerate(kinds)}
        self.vars = {name: makers[kind]() for name, kind in self.types.items()}
        self.apps = [f"app{number}" for number in range(rng.randint(1, 3))]
        self.screens = [f"scr{number}" for number in range(rng.randint(len(self.apps), 6))]
        self.notices = [f"no{number:02}" for number in range(rng.choice((0, 2, 10)))]
        self._widgets = 0

    def payload(self) -> Json:
        rng = self.rng
        screens = {name: self._screen(self.apps[number % len(self.apps)]) for number, name in enumerate(self.screens)}
        apps = [
            {"id": app, "kind": "inbox", "icon": "chat", "title": "App", "start": self.screens[number]} | self._maybe("show", 0.2)
            for number, app in enumerate(self.apps)
        ]
        return {
            "schema": "payload/1", "engine": 1, "task": "T0-01", "version": 1, "run": "counted", "language": "en",
            "title": "T", "goal": "G", "why": "W", "brief": "B", "start": self._place(), "waits": True,
            "vars": self.vars, "apps": apps, "screens": screens,
            "notices": {name: {"screen": rng.choice(self.screens), "text": "N"} for name in self.notices},
            "events": [self._maybe("when", 0.9) | {"do": self._rules(1)} for _ in range(rng.randrange(5))],
        }  # fmt: skip

    def _screen(self, app: str) -> Json:
        rng = self.rng
        enter = [self._maybe("when", 0.6) | self._effects() for _ in range(rng.randrange(3))] if rng.random() < 0.4 else []
        body: Json = {
            "app": app,
            "title": "S",
            "back": self._place(),
            "enter": enter,
            "widgets": [self._widget() for _ in range(rng.randint(1, 6))],
        }
        return body | ({"modal": True} if rng.random() < 0.15 else {})

    def _widget(self) -> Json:
        rng = self.rng
        self._widgets += 1
        kind = rng.choice(("button", "button", "item", "bubble", "input", "choice", "toggle", "scan", "text"))
        widget: Json = {"type": kind, "id": f"w{self._widgets:03}"} | self._maybe("show", 0.25)
        if kind == "text":
            return {"type": kind, "text": "T"} | self._maybe("show", 0.25)
        widget |= self._maybe("enabled", 0.2) | ({"do": self._rules(0)} if rng.random() < 0.85 else {})
        if kind in ("button", "item", "bubble"):
            return widget | {"text": "B"} | ({"from": "them"} if kind == "bubble" else {})
        widget["label"] = "L"
        return widget | {"input": self._input, "toggle": self._toggle, "choice": self._options, "scan": self._options}[kind]()

    def _input(self) -> Json:
        kind = self.rng.choice(KINDS)
        body: Json = {"kind": kind, "to": self._named("int" if kind == "amount" else "str")}
        return body | ({"max": self.rng.choice((1, 4, 12, 60))} if self.rng.random() < 0.6 else {})

    def _toggle(self) -> Json:
        return {"to": self._named("bool")} if self.rng.random() < 0.8 else {}

    def _options(self) -> Json:
        to = self._named(self.rng.choice(("sym", "int", "str"))) if self.rng.random() < 0.8 else None
        options = []
        for number in range(self.rng.randint(1, 4)):
            value = {} if to is None else {"value": self._literal(self.types[to])}
            options.append({"id": f"op{number:02}", "text": "O"} | value | self._maybe("show", 0.25))
        return {"options": options} | ({} if to is None else {"to": to})

    def _rules(self, least: int) -> list[Json]:
        return [self._rule() for _ in range(self.rng.randint(max(1, least), 3))]

    def _rule(self) -> Json:
        rng = self.rng
        rule = self._maybe("when", 0.6) | self._effects()
        move = rng.choice(("go", "go", "interrupt", "resume", None, None))
        if move is not None:
            rule[move] = True if move == "resume" else self._place() if move == "go" else rng.choice(self.screens)
        return rule | ({"undo": True} if rng.random() < 0.2 else {}) | ({"end": True} if rng.random() < 0.02 else {})

    def _effects(self) -> Json:
        rng = self.rng
        names = rng.sample(list(self.types), k=rng.randrange(3))
        effects: Json = {"set": {name: self.expression(self.types[name], 3) for name in names}} if names else {}
        if self.notices and rng.random() < 0.4:
            for key in rng.choice((("notify",), ("notify",), ("dismiss",), ("notify", "dismiss"))):
                several = rng.sample(self.notices, k=rng.randint(2, min(8, len(self.notices))))
                effects[key] = several if rng.random() < 0.3 else several[0]
        return effects | ({"toast": ["T ", {"v": self._named("int"), "f": "money"}]} if rng.random() < 0.2 else {})

    def expression(self, kind: str, depth: int) -> Any:
        """An expression of a type, at most ``depth`` operators deep."""
        roll = self.rng.random()
        if depth == 0 or roll < 0.25:
            return self._literal(kind)
        if roll < 0.5 or kind in ("str", "sym"):
            return {"var": self._named(kind)}
        return self._sum(depth - 1) if kind == "int" else self._condition(depth - 1)

    def _sum(self, depth: int) -> Json:
        if self.rng.random() < 0.2:
            return {"var": self.rng.choice(("$steps", "$waits"))}
        return {self.rng.choice("+-*"): [self.expression("int", depth), self.expression("int", depth)]}

    def _condition(self, depth: int) -> Json:
        rng = self.rng
        op = rng.choice(("===", "!==", "<", "<=", ">", ">=", "and", "or", "!", "in", "in-str"))
        if op in ("===", "!=="):
            return self._equality(op, rng.choice(("int", "bool", "str", "sym")), depth)
        if op in ("<", "<=", ">", ">="):
            return {op: [self.expression("int", depth), self.expression("int", depth)]}
        if op in ("and", "or"):
            return {op: [self.expression("bool", depth) for _ in range(rng.randint(1, 3))]}
        if op == "!":
            return {op: [self.expression("bool", depth)]}
        if op == "in-str":
            return {"in": [self.expression("str", depth), self.expression("str", depth)]}
        kind = rng.choice(("int", "sym", "str"))
        return {"in": [{"var": self._named(kind)}, [self._literal(kind) for _ in range(rng.randint(1, 3))]]}

    def _equality(self, op: str, kind: str, depth: int) -> Json:
        return {op: [{"var": self._named(kind)}, self.expression(kind, depth)]}

    def _literal(self, kind: str) -> int | bool | str:
        rng = self.rng
        if kind == "int":
            return rng.choice(INTEGERS)
        if kind == "bool":
            return rng.random() < 0.5
        return rng.choice(SYMBOLS) if kind == "sym" else rng.choice([text for text in STRINGS if "\u0302" not in text])

    def _named(self, kind: str) -> str:
        return self.rng.choice([name for name, found in self.types.items() if found == kind])

    def _maybe(self, key: str, chance: float) -> Json:
        return {key: self.expression("bool", 3)} if self.rng.random() < chance else {}

    def _place(self) -> str:
        return self.rng.choice([*self.screens, "home"])


def walk(rng: random.Random, payload: Json, length: int) -> list[Json]:
    """Actions that mostly make sense where they are done, with some that do not."""
    machine = PayloadMachine(payload)
    actions = []
    for _ in range(length):
        at = str(machine.snapshot()["at"])
        screen = at if at in payload["screens"] and rng.random() < 0.95 else rng.choice(list(payload["screens"]))
        action = rng.choice(list(_possible(rng, payload, screen)))
        machine.step(action)
        actions.append(action)
    return actions


def _possible(rng: random.Random, payload: Json, screen: str) -> Iterator[Json]:
    for widget in payload["screens"][screen]["widgets"]:
        if "id" in widget:
            yield from _on_widget(rng, widget)
    yield {"a": "open", "p": rng.choice(payload["apps"])["id"]}
    yield {"a": "back"} if rng.random() < 0.5 else {"a": "home"}
    yield {"a": "wait"}
    yield {"a": "undo"}
    if payload["notices"]:
        yield {"a": "notice", "n": rng.choice(list(payload["notices"]))}
    if rng.random() < 0.02:
        yield {"a": "end"}


def _on_widget(rng: random.Random, widget: Json) -> Iterator[Json]:
    name = widget["id"]
    if widget["type"] == "input":
        yield {"a": "type", "w": name, "t": rng.choice(TYPED) if rng.random() < 0.8 else rng.choice(STRINGS)}
    elif widget["type"] == "toggle":
        yield {"a": "choose", "w": name, "o": rng.choice(("on", "off"))}
    elif widget.get("options"):
        action = "scan" if widget["type"] == "scan" else "choose"
        yield {"a": action if rng.random() < 0.95 else "scan", "w": name, "o": rng.choice(widget["options"])["id"]}
    else:
        yield {"a": "tap", "w": name}
