"""Runs a payload as the browser does, so that both implementations can be compared step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from digiskills_simulator.logic import BUILTINS, Checker, Type, type_of
from digiskills_simulator.machine import Action, Machine
from digiskills_simulator.program import App, Condition, Event, Move, Notice, Option, Program, Rule, Screen, Widget
from digiskills_simulator.texts import DEFAULT_MAX

Raw = Mapping[str, Any]


class PayloadMachine:
    """The machine over a payload/1. Texts are not kept: they decide nothing."""

    def __init__(self, payload: Raw) -> None:
        self._machine = Machine(_Reader(payload).program())

    def step(self, action: Mapping[str, str]) -> bool:
        """Do one action of trace/1; True if it was accepted."""
        target = action.get("w") or action.get("p") or action.get("n") or ""
        detail = action.get("t", action.get("o", ""))
        return self._machine.step(Action(action["a"], target, detail))

    def snapshot(self) -> dict[str, object]:
        """See `Machine.snapshot`."""
        return self._machine.snapshot()


class _Reader:
    """A payload's guards were written by us: they are compiled, and an error in them is ours."""

    def __init__(self, payload: Raw) -> None:
        self._raw = payload
        types: dict[str, Type] = {name: type_of(value) for name, value in payload["vars"].items()}
        self._checker = Checker({**types, **BUILTINS})

    def program(self) -> Program:
        raw = self._raw
        return Program(
            start=raw["start"],
            initial=dict(raw["vars"]),
            apps={
                app["id"]: App(app["id"], app["kind"], app["icon"], {}, app["start"], self._condition(app.get("show")))
                for app in raw["apps"]
            },
            screens={name: self._screen(name, body) for name, body in raw["screens"].items()},
            notices={name: Notice(name, body["screen"], {}) for name, body in raw["notices"].items()},
            events=tuple(
                Event(str(index), self._condition(body.get("when")), self._rules(body)) for index, body in enumerate(raw["events"])
            ),
        )

    def _screen(self, name: str, raw: Raw) -> Screen:
        widgets = tuple(self._widget(body) for body in raw["widgets"])
        return Screen(
            id=name,
            app=raw["app"],
            title={},
            back=raw["back"],
            modal=raw.get("modal", False),
            enter=self._rules(raw, "enter"),
            widgets=widgets,
            by_id={widget.id: widget for widget in widgets if widget.id is not None},
        )

    def _widget(self, raw: Raw) -> Widget:
        return Widget(
            type=raw["type"],
            id=raw.get("id"),
            show=self._condition(raw.get("show")),
            enabled=self._condition(raw.get("enabled")),
            rules=self._rules(raw),
            to=raw.get("to"),
            kind=raw.get("kind", ""),
            max=raw.get("max", DEFAULT_MAX),
            options=tuple(
                Option(item["id"], {}, self._condition(item.get("value")), self._condition(item.get("show")))
                for item in raw.get("options", [])
            ),
        )

    def _rules(self, raw: Raw, key: str = "do") -> tuple[Rule, ...]:
        return tuple(self._rule(body) for body in raw.get(key, []))

    def _rule(self, raw: Raw) -> Rule:
        moves: list[Move] = ["go", "interrupt", "resume"]
        move = next((name for name in moves if name in raw), None)
        return Rule(
            when=self._condition(raw.get("when")),
            sets=tuple((name, Condition.of(self._checker.check(value))) for name, value in raw.get("set", {}).items()),
            notify=_several(raw.get("notify")),
            dismiss=_several(raw.get("dismiss")),
            move=move,
            target=raw[move] if move in ("go", "interrupt") else None,
            undo=raw.get("undo", False),
            end=raw.get("end", False),
        )

    def _condition(self, raw: object) -> Condition | None:
        return None if raw is None else Condition.of(self._checker.check(raw))


def _several(raw: str | list[str] | None) -> tuple[str, ...]:
    return () if raw is None else (raw,) if isinstance(raw, str) else tuple(raw)
