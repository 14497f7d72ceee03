"""From a checked task file to a `Program`: names resolved, expressions typed, texts parsed; every mistake found in one pass.

The shape has been checked against scenario-1.json before; here are the rules that a schema cannot express.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from digiskills_framework.errors import Finding, shorten
from digiskills_simulator.logic import BUILTINS, Checker, ExpressionError, Type, Value, const, type_of
from digiskills_simulator.program import (
    HOME,
    App,
    Coach,
    Condition,
    Event,
    Move,
    Notice,
    Option,
    Program,
    Rule,
    Screen,
    Widget,
)
from digiskills_simulator.texts import DEFAULT_MAX, LANGUAGES, Place, Text, parse_text

Raw = Mapping[str, Any]
TEXT_FIELDS = ("text", "label", "sub", "meta", "alt")
ATTRIBUTES = ("style", "name", "icon", "from")
INPUT_TYPES: Mapping[str, Type] = {"amount": "int", "digits": "str", "passcode": "str", "text": "str"}


class Scope:
    """The names of one task and the findings made while reading it."""

    def __init__(self, file: str, types: Mapping[str, Type], state: Mapping[str, Type], *, raw: Raw) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.state = state
        self.types: Mapping[str, Type] = {**types, **state, **BUILTINS}
        self.apps = frozenset(raw["apps"])
        self.screens = frozenset(raw["screens"])
        self.notices = frozenset(raw.get("notices", {}))
        self.checker = Checker(self.types)

    def complain(self, path: str, value: object, message: str, remedy: str) -> None:
        self.findings.append(Finding(file=self.file, path=path, value=shorten(value), message=message, remedy=remedy))

    def condition(self, raw: object, path: str, wanted: Type | None = "bool", checker: Checker | None = None) -> Condition | None:
        """The condition at ``path``; None (and a finding) if it is wrong, None if there is none."""
        if raw is None:
            return None
        try:
            return Condition.of((checker or self.checker).check(raw, wanted))
        except ExpressionError as error:
            self.complain(
                path,
                raw,
                f"the expression {error}" if str(error).startswith("is ") else str(error),
                "See 'Values and expressions' in engine.md",
            )
            return None

    def reference(self, name: object, known: frozenset[str] | set[str], path: str, what: str) -> str:
        if name not in known:
            self.complain(path, name, f"there is no {what} of this name", f"Use one of: {', '.join(sorted(known)[:20]) or 'none defined'}")
        return str(name)

    def text(self, raw: object, path: str) -> Text:
        """A text in both languages, with every place naming a known variable."""
        if raw is None:
            return {}
        if not isinstance(raw, Mapping):
            self.complain(path, raw, "is not a text in two languages", "Write {vi: …, en: …}")
            return {}
        parsed = {}
        for language in LANGUAGES:
            try:
                parsed[language] = parse_text(str(raw.get(language, "")))
            except ValueError as error:
                self.complain(f"{path}.{language}", raw.get(language), str(error), "Write {name} or {name|format}")
                parsed[language] = ()
            for place in parsed[language]:
                if isinstance(place, Place) and place.name not in self.types:
                    self.complain(f"{path}.{language}", place.name, "there is no variable of this name", "Declare it under vars or state")
        return parsed


class ProgramReader:
    """Reads apps, screens, widgets, rules, notices and events."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._widgets: dict[str, str] = {}

    def read(self, raw: Raw, initial: Mapping[str, Value | Condition]) -> Program:
        scope = self._scope
        screens = {name: self._screen(name, body) for name, body in raw["screens"].items()}
        events = tuple(
            Event(
                str(body.get("id", index)),
                scope.condition(body.get("when"), f"events[{index}].when"),
                self.rules(body.get("do"), f"events[{index}].do"),
            )
            for index, body in enumerate(raw.get("events", []))
        )
        program = Program(
            start=scope.reference(raw["start"], scope.screens | {HOME}, "start", "screen"),
            initial=initial,
            apps={name: self._app(name, body) for name, body in raw["apps"].items()},
            screens=screens,
            notices={name: self._notice(name, body) for name, body in raw.get("notices", {}).items()},
            events=events,
            coach_home=self._coach(raw.get("coach_home", []), "coach_home"),
        )
        self._check_points(program)
        return program

    def _app(self, name: str, raw: Raw) -> App:
        path, scope = f"apps.{name}", self._scope
        start = scope.reference(raw["start"], scope.screens, f"{path}.start", "screen")
        return App(
            name,
            raw["kind"],
            raw.get("icon", raw["kind"]),
            scope.text(raw["title"], f"{path}.title"),
            start,
            scope.condition(raw.get("show"), f"{path}.show"),
        )

    def _notice(self, name: str, raw: Raw) -> Notice:
        path, scope = f"notices.{name}", self._scope
        return Notice(
            name, scope.reference(raw["screen"], scope.screens, f"{path}.screen", "screen"), scope.text(raw["text"], f"{path}.text")
        )

    def _screen(self, name: str, raw: Raw) -> Screen:
        path, scope = f"screens.{name}", self._scope
        widgets = tuple(self._widget(body, f"{path}.widgets[{index}]") for index, body in enumerate(raw["widgets"]))
        return Screen(
            id=name,
            app=scope.reference(raw["app"], scope.apps, f"{path}.app", "app"),
            title=scope.text(raw["title"], f"{path}.title"),
            back=scope.reference(raw.get("back", HOME), scope.screens | {HOME}, f"{path}.back", "screen"),
            modal=raw.get("modal", False),
            style=raw.get("style", "normal"),
            enter=self.rules(raw.get("enter"), f"{path}.enter"),
            coach=self._coach(raw.get("coach", []), f"{path}.coach"),
            widgets=widgets,
            by_id={widget.id: widget for widget in widgets if widget.id is not None},
        )

    def _widget(self, raw: Raw, path: str) -> Widget:
        scope = self._scope
        if "id" in raw:
            self._claim(raw["id"], path)
        kind = raw.get("kind", "")
        to = self._target(raw, path)
        return Widget(
            type=raw["type"],
            id=raw.get("id"),
            show=scope.condition(raw.get("show"), f"{path}.show"),
            enabled=scope.condition(raw.get("enabled"), f"{path}.enabled"),
            rules=self.rules(raw.get("do"), f"{path}.do"),
            to=to,
            kind=kind,
            max=raw.get("max", DEFAULT_MAX),
            options=tuple(self._option(body, to, f"{path}.options[{index}]") for index, body in enumerate(raw.get("options", []))),
            shuffle=raw.get("shuffle", False),
            texts={name: scope.text(raw[name], f"{path}.{name}") for name in TEXT_FIELDS if name in raw},
            attributes={name: raw[name] for name in ATTRIBUTES if name in raw},
        )

    def _claim(self, name: str, path: str) -> None:
        if name in self._widgets:
            self._scope.complain(f"{path}.id", name, f"is also the id of {self._widgets[name]}", "Give each widget of a task its own id")
        self._widgets[name] = path

    def _target(self, raw: Raw, path: str) -> str | None:
        """The state variable that an input, choice, scan or toggle sets, with its type checked."""
        to, scope = raw.get("to"), self._scope
        if to is None:
            return None
        wanted: Type | None = (
            INPUT_TYPES.get(raw.get("kind", "")) if raw["type"] == "input" else "bool" if raw["type"] == "toggle" else None
        )
        if to not in scope.state:
            scope.complain(f"{path}.to", to, "there is no state variable of this name", "Declare it under state")
            return None
        if wanted is not None and scope.state[to] != wanted:
            scope.complain(f"{path}.to", to, f"is {scope.state[to]}, but this widget sets {wanted}", "Change its initial value under state")
        return str(to)

    def _option(self, raw: Raw, to: str | None, path: str) -> Option:
        scope = self._scope
        value = None
        if to is not None:
            value = scope.condition(raw.get("value", raw["id"]), f"{path}.value", scope.state[to])
        return Option(raw["id"], scope.text(raw["text"], f"{path}.text"), value, scope.condition(raw.get("show"), f"{path}.show"))

    def _coach(self, raw: Sequence[Raw], path: str) -> tuple[Coach, ...]:
        scope = self._scope
        return tuple(
            Coach(
                scope.text(body["say"], f"{path}[{index}].say"),
                scope.condition(body.get("when"), f"{path}[{index}].when"),
                body.get("point"),
            )
            for index, body in enumerate(raw)
        )

    def _check_points(self, program: Program) -> None:
        known = set(self._widgets) | self._scope.apps
        places = [(f"screens.{screen.id}.coach", screen.coach) for screen in program.screens.values()]
        for path, hints in [*places, ("coach_home", program.coach_home)]:
            for index, hint in enumerate(hints):
                if hint.point is not None:
                    self._scope.reference(hint.point, known, f"{path}[{index}].point", "widget or app")

    def rules(self, raw: object, path: str) -> tuple[Rule, ...]:
        """A list of rules; a single rule may stand without a list."""
        if raw is None:
            return ()
        bodies = raw if isinstance(raw, list) else [raw]
        return tuple(self._rule(body, f"{path}[{index}]" if isinstance(raw, list) else path) for index, body in enumerate(bodies))

    def _rule(self, raw: Raw, path: str) -> Rule:
        scope = self._scope
        move, target = self._move(raw, path)
        return Rule(
            when=scope.condition(raw.get("when"), f"{path}.when"),
            sets=tuple(self._sets(raw.get("set", {}), f"{path}.set")),
            notify=self._notice_names(raw, "notify", path),
            dismiss=self._notice_names(raw, "dismiss", path),
            toast=scope.text(raw.get("toast"), f"{path}.toast"),
            move=move,
            target=target,
            undo=raw.get("undo", False),
            end=raw.get("end", False),
        )

    def _notice_names(self, raw: Raw, key: str, path: str) -> tuple[str, ...]:
        """One notice or several."""
        given = raw.get(key, [])
        names = given if isinstance(given, list) else [given]
        return tuple(self._scope.reference(name, self._scope.notices, f"{path}.{key}", "notice") for name in names)

    def _move(self, raw: Raw, path: str) -> tuple[Move | None, str | None]:
        if raw.get("resume", False):
            return "resume", None
        if "interrupt" in raw:
            return "interrupt", self._scope.reference(raw["interrupt"], self._scope.screens, f"{path}.interrupt", "screen")
        if "go" in raw:
            return "go", self._scope.reference(raw["go"], self._scope.screens | {HOME}, f"{path}.go", "screen")
        return None, None

    def _sets(self, raw: Raw, path: str) -> Iterator[tuple[str, Condition]]:
        scope = self._scope
        for name, expression in raw.items():
            if name not in scope.state:
                scope.complain(f"{path}.{name}", name, "there is no state variable of this name", "Declare it under state")
                continue
            value = scope.condition(expression, f"{path}.{name}", scope.state[name])
            if value is not None:
                yield name, value


def read_state(raw: Raw, types: Mapping[str, Type]) -> tuple[dict[str, Type], dict[str, Value | Condition], list[str]]:
    """The state variables: their types, their initial values, and the names that copy an unknown variable."""
    kinds: dict[str, Type] = {}
    initial: dict[str, Value | Condition] = {}
    unknown: list[str] = []
    for name, value in raw.items():
        if not isinstance(value, Mapping):
            kinds[name], initial[name] = type_of(value), value
        elif "sym" in value:
            kinds[name], initial[name] = "sym", Condition.of(const(str(value["sym"]), "sym"))
        elif value["var"] in types and types[value["var"]] != "text":
            kinds[name] = types[value["var"]]
            initial[name] = Condition.of(Checker(types).check(value))
        else:
            unknown.append(name)
            kinds[name], initial[name] = "str", ""
    return kinds, initial, unknown
