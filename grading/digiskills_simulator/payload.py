"""payload/1: what the browser gets of a scenario, in one language, with opaque ids (docs/reference/engine.md §7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from digiskills_simulator.logic import to_json
from digiskills_simulator.prng import Stream
from digiskills_simulator.program import HOME, Coach, Condition, Option, Program, Rule, Screen, Widget
from digiskills_simulator.rendering import render, segments
from digiskills_simulator.scenario import Scenario
from digiskills_simulator.specialise import specialise
from digiskills_simulator.task import ENGINE_VERSION
from digiskills_simulator.texts import DEFAULT_MAX, LANGUAGES, Place, Text

SCHEMA = "payload/1"
RunKind = Literal["guided", "counted"]

Json = dict[str, Any]


def render_payload(scenario: Scenario, *, language: str, run_kind: RunKind) -> Json:
    """What a real app would show, and the guards of its transitions.

    Args:
        scenario: a task and a seed.
        language: ``vi`` or ``en``.
        run_kind: ``guided`` adds the coaching; nothing else differs.

    Raises:
        ValueError: a language that tasks are not written in.
    """
    if language not in LANGUAGES:
        raise ValueError(f"tasks are written in {' and '.join(LANGUAGES)}, not in {language!r}")
    program = specialise(scenario.task.program, scenario.values, coaching=run_kind == "guided")
    return _Writer(scenario, program, language).payload(run_kind)


def visible_names(scenario: Scenario, *, run_kind: RunKind) -> dict[str, str]:
    """The state variables that a payload keeps, with the names it gives them."""
    program = specialise(scenario.task.program, scenario.values, coaching=run_kind == "guided")
    return _short_names(program)


def _short_names(program: Program) -> dict[str, str]:
    return {name: f"v{index}" for index, name in enumerate(program.initial)}


class _Writer:
    def __init__(self, scenario: Scenario, program: Program, language: str) -> None:
        self._scenario = scenario
        self._program = program
        self._language = language
        self._short = _short_names(program)

    def payload(self, run_kind: RunKind) -> Json:
        task, program = self._scenario.task, self._program
        body: Json = {
            "schema": SCHEMA,
            "engine": ENGINE_VERSION,
            "task": task.id,
            "version": task.version,
            "run": run_kind,
            "language": self._language,
            "title": self._flat(task.title),
            "goal": self._flat(task.goal),
            "why": self._flat(task.why),
            "brief": self._flat(task.brief),
            "start": self._place(program.start),
            "waits": any(name == "$waits" for condition in program.conditions() for name in condition.node.names()),
            "vars": {self._short[name]: self._initial(value) for name, value in program.initial.items()},
            "apps": [
                {
                    "id": self._alias("app", app.id),
                    "kind": app.kind,
                    "icon": app.icon,
                    "title": self._text(app.title),
                    "start": self._place(app.start),
                    **self._guard("show", app.show),
                }
                for app in program.apps.values()
            ],
            "screens": {self._place(name): self._screen(screen) for name, screen in program.screens.items()},
            "notices": {
                self._alias("notice", name): {"screen": self._place(notice.screen), "text": self._text(notice.text)}
                for name, notice in program.notices.items()
            },
            "events": [{**self._guard("when", event.when), "do": self._rules(event.rules)} for event in program.events],
        }
        if program.coach_home:
            body["coach_home"] = self._hints(program.coach_home)
        return body

    def _screen(self, screen: Screen) -> Json:
        body: Json = {"app": self._alias("app", screen.app), "title": self._text(screen.title), "back": self._place(screen.back)}
        if screen.modal:
            body["modal"] = True
        if screen.style != "normal":
            body["style"] = screen.style
        if screen.enter:
            body["enter"] = self._rules(screen.enter)
        if screen.coach:
            body["coach"] = self._hints(screen.coach)
        body["widgets"] = [self._widget(widget) for widget in screen.widgets]
        return body

    def _widget(self, widget: Widget) -> Json:
        body: Json = {"type": widget.type}
        if widget.id is not None:
            body["id"] = self._alias("widget", widget.id)
        body |= {**self._guard("show", widget.show), **self._guard("enabled", widget.enabled), **widget.attributes}
        body |= {name: self._text(text) for name, text in widget.texts.items()}
        if widget.kind:
            body["kind"] = widget.kind
        if widget.max != DEFAULT_MAX:
            body["max"] = widget.max
        if widget.to is not None:
            body["to"] = self._short[widget.to]
        if widget.options:
            body["options"] = [self._option(str(widget.id), option) for option in self._order(widget)]
        if widget.rules:
            body["do"] = self._rules(widget.rules)
        return body

    def _order(self, widget: Widget) -> Iterable[Option]:
        return Stream(self._scenario.seed, f"shuffle:{widget.id}").shuffled(widget.options) if widget.shuffle else widget.options

    def _option(self, widget: str, option: Option) -> Json:
        body: Json = {
            "id": self._alias("option", f"{widget}/{option.id}"),
            "text": self._text(option.text),
            **self._guard("show", option.show),
        }
        if option.value is not None:
            body["value"] = self._expression(option.value)
        return body

    def _rules(self, rules: Iterable[Rule]) -> list[Json]:
        return [self._rule(rule) for rule in rules]

    def _rule(self, rule: Rule) -> Json:
        body = self._guard("when", rule.when)
        if rule.sets:
            body["set"] = {self._short[name]: self._expression(value) for name, value in rule.sets}
        body |= self._notices("notify", rule.notify)
        body |= self._notices("dismiss", (name for name in rule.dismiss if name in self._program.notices))
        if rule.toast:
            body["toast"] = self._text(rule.toast)
        if rule.move == "resume":
            body["resume"] = True
        elif rule.move is not None:
            body[rule.move] = self._place(rule.target or HOME)
        body |= {flag: True for flag in ("undo", "end") if getattr(rule, flag)}
        return body

    def _notices(self, key: str, names: Iterable[str]) -> Json:
        """One notice as a string, several as a list."""
        aliases = [self._alias("notice", name) for name in names]
        return {key: aliases if len(aliases) > 1 else aliases[0]} if aliases else {}

    def _hints(self, hints: Iterable[Coach]) -> list[Json]:
        return [{**self._guard("when", hint.when), "say": self._text(hint.say), **self._pointer(hint.point)} for hint in hints]

    def _pointer(self, point: str | None) -> Json:
        if point is None:
            return {}
        return {"point": self._alias("app" if point in self._scenario.task.program.apps else "widget", point)}

    def _guard(self, key: str, condition: Condition | None) -> Json:
        return {} if condition is None else {key: self._expression(condition)}

    def _expression(self, condition: Condition) -> object:
        return to_json(condition.node, lambda name: self._short.get(name, name), self._scenario.symbol)

    def _initial(self, value: object) -> object:
        return self._expression(value) if isinstance(value, Condition) else value

    def _alias(self, kind: str, name: str) -> str:
        return self._scenario.aliases[f"{kind}:{name}"]

    def _place(self, name: str) -> str:
        return HOME if name == HOME else self._alias("screen", name)

    def _text(self, text: Text) -> str | list[str | Json]:
        parts = segments(self._scenario, text, self._language)
        if all(isinstance(part, str) for part in parts):
            return "".join(part for part in parts if isinstance(part, str))
        return [part if isinstance(part, str) else self._shown(part) for part in parts]

    def _shown(self, place: Place) -> Json:
        return {"v": self._short[place.name], **({"f": place.format} if place.format else {})}

    def _flat(self, text: Text) -> str:
        return render(self._scenario, text, self._language)
