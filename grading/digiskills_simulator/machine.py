"""The state machine of one phone with several apps. Total: no action can make it fail (docs/reference/engine.md §4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from digiskills_simulator.logic import TRACE_KEY, Env, TraceView, Value
from digiskills_simulator.program import HOME, Condition, Program, Rule, Screen, Widget
from digiskills_simulator.texts import Text, clean

MAX_NOTICES = 8
TAPPABLE = frozenset({"button", "item", "bubble"})


class Action(NamedTuple):
    """One entry of a trace. ``target`` is a widget, app or notice; ``detail`` a typed text or an option; both may be empty."""

    kind: str
    target: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Snapshot:
    state: dict[str, object]
    at: str
    ret: str | None
    last: dict[str, str]
    notices: list[str]


_Effect = Callable[[_Snapshot | None], None]


class Machine:
    """One phone in use. Not thread-safe; made for one replay.

    Args:
        program: what runs.
        drawn: the values of the variables of this seed, by name (records as ``name.field``); empty for a payload.
    """

    def __init__(self, program: Program, drawn: Mapping[str, Value] | None = None) -> None:
        self.program = program
        self.trace = TraceView()
        self.env: Env = {"$steps": 0, "$waits": 0, TRACE_KEY: self.trace, **(drawn or {})}
        for name, value in program.initial.items():
            self.env[name] = value.holds(self.env) if isinstance(value, Condition) else value
        self.at = HOME
        self.ret: str | None = None
        self.last = {app.id: app.start for app in program.apps.values()}
        self.notices: list[str] = []
        self.ended = False
        self.ignored = 0
        self.toasts: list[Text] = []  # of the last action: shown, never state
        self._steps = 0
        self._waits = 0
        self._waiting = list(program.events)
        self._undo: _Snapshot | None = None
        self._enter(program.start)

    @property
    def steps(self) -> int:
        return self._steps

    @property
    def can_undo(self) -> bool:
        return self._undo is not None

    def step(self, action: Action) -> bool:
        """Do one action; False if it was not possible here and changed nothing but the count of ignored actions."""
        plan = None if self.ended else self._plan(action)
        if plan is None:
            self.ignored += 1
            return False
        self._steps += 1
        self.toasts = []
        self.env["$steps"] = self._steps
        undo = self._undo
        self._undo = None
        before = self._remember() if any(rule.undo for event in self._waiting for rule in event.rules) else None
        plan(undo)
        self._look_at_events(before)
        return True

    def snapshot(self) -> dict[str, object]:
        """The comparable state: at, ret, last, vars, notices, steps, waits, ignored, ended, undo."""
        return {
            "at": self.at,
            "ret": self.ret,
            "last": dict(self.last),
            "vars": {name: self.env[name] for name in self.program.initial},
            "notices": list(self.notices),
            "steps": self._steps,
            "waits": self._waits,
            "ignored": self.ignored,
            "ended": self.ended,
            "undo": self.can_undo,
        }

    # What an action would do here: a function of the undo snapshot there was, or None where the action is not possible.

    def _plan(self, action: Action) -> _Effect | None:
        planner = self._PLANNERS.get(action.kind)
        return planner(self, action) if planner else None

    def _plan_tap(self, action: Action) -> _Effect | None:
        widget = self._widget(action.target)
        if widget is None or widget.type not in TAPPABLE:
            return None
        rule = self._first(widget.rules)
        return None if rule is None else lambda _undo: self._touch(widget, rule)

    def _plan_type(self, action: Action) -> _Effect | None:
        widget = self._widget(action.target)
        if widget is None or widget.type != "input":
            return None
        value = clean(action.detail, widget.kind, widget.max)
        return lambda _undo: self._answer(widget, value)

    def _plan_choose(self, action: Action) -> _Effect | None:
        widget = self._widget(action.target)
        if widget is not None and widget.type == "toggle" and action.detail in ("on", "off"):
            toggle, value = widget, action.detail == "on"
            return lambda _undo: self._answer(toggle, value)
        return self._plan_option(widget, "choice", action.detail)

    def _plan_scan(self, action: Action) -> _Effect | None:
        return self._plan_option(self._widget(action.target), "scan", action.detail)

    def _plan_option(self, widget: Widget | None, kind: str, detail: str) -> _Effect | None:
        if widget is None or widget.type != kind:
            return None
        option = next((item for item in widget.options if item.id == detail), None)
        if option is None or not self._holds(option.show):
            return None
        value = option.value.holds(self.env) if option.value is not None else None
        return lambda _undo: self._answer(widget, value)

    def _plan_open(self, action: Action) -> _Effect | None:
        app = self.program.apps.get(action.target)
        screen = self._screen()
        if app is None or not self._holds(app.show) or (screen and (screen.modal or screen.app == app.id)):
            return None
        return lambda _undo: self._enter(self.last[app.id])

    def _plan_home(self, _action: Action) -> _Effect | None:
        screen = self._screen()
        return None if screen is None or screen.modal else lambda _undo: self._enter(HOME)

    def _plan_back(self, _action: Action) -> _Effect | None:
        screen = self._screen()
        return None if screen is None or screen.modal else lambda _undo: self._enter(screen.back)

    def _plan_notice(self, action: Action) -> _Effect | None:
        screen = self._screen()
        if action.target not in self.notices or (screen and screen.modal):
            return None
        target = self.program.notices[action.target].screen
        return lambda _undo: self._open_notice(action.target, target)

    def _plan_wait(self, _action: Action) -> _Effect | None:
        return lambda _undo: self._wait()

    def _plan_undo(self, _action: Action) -> _Effect | None:
        return self._restore if self._undo is not None else None

    def _plan_end(self, _action: Action) -> _Effect | None:
        return lambda _undo: self._end()

    # Effects.

    def _touch(self, widget: Widget, rule: Rule) -> None:
        self.trace.took_effect(str(widget.id), self._steps)
        self._apply(rule)

    def _answer(self, widget: Widget, value: Value | None) -> None:
        self.trace.took_effect(str(widget.id), self._steps)
        before = self._remember() if any(rule.undo for rule in widget.rules) else None
        if widget.to is not None and value is not None:
            self.env[widget.to] = value
        rule = self._first(widget.rules)
        if rule is not None:
            self._apply(rule, before)

    def _open_notice(self, notice: str, screen: str) -> None:
        self.notices.remove(notice)
        self._enter(screen)

    def _wait(self) -> None:
        self._waits += 1
        self.env["$waits"] = self._waits

    def _end(self) -> None:
        self.ended = True

    def _restore(self, undo: _Snapshot | None) -> None:
        if undo is not None:
            self.env.update(undo.state)
            self.at, self.ret, self.last, self.notices = undo.at, undo.ret, undo.last, undo.notices

    def _remember(self) -> _Snapshot:
        state = {name: self.env[name] for name in self.program.initial}
        return _Snapshot(state, self.at, self.ret, dict(self.last), list(self.notices))

    def _apply(self, rule: Rule, before: _Snapshot | None = None) -> None:
        if rule.undo:
            self._undo = before or self._remember()
        if rule.sets:
            self.env.update([(name, value.holds(self.env)) for name, value in rule.sets])
        for notice in rule.notify:
            if notice not in self.notices:
                self.notices.append(notice)
                del self.notices[:-MAX_NOTICES]
        if rule.dismiss:
            self.notices = [notice for notice in self.notices if notice not in rule.dismiss]
        if rule.toast:
            self.toasts.append(rule.toast)
        if rule.move is not None:
            self._move(rule)
        if rule.end:
            self.ended = True

    def _move(self, rule: Rule) -> None:
        if rule.move == "resume":
            target, self.ret = self.ret or HOME, None
            self._leave_interruption()
        else:
            target = rule.target or HOME
            if rule.move == "interrupt" and self.ret is None:
                self.ret = self.at
        self._enter(target)

    def _leave_interruption(self) -> None:
        """A call that is over is not where its app opens next time."""
        screen = self._screen()
        if screen is not None:
            self.last[screen.app] = self.program.apps[screen.app].start

    def _enter(self, target: str) -> None:
        self.at = target
        screen = self.program.screens.get(target)
        if screen is None:
            return
        self.trace.screens.add(target)
        if not screen.modal:
            self.last[screen.app] = target
        if self.notices:
            self.notices = [notice for notice in self.notices if self.program.notices[notice].screen != target]
        for rule in screen.enter:
            if self._holds(rule.when):
                self._apply(rule)

    def _look_at_events(self, before: _Snapshot | None) -> None:
        if not self._waiting:
            return
        still = []
        for event in self._waiting:
            rule = self._first(event.rules) if not self.ended and self._holds(event.when) else None
            if rule is None:
                still.append(event)
            else:
                self._apply(rule, before)
        self._waiting = still

    # Looking.

    def _screen(self) -> Screen | None:
        return self.program.screens.get(self.at)

    def _widget(self, wanted: str) -> Widget | None:
        screen = self._screen()
        widget = screen.by_id.get(wanted) if screen else None
        return widget if widget is not None and self._holds(widget.show) and self._holds(widget.enabled) else None

    def _holds(self, condition: Condition | None) -> bool:
        return condition is None or bool(condition.holds(self.env))

    def _first(self, rules: Iterable[Rule]) -> Rule | None:
        return next((rule for rule in rules if self._holds(rule.when)), None)

    _PLANNERS: ClassVar[Mapping[str, Callable[[Machine, Action], _Effect | None]]] = {
        "tap": _plan_tap,
        "type": _plan_type,
        "choose": _plan_choose,
        "scan": _plan_scan,
        "open": _plan_open,
        "home": _plan_home,
        "back": _plan_back,
        "notice": _plan_notice,
        "wait": _plan_wait,
        "undo": _plan_undo,
        "end": _plan_end,
    }
